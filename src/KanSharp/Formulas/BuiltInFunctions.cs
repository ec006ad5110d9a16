namespace KanSharp.Formulas;

/// <summary>The functions every library starts from, with pykan's names and complexities.</summary>
internal static class BuiltInFunctions
{
    /// <summary>Other spellings of the built-in names: pykan's, C's and the usual words.</summary>
    public static readonly IReadOnlyList<(string Name, string[] Aliases)> Aliases =
    [
        ("x", ["identity", "linear"]),
        ("x^2", ["square"]),
        ("x^3", ["cube"]),
        ("1/x", ["x^-1", "inverse", "reciprocal"]),
        ("1/x^2", ["x^-2"]),
        ("1/x^3", ["x^-3"]),
        ("1/x^4", ["x^-4"]),
        ("1/x^5", ["x^-5"]),
        ("sqrt", ["x^0.5", "sqrt(x)"]),
        ("1/sqrt", ["1/x^0.5", "1/sqrt(x)", "x^-0.5"]),
        ("log", ["ln"]),
        ("sgn", ["sign"]),
        ("arcsin", ["asin"]),
        ("arccos", ["acos"]),
        ("arctan", ["atan"]),
        ("arctanh", ["atanh"]),
        ("arcsinh", ["asinh"]),
        ("arccosh", ["acosh"]),
        ("gaussian", ["gauss"]),
        ("0", ["zero"]),
    ];

    public static readonly IReadOnlyList<SymbolicFunction> All =
    [
        Define("x", 1, x => x, x => 1, x => 0, x => x, vectors: VectorFunctions.Identity),
        Define("x^2", 2, x => x * x, x => 2 * x, x => 2, x => x.Pow(2), vectors: VectorFunctions.Square),
        Define("x^3", 3, x => x * x * x, x => 3 * x * x, x => 6 * x, x => x.Pow(3), vectors: (x, values, slopes) => VectorFunctions.Power(3, x, values, slopes)),
        Define("x^4", 3, x => x * x * (x * x), x => 4 * x * x * x, x => 12 * x * x, x => x.Pow(4), vectors: (x, values, slopes) => VectorFunctions.Power(4, x, values, slopes)),
        Define("x^5", 3, x => x * x * (x * x) * x, x => 5 * (x * x) * (x * x), x => 20 * x * x * x, x => x.Pow(5), vectors: (x, values, slopes) => VectorFunctions.Power(5, x, values, slopes)),
        Pole(1, 2), Pole(2, 2), Pole(3, 3), Pole(4, 4), Pole(5, 5),
        Define("sqrt", 2, Math.Sqrt, x => 0.5 / Math.Sqrt(x), x => -0.25 / (x * Math.Sqrt(x)), Expression.Sqrt,
            FunctionDomain.NonNegative, SingularityGuards.SquareRoot, VectorFunctions.SquareRoot),
        Define("x^1.5", 4, x => x * Math.Sqrt(x), x => 1.5 * Math.Sqrt(x), x => 0.75 / Math.Sqrt(x), x => x.Pow(1.5),
            FunctionDomain.NonNegative, SingularityGuards.PowerOneAndHalf),
        Define("1/sqrt", 2, x => 1 / Math.Sqrt(x), x => -0.5 / (x * Math.Sqrt(x)), x => 0.75 / (x * x * Math.Sqrt(x)), x => 1 / Expression.Sqrt(x),
            FunctionDomain.Positive, SingularityGuards.InverseSquareRoot),
        Define("exp", 2, Math.Exp, Math.Exp, Math.Exp, Expression.Exp, guard: SingularityGuards.Exponential, vectors: VectorFunctions.Exponential),
        Define("log", 2, Math.Log, x => 1 / x, x => -1 / (x * x), Expression.Log, FunctionDomain.Positive, SingularityGuards.Logarithm, VectorFunctions.Logarithm),
        Define("abs", 3, Math.Abs, ElementaryFunctions.Sign, x => 0, Expression.Abs),
        Define("sin", 2, Math.Sin, Math.Cos, x => -Math.Sin(x), Expression.Sin, vectors: VectorFunctions.Sine),
        Define("cos", 2, Math.Cos, x => -Math.Sin(x), x => -Math.Cos(x), Expression.Cos, vectors: VectorFunctions.Cosine),
        Define("tan", 3, Math.Tan, x => 1 + Square(Math.Tan(x)), x => 2 * Math.Tan(x) * (1 + Square(Math.Tan(x))), Expression.Tan,
            guard: SingularityGuards.Tangent, vectors: VectorFunctions.Tangent),
        Define("tanh", 3, Math.Tanh, x => 1 / Square(Math.Cosh(x)), x => -2 * Math.Tanh(x) / Square(Math.Cosh(x)), Expression.Tanh),
        Define("sgn", 3, ElementaryFunctions.Sign, x => 0, x => 0, Expression.Sgn, guard: SingularityGuards.Sign),
        Define("arcsin", 4, Math.Asin, x => 1 / Math.Sqrt(OneMinusSquare(x)), x => x / Math.Pow(OneMinusSquare(x), 1.5),
            x => new Call(ElementaryFunction.Arcsin, x), FunctionDomain.UnitInterval, SingularityGuards.ArcSine),
        Define("arccos", 4, Math.Acos, x => -1 / Math.Sqrt(OneMinusSquare(x)), x => -x / Math.Pow(OneMinusSquare(x), 1.5),
            x => new Call(ElementaryFunction.Arccos, x), FunctionDomain.UnitInterval, SingularityGuards.ArcCosine),
        Define("arctan", 4, Math.Atan, x => 1 / (1 + x * x), x => -2 * x / Square(1 + x * x), x => new Call(ElementaryFunction.Arctan, x)),
        Define("arctanh", 4, Math.Atanh, x => 1 / OneMinusSquare(x), x => 2 * x / Square(OneMinusSquare(x)),
            x => new Call(ElementaryFunction.Arctanh, x), FunctionDomain.OpenUnitInterval, SingularityGuards.ArcHyperbolicTangent),
        Define("gaussian", 3, Gaussian, x => -2 * x * Gaussian(x), x => (4 * x * x - 2) * Gaussian(x), x => Expression.Exp(-x.Pow(2)), vectors: VectorFunctions.Gaussian),
        Define("0", 0, x => 0, x => 0, x => 0, x => 0),
    ];

    /// <summary>
    /// Known by name, for edges that are set to them, but not among the functions that a search tries: each is a sum or an inverse of what is there already.
    /// </summary>
    public static readonly IReadOnlyList<SymbolicFunction> ByNameOnly =
    [
        Define("sinh", 3, Math.Sinh, Math.Cosh, Math.Sinh, x => new Call(ElementaryFunction.Sinh, x),
            guard: (x, t) => Clipped(Math.Sinh(x), Math.Cosh(x), t)),
        Define("cosh", 3, Math.Cosh, Math.Sinh, Math.Cosh, x => new Call(ElementaryFunction.Cosh, x),
            guard: (x, t) => Clipped(Math.Cosh(x), Math.Sinh(x), t)),
        Define("arcsinh", 4, Math.Asinh, x => 1 / Math.Sqrt(1 + x * x), x => -x / Math.Pow(1 + x * x, 1.5), x => new Call(ElementaryFunction.Arcsinh, x)),
        Define("arccosh", 4, Math.Acosh, x => 1 / Math.Sqrt((x - 1) * (x + 1)), x => -x / Math.Pow((x - 1) * (x + 1), 1.5),
            x => new Call(ElementaryFunction.Arccosh, x), FunctionDomain.All with { Lower = 1, LowerOpen = false },
            (x, t) => x > 1 ? (Math.Acosh(x), 1 / Math.Sqrt((x - 1) * (x + 1))) : (0, 0)),
    ];

    private static (double Value, double Slope) Clipped(double value, double slope, double threshold) =>
        Math.Abs(value) <= threshold ? (value, slope) : (Math.CopySign(threshold, value), 0);

    private static SymbolicFunction Pole(int n, int complexity) => Define(
        n == 1 ? "1/x" : $"1/x^{n}",
        complexity,
        x => 1 / SingularityGuards.IntegerPower(x, n),
        x => -n / SingularityGuards.IntegerPower(x, n + 1),
        x => n * (n + 1) / SingularityGuards.IntegerPower(x, n + 2),
        x => x.Pow(-n),
        FunctionDomain.NonZero,
        n % 2 == 1 ? SingularityGuards.OddPole(n) : SingularityGuards.EvenPole(n),
        (x, values, slopes) => VectorFunctions.Pole(n, x, values, slopes));

    private static SymbolicFunction Define(string name, int complexity, Func<double, double> value, Func<double, double> first,
        Func<double, double> second, Func<Expression, Expression> build, FunctionDomain? domain = null, SingularityGuard? guard = null,
        VectorFunction? vectors = null) => new()
        {
            Name = name,
            Complexity = complexity,
            Value = value,
            FirstDerivative = first,
            SecondDerivative = second,
            ThirdDerivative = SymbolicFunction.ThirdDerivativeOf(build),
            Domain = domain ?? FunctionDomain.All,
            Build = build,
            Guard = guard,
            Vectors = vectors,
        };

    private static double Square(double x) => x * x;

    private static double OneMinusSquare(double x) => (1 - x) * (1 + x);

    private static double Gaussian(double x) => Math.Exp(-x * x);
}
