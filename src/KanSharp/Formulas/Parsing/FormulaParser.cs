using System.Globalization;

namespace KanSharp.Formulas.Parsing;

/// <summary>
/// Reads formula text by recursive descent:
/// <code>
/// sum     = product { ("+" | "-") product }
/// product = signed { ("*" | "/") signed }
/// signed  = { "+" | "-" } power
/// power   = atom [ ("^" | "**") signed ]
/// atom    = number | name | `name` | function "(" sum ")" | "(" sum ")"
/// </code>
/// </summary>
internal sealed class FormulaParser
{
    /// <summary>Deeper nesting is refused before it can exhaust the stack, here or in anything that walks the tree.</summary>
    private const int LargestDepth = 400;

    private readonly string _text;
    private readonly List<Token> _tokens;
    private readonly HashSet<string> _variables;
    private readonly SymbolicLibrary _library;
    private int _next;
    private int _depth;

    private FormulaParser(string text, IEnumerable<string>? variables, SymbolicLibrary library)
    {
        _text = text;
        _tokens = Tokenizer.Tokenize(text);
        _variables = new HashSet<string>(variables ?? [], StringComparer.Ordinal);
        _library = library;
    }

    private Token Current => _tokens[_next];

    public static Expression Parse(string text, IEnumerable<string>? variables, SymbolicLibrary library)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new FormulaParser(text, variables, library);
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
                return new Variable(token.Text);
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.Symbol when token.Text == "(":
                Expression inner = ParseSum();
                Expect(")");
                return inner;
            default:
                throw Error(token, $"expected a number, a name, a function or '(', found {token}");
        }
    }

    private Expression ParseName(Token token)
    {
        if (Current.Is("("))
            return ParseCall(token);
        if (_variables.Contains(token.Text))
            return new Variable(token.Text);
        if (token.Text is "pi")
            return NamedConstant.Pi;
        if (token.Text is "e" or "E")
            return NamedConstant.E;
        if (ElementaryFunctions.ByName.ContainsKey(token.Text))
            throw Error(Current, $"expected '(' after the function '{token.Text}', found {Current}; a variable of that name goes in backticks");
        return new Variable(token.Text);
    }

    private Expression ParseCall(Token token)
    {
        Take();
        Expression argument = ParseSum();
        if (token.Text == "pow" && Current.Is(","))
        {
            Take();
            Expression exponent = ParseSum();
            Expect(")");
            return Power.Of(argument, exponent);
        }
        Expect(")");
        if (ElementaryFunctions.ByName.TryGetValue(token.Text, out ElementaryFunction elementary))
            return new Call(elementary, argument);
        // The identity goes by the name x: x(y + 1) is a forgotten '*'.
        if (token.Text != "x" && _library.TryGet(token.Text, out SymbolicFunction? function))
            return function.ToExpression(argument);
        IEnumerable<string> known = [.. ElementaryFunctions.ByName.Keys.Order(StringComparer.Ordinal), .. _library.Functions.Select(item => item.Name).Where(Names.IsIdentifier)];
        throw Error(token, $"unknown function '{token.Text}'.{NearestName.Hint(token.Text, known)} A product needs its '*'");
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
