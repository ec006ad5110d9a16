using System.Text;

namespace KanSharp.Formulas.Printing;

/// <summary>The LaTeX of a variable's name: <c>x1</c> and <c>x_1</c> get a subscript, <c>alpha</c> is a Greek letter, words stand upright.</summary>
internal static class LatexName
{
    private static readonly HashSet<string> s_greek = new(StringComparer.Ordinal)
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi",
        "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
        // Not a letter, but a command all the same.
        "hbar",
        "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
    };

    public static string Of(string name)
    {
        if (Symbol(name) is { } symbol)
            return symbol;
        int underscore = name.IndexOf('_', StringComparison.Ordinal);
        int split = underscore > 0 ? underscore : name.AsSpan().TrimEnd("0123456789").Length;
        string subscript = name[(underscore > 0 ? split + 1 : split)..];
        return subscript.Length > 0 && subscript.All(char.IsAsciiLetterOrDigit) && Symbol(name[..split]) is { } stem
            ? $"{stem}_{{{(subscript.Length == 1 || subscript.All(char.IsAsciiDigit) ? subscript : $@"\mathrm{{{subscript}}}")}}}"
            : $@"\mathrm{{{Escaped(name)}}}";
    }

    /// <summary>A single letter as it is, a Greek letter's name as its command; null for anything else.</summary>
    private static string? Symbol(string name) =>
        name.Length == 1 && char.IsLetter(name[0]) ? name : s_greek.Contains(name) ? @"\" + name : null;

    private static string Escaped(string name)
    {
        var text = new StringBuilder();
        foreach (char character in name)
        {
            text.Append(character switch
            {
                '#' or '$' or '%' or '&' or '_' or '{' or '}' or ' ' => @"\" + character,
                '\\' => @"\backslash ",
                '^' => @"\wedge ",
                '~' => @"\sim ",
                _ => character.ToString(),
            });
        }
        return text.ToString();
    }
}
