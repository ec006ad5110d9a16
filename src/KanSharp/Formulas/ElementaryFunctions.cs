namespace KanSharp.Formulas;

/// <summary>Names, values and derivatives of the elementary functions.</summary>
internal static class ElementaryFunctions
{
    /// <summary>The names in formula text, in the order of the enumeration.</summary>
    private static readonly string[] s_names =
    [
        "sqrt", "exp", "log", "abs", "sgn", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    ];

    /// <summary>Every spelling the parser accepts.</summary>
    public static readonly IReadOnlyDictionary<string, ElementaryFunction> ByName = CreateNames();

    /// <summary>The name in formula text.</summary>
    public static string Name(this ElementaryFunction function) => s_names[(int)function];

    public static double Value(this ElementaryFunction function, double x) => function switch
    {
        ElementaryFunction.Sqrt => Math.Sqrt(x),
        ElementaryFunction.Exp => Math.Exp(x),
        ElementaryFunction.Log => Math.Log(x),
        ElementaryFunction.Abs => Math.Abs(x),
        ElementaryFunction.Sgn => Sign(x),
        ElementaryFunction.Sin => Math.Sin(x),
        ElementaryFunction.Cos => Math.Cos(x),
        ElementaryFunction.Tan => Math.Tan(x),
        ElementaryFunction.Arcsin => Math.Asin(x),
        ElementaryFunction.Arccos => Math.Acos(x),
        ElementaryFunction.Arctan => Math.Atan(x),
        ElementaryFunction.Sinh => Math.Sinh(x),
        ElementaryFunction.Cosh => Math.Cosh(x),
        ElementaryFunction.Tanh => Math.Tanh(x),
        ElementaryFunction.Arcsinh => Math.Asinh(x),
        ElementaryFunction.Arccosh => Math.Acosh(x),
        ElementaryFunction.Arctanh => Math.Atanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>The derivative at <paramref name="x"/>, where <paramref name="value"/> is the value there.</summary>
    public static double Slope(this ElementaryFunction function, double x, double value) => function switch
    {
        ElementaryFunction.Sqrt => 0.5 / value,
        ElementaryFunction.Exp => value,
        ElementaryFunction.Log => 1 / x,
        ElementaryFunction.Abs => Sign(x),
        ElementaryFunction.Sgn => 0,
        ElementaryFunction.Sin => Math.Cos(x),
        ElementaryFunction.Cos => -Math.Sin(x),
        ElementaryFunction.Tan => 1 + value * value,
        ElementaryFunction.Arcsin => 1 / Math.Sqrt((1 - x) * (1 + x)),
        ElementaryFunction.Arccos => -1 / Math.Sqrt((1 - x) * (1 + x)),
        ElementaryFunction.Arctan => 1 / (1 + x * x),
        ElementaryFunction.Sinh => Math.Cosh(x),
        ElementaryFunction.Cosh => Math.Sinh(x),
        ElementaryFunction.Tanh => (1 - value) * (1 + value),
        ElementaryFunction.Arcsinh => 1 / Math.Sqrt(1 + x * x),
        ElementaryFunction.Arccosh => 1 / Math.Sqrt((x - 1) * (x + 1)),
        ElementaryFunction.Arctanh => 1 / ((1 - x) * (1 + x)),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>The derivative at <paramref name="x"/> as an expression; null where it is zero.</summary>
    public static Expression? Derivative(this ElementaryFunction function, Expression x) => function switch
    {
        ElementaryFunction.Sqrt => 1 / (2 * Expression.Sqrt(x)),
        ElementaryFunction.Exp => Expression.Exp(x),
        ElementaryFunction.Log => 1 / x,
        ElementaryFunction.Abs => Expression.Sgn(x),
        ElementaryFunction.Sgn => null,
        ElementaryFunction.Sin => Expression.Cos(x),
        ElementaryFunction.Cos => -Expression.Sin(x),
        ElementaryFunction.Tan => 1 + Power.Of(Expression.Tan(x), 2),
        ElementaryFunction.Arcsin => 1 / Expression.Sqrt(1 - Power.Of(x, 2)),
        ElementaryFunction.Arccos => -1 / Expression.Sqrt(1 - Power.Of(x, 2)),
        ElementaryFunction.Arctan => 1 / (1 + Power.Of(x, 2)),
        ElementaryFunction.Sinh => new Call(ElementaryFunction.Cosh, x),
        ElementaryFunction.Cosh => new Call(ElementaryFunction.Sinh, x),
        ElementaryFunction.Tanh => 1 - Power.Of(Expression.Tanh(x), 2),
        ElementaryFunction.Arcsinh => 1 / Expression.Sqrt(1 + Power.Of(x, 2)),
        ElementaryFunction.Arccosh => 1 / (Expression.Sqrt(x - 1) * Expression.Sqrt(x + 1)),
        ElementaryFunction.Arctanh => 1 / (1 - Power.Of(x, 2)),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>-1, 0 or 1; NaN for NaN, where <see cref="Math.Sign(double)"/> throws.</summary>
    public static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;

    private static Dictionary<string, ElementaryFunction> CreateNames()
    {
        var names = new Dictionary<string, ElementaryFunction>(StringComparer.Ordinal)
        {
            ["ln"] = ElementaryFunction.Log,
            ["sign"] = ElementaryFunction.Sgn,
        };
        for (int i = 0; i < s_names.Length; i++)
        {
            string name = s_names[i];
            var function = (ElementaryFunction)i;
            names[name] = function;
            if (name.StartsWith("arc", StringComparison.Ordinal))
                names["a" + name[3..]] = function;
        }
        return names;
    }
}
