using System.Text;

namespace KanSharp.Formulas.Parsing;

/// <summary>Cuts formula text into tokens.</summary>
internal static class Tokenizer
{
    public static List<Token> Tokenize(string text)
    {
        var tokens = new List<Token>();
        int position = 0;
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
                continue;
            }
            Token token = Next(text, position, out int end);
            tokens.Add(token);
            position = end;
        }
        tokens.Add(new Token(TokenKind.End, "", text.Length));
        return tokens;
    }

    /// <summary>The error for a place in the text, shown with what stands there.</summary>
    public static KanFormatException Error(string text, int position, string message)
    {
        const int reach = 30;
        int start = Math.Max(0, position - reach), end = Math.Min(text.Length, position + reach);
        string shown = $"{(start > 0 ? "..." : "")}{text[start..position]}>>>{text[position..end]}{(end < text.Length ? "..." : "")}";
        return new KanFormatException($"The formula cannot be read at position {position + 1}: {message} (at >>> in: {shown})");
    }

    private static Token Next(string text, int start, out int end)
    {
        char first = text[start];
        if (char.IsAsciiDigit(first) || first == '.' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1]))
            return new Token(TokenKind.Number, text[start..(end = NumberEnd(text, start))], start);
        if (first == '`')
            return QuotedName(text, start, out end);
        if (Rune.TryGetRuneAt(text, start, out Rune rune) && Names.IsStart(rune))
            return new Token(TokenKind.Name, text[start..(end = NameEnd(text, start))], start);
        if (first == '*' && start + 1 < text.Length && text[start + 1] == '*')
        {
            end = start + 2;
            return new Token(TokenKind.Symbol, "^", start);
        }
        if (!"+-*/^(),".Contains(first))
            throw Error(text, start, $"unexpected character '{rune}'; expected a number, a name, an operator or a parenthesis. A name with other characters goes in backticks: `flow rate`");
        end = start + 1;
        return new Token(TokenKind.Symbol, first.ToString(), start);
    }

    private static int NumberEnd(string text, int position)
    {
        position = DigitsEnd(text, position);
        if (position < text.Length && text[position] == '.')
            position = DigitsEnd(text, position + 1);
        if (position < text.Length && text[position] is 'e' or 'E')
        {
            int digits = position + 1;
            if (digits < text.Length && text[digits] is '+' or '-')
                digits++;
            if (digits < text.Length && char.IsAsciiDigit(text[digits]))
                position = DigitsEnd(text, digits);
        }
        return position;
    }

    private static int DigitsEnd(string text, int position)
    {
        while (position < text.Length && char.IsAsciiDigit(text[position]))
            position++;
        return position;
    }

    private static int NameEnd(string text, int position)
    {
        while (position < text.Length && Rune.TryGetRuneAt(text, position, out Rune rune) && Names.IsPart(rune))
            position += rune.Utf16SequenceLength;
        // A qualified name, such as math.sin; x.5 is none.
        return position + 1 < text.Length && text[position] == '.' && Rune.TryGetRuneAt(text, position + 1, out Rune next) && Names.IsStart(next)
            ? NameEnd(text, position + 1) : position;
    }

    private static Token QuotedName(string text, int start, out int end)
    {
        var name = new StringBuilder();
        for (int i = start + 1; i < text.Length; i++)
        {
            if (text[i] != '`')
            {
                name.Append(text[i]);
                continue;
            }
            if (i + 1 < text.Length && text[i + 1] == '`')
            {
                name.Append('`');
                i++;
                continue;
            }
            if (name.Length == 0)
                throw Error(text, start, "a name in backticks is empty");
            end = i + 1;
            return new Token(TokenKind.QuotedName, name.ToString(), start);
        }
        throw Error(text, start, "a name in backticks is not closed");
    }
}
