using System.Text;

namespace KanSharp.Formulas.Printing;

/// <summary>The LaTeX of a variable's name: <c>x1</c> and <c>x_1</c> get a subscript, <c>alpha</c> is a Greek letter, words stand upright.</summary>
internal static class LatexName
{
    /// <summary>Letters by their LaTeX command; the last is no letter, but a command all the same.</summary>
    private static readonly Dictionary<string, string> s_letters = """
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ
        pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
        Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω hbar ℏ
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public static string Of(string name)
    {
        (string stem, string subscript) = Split(name);
        string written = Symbol(stem) ?? $@"\mathrm{{{Escaped(stem)}}}";
        return subscript.Length == 0 ? written
            : $"{written}_{{{(subscript.Length == 1 || subscript.All(char.IsAsciiDigit) ? subscript : $@"\mathrm{{{subscript}}}")}}}";
    }

    /// <summary>A letter and its subscript; the whole name and nothing where it has not that form.</summary>
    public static (string Stem, string Subscript) Split(string name)
    {
        if (Symbol(name) is not null)
            return (name, "");
        int underscore = name.IndexOf('_', StringComparison.Ordinal);
        int split = underscore > 0 ? underscore : name.AsSpan().TrimEnd("0123456789").Length;
        string subscript = name[(underscore > 0 ? split + 1 : split)..];
        return subscript.Length > 0 && subscript.All(char.IsAsciiLetterOrDigit) && Symbol(name[..split]) is not null
            ? (name[..split], subscript)
            : (name, "");
    }

    /// <summary>The Greek letter that a name spells; null for any other name.</summary>
    public static string? Letter(string name) => s_letters.GetValueOrDefault(name);

    /// <summary>A single letter as it is, a Greek letter's name as its command; null for anything else.</summary>
    private static string? Symbol(string name) =>
        name.Length == 1 && char.IsLetter(name[0]) ? name : s_letters.ContainsKey(name) ? @"\" + name : null;

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
