using System.Globalization;

namespace KanSharp.Formulas.Parsing;

/// <summary>
/// Reads formula text by recursive descent:
/// <code>
/// sum     = product { ("+" | "-") product }
/// product = signed { ("*" | "/") signed }
/// signed  = { "+" | "-" } power
/// power   = atom [ ("^" | "**") signed ]
/// atom    = number | name | `name` | function "(" sum [ "," sum ] ")" | [ "(double)" ] "(" sum ")"
/// </code>
/// Functions and constants may be qualified as C# and Python do it: <c>Math.Sin</c>, <c>math.pi</c>, <c>np.sqrt</c>.
/// </summary>
internal sealed class FormulaParser
{
    /// <summary>Deeper nesting is refused before it can exhaust the stack, here or in anything that walks the tree.</summary>
    private const int LargestDepth = 400;

    /// <summary>What stands before the dot in C#, Python, NumPy, SymPy and PyTorch.</summary>
    private static readonly HashSet<string> s_modules = new(StringComparer.Ordinal) { "Math", "System.Math", "MathF", "double", "math", "np", "numpy", "sp", "sympy", "torch" };

    /// <summary>Spellings that mean a function only where it is called.</summary>
    private static readonly Dictionary<string, string> s_spellings = new(StringComparer.Ordinal) { ["Abs"] = "abs", ["fabs"] = "abs", ["absolute"] = "abs", ["Pow"] = "pow", ["power"] = "pow" };

    /// <summary>Functions that others are made of.</summary>
    private static readonly Dictionary<string, Func<Expression, Expression>> s_compositions = new(StringComparer.Ordinal)
    {
        ["log2"] = x => Expression.Log(x) / Expression.Log(2),
        ["log10"] = x => Expression.Log(x) / Expression.Log(10),
        ["log1p"] = x => Expression.Log(1 + x),
        ["expm1"] = x => Expression.Exp(x) - 1,
        ["sec"] = x => 1 / Expression.Cos(x),
        ["csc"] = x => 1 / Expression.Sin(x),
        ["cot"] = x => 1 / Expression.Tan(x),
    };

    private readonly string _text;
    private readonly List<Token> _tokens;
    private readonly HashSet<string> _variables;
    private readonly SymbolicLibrary _library;
    private readonly bool _isClosed;
    private int _next;
    private int _depth;

    private FormulaParser(string text, IEnumerable<string>? variables, SymbolicLibrary library, bool isClosed)
    {
        _text = text;
        _tokens = Tokenizer.Tokenize(text);
        _variables = new HashSet<string>(variables ?? [], StringComparer.Ordinal);
        _library = library;
        _isClosed = isClosed;
    }

    private Token Current => _tokens[_next];

    /// <summary>Reads a formula; in a closed one, a name that is none of the variables is an error instead of a variable more.</summary>
    public static Expression Parse(string text, IEnumerable<string>? variables, SymbolicLibrary library, bool isClosed = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FormulaParser(text, variables, library, isClosed);
        Expression result = parser.ParseSum();
        if (parser.Current.Kind != TokenKind.End)
            throw parser.Error(parser.Current, $"expected an operator or the end, found {parser.Current}");
        return result;
    }

    /// <summary>Whether a plain name in text means a constant or a function, so that a variable of that name needs backticks.</summary>
    public static bool IsReserved(string name) =>
        name is "pi" or "e" or "E" || ElementaryFunctions.ByName.ContainsKey(name);

    private Expression ParseSum()
    {
        Enter();
        var terms = new List<Expression> { ParseProduct() };
        while (Current.Is("+") || Current.Is("-"))
        {
            bool negative = Take().Is("-");
            Expression term = ParseProduct();
            terms.Add(negative ? -term : term);
        }
        _depth--;
        return Sum.Of([.. terms]);
    }

    private Expression ParseProduct()
    {
        var factors = new List<Expression> { ParseSigned() };
        while (Current.Is("*") || Current.Is("/"))
        {
            bool divides = Take().Is("/");
            Expression factor = ParseSigned();
            factors.Add(divides ? Product.Invert(factor) : factor);
        }
        return Product.Of([.. factors]);
    }

    private Expression ParseSigned()
    {
        bool negative = false;
        while (Current.Is("+") || Current.Is("-"))
            negative ^= Take().Is("-");
        Expression operand = ParsePower();
        return negative ? -operand : operand;
    }

    private Expression ParsePower()
    {
        Expression @base = ParseAtom();
        if (!Current.Is("^"))
            return @base;
        Take();
        Enter();
        Expression exponent = ParseSigned();
        _depth--;
        return Power.Of(@base, exponent);
    }

    private Expression ParseAtom()
    {
        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.Number:
                double value = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
                return double.IsFinite(value) ? new Constant(value) : throw Error(token, $"the number {token.Text} is too large; the largest is {double.MaxValue:R}");
            case TokenKind.QuotedName:
                return Variable(token);
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.Symbol when token.Text == "(" && IsCast():
                _next += 2;
                return ParseAtom();
            case TokenKind.Symbol when token.Text == "(":
                Expression inner = ParseSum();
                Expect(")");
                return inner;
            default:
                throw Error(token, $"expected a number, a name, a function or '(', found {token}");
        }
    }

    /// <summary>Whether <c>(double)</c> begins here, which C# needs where a whole number is to be divided.</summary>
    private bool IsCast() => Current is { Kind: TokenKind.Name, Text: "double" } && !_variables.Contains("double")
        && _tokens[_next + 1].Is(")") && (_tokens[_next + 2].Is("(") || _tokens[_next + 2].Kind is TokenKind.Name or TokenKind.QuotedName or TokenKind.Number);

    private Expression ParseName(Token token)
    {
        string name = token.Text;
        int dot = name.LastIndexOf('.');
        bool isQualified = dot >= 0;
        if (isQualified && !s_modules.Contains(name[..dot]))
            throw Error(token, $"'{name[..dot]}' is no module; functions may be qualified by {string.Join(", ", s_modules)}, and a name with a dot goes in backticks");
        if (Current.Is("("))
            return ParseCall(token);
        if (isQualified)
        {
            return name[(dot + 1)..] switch
            {
                "pi" or "PI" or "Pi" => NamedConstant.Pi,
                "e" or "E" => NamedConstant.E,
                _ => throw Error(token, $"unknown constant '{name}'; expected pi or e, or '(' after a function"),
            };
        }
        if (_variables.Contains(name))
            return new Variable(name);
        if (name is "pi")
            return NamedConstant.Pi;
        if (name is "e" or "E")
            return NamedConstant.E;
        if (ElementaryFunctions.ByName.ContainsKey(name))
            throw Error(Current, $"expected '(' after the function '{name}', found {Current}; a variable of that name goes in backticks");
        return Variable(token);
    }

    private Variable Variable(Token token) => !_isClosed || _variables.Contains(token.Text)
        ? new Variable(token.Text)
        : throw Error(token, $"'{token.Text}' is unknown.{NearestName.Hint(token.Text, _variables)} Known are {string.Join(", ", _variables.Take(30))}{(_variables.Count > 30 ? ", ..." : "")}");

    private Expression ParseCall(Token token)
    {
        string name = CalledName(token.Text);
        if (name != "pow" && Function(name) is null)
            throw UnknownFunction(token);
        Take();
        Expression argument = ParseSum();
        if (name == "pow")
        {
            Expect(",");
            return Power.Of(argument, ParseLast());
        }
        if (name is "log" or "ln" && Current.Is(","))
        {
            Take();
            return Expression.Log(argument) / Expression.Log(ParseLast());
        }
        Expect(")");
        return Function(name)!(argument);
    }

    /// <summary>The name of a function here: C# begins it with a capital, and spreadsheets have nothing else.</summary>
    private string CalledName(string text)
    {
        string name = text[(text.LastIndexOf('.') + 1)..], lower = name.ToLowerInvariant();
        name = s_spellings.GetValueOrDefault(name, name);
        bool isLower = text.Contains('.') || Function(name) is null && !_variables.Contains(text) && (lower == "pow" || Function(lower) is not null);
        return isLower ? s_spellings.GetValueOrDefault(lower, lower) : name;
    }

    private Func<Expression, Expression>? Function(string name)
    {
        if (ElementaryFunctions.ByName.TryGetValue(name, out ElementaryFunction elementary))
            return argument => new Call(elementary, argument);
        if (s_compositions.TryGetValue(name, out Func<Expression, Expression>? composition))
            return composition;
        // The identity goes by the name x: x(y + 1) is a forgotten '*'.
        return name != "x" && _library.TryGet(name, out SymbolicFunction? function) ? function.ToExpression : null;
    }

    private KanFormatException UnknownFunction(Token token)
    {
        if (_variables.Contains(token.Text))
            return Error(token, $"'{token.Text}' is a variable, not a function. A product needs its '*'");
        IEnumerable<string> known =
        [
            .. ElementaryFunctions.ByName.Keys.Order(StringComparer.Ordinal), .. _library.Functions.Select(item => item.Name).Where(Names.IsIdentifier), .. s_compositions.Keys, "pow",
        ];
        return Error(token, $"unknown function '{token.Text}'.{NearestName.Hint(token.Text[(token.Text.LastIndexOf('.') + 1)..], known)} A product needs its '*'");
    }

    private Expression ParseLast()
    {
        Expression last = ParseSum();
        Expect(")");
        return last;
    }

    private void Enter()
    {
        if (++_depth > LargestDepth)
            throw Error(Current, $"the formula is nested more than {LargestDepth} deep; split it");
    }

    private void Expect(string symbol)
    {
        if (!Current.Is(symbol))
            throw Error(Current, $"expected '{symbol}' or an operator, found {Current}");
        Take();
    }

    private Token Take() => Current.Kind == TokenKind.End ? Current : _tokens[_next++];

    private KanFormatException Error(Token token, string message) => Tokenizer.Error(_text, token.Position, message);
}
