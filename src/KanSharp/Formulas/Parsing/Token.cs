namespace KanSharp.Formulas.Parsing;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    Number,
    Name,
    QuotedName,
    Symbol,
    End,
}

/// <summary>A token of formula text: its kind, its text (without quotes), and where it begins.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>For messages.</summary>
    public override string ToString() => Kind == TokenKind.End ? "the end" : $"'{Text}'";
}
