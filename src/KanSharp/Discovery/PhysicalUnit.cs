using System.Collections.Immutable;
using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>A physical unit by what it is made of: the powers of metre, kilogram, second, ampere, kelvin, mole and candela. Factors such as that between cm and m do not count.</summary>
public sealed class PhysicalUnit
{
    /// <summary>The number of base units.</summary>
    internal const int BaseCount = 7;

    /// <summary>Powers are multiples of one over this.</summary>
    private const int Denominator = 12;

    private static readonly ImmutableArray<string> s_bases = ["m", "kg", "s", "A", "K", "mol", "cd"];

    private static readonly ImmutableDictionary<string, double[]> s_units = new Dictionary<string, double[]>
    {
        ["m"] = [1],
        ["kg"] = [0, 1],
        ["g"] = [0, 1],
        ["s"] = [0, 0, 1],
        ["A"] = [0, 0, 0, 1],
        ["K"] = [0, 0, 0, 0, 1],
        ["mol"] = [0, 0, 0, 0, 0, 1],
        ["cd"] = [0, 0, 0, 0, 0, 0, 1],
        ["rad"] = [],
        ["sr"] = [],
        ["deg"] = [],
        ["Hz"] = [0, 0, -1],
        ["N"] = [1, 1, -2],
        ["Pa"] = [-1, 1, -2],
        ["bar"] = [-1, 1, -2],
        ["J"] = [2, 1, -2],
        ["eV"] = [2, 1, -2],
        ["W"] = [2, 1, -3],
        ["C"] = [0, 0, 1, 1],
        ["V"] = [2, 1, -3, -1],
        ["F"] = [-2, -1, 4, 2],
        ["ohm"] = [2, 1, -3, -2],
        ["S"] = [-2, -1, 3, 2],
        ["Wb"] = [2, 1, -2, -1],
        ["T"] = [0, 1, -2, -1],
        ["H"] = [2, 1, -2, -2],
        ["lm"] = [0, 0, 0, 0, 0, 0, 1],
        ["lx"] = [-2, 0, 0, 0, 0, 0, 1],
        ["Bq"] = [0, 0, -1],
        ["L"] = [3],
        ["min"] = [0, 0, 1],
        ["h"] = [0, 0, 1],
        ["d"] = [0, 0, 1],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private static readonly string[] s_prefixes = ["Y", "Z", "E", "P", "T", "G", "M", "k", "h", "da", "d", "c", "m", "u", "n", "p", "f", "a"];

    private PhysicalUnit(ImmutableArray<double> powers) => Powers = powers;

    /// <summary>The powers of the base units.</summary>
    internal ImmutableArray<double> Powers { get; }

    /// <summary>
    /// Reads a product of powers of units, such as <c>kg*m/s^2</c>, <c>N</c>, <c>cm^2</c> or <c>1</c> for a plain number. Known are m, g, s, A, K, mol, cd, rad, sr, deg, Hz, N, Pa, bar, J, eV, W, C, V, F, ohm, S,
    /// Wb, T, H, lm, lx, Bq, L, min, h and d, also with a prefix such as k or u.
    /// </summary>
    /// <exception cref="KanSharpException">It is none; the message says why.</exception>
    public static PhysicalUnit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = [.. System.Text.RegularExpressions.Regex.Matches(text, "[A-Za-z_]+").Select(match => match.Value).Distinct()];
        foreach (string word in words)
        {
            if (Known(word) is null)
                throw new KanSharpException($"'{word}' in the unit '{text}' is not known.{NearestName.Hint(word, [.. s_units.Keys])} Use products of powers of {string.Join(", ", s_units.Keys.Order(StringComparer.Ordinal))}, such as kg*m/s^2, and 1 for a plain number.");
        }
        Expression product;
        try
        {
            product = Expression.Parse(text, words);
        }
        catch (KanFormatException failure)
        {
            throw new KanSharpException($"'{text}' is no unit: {failure.Message} Write a product of powers such as kg*m/s^2, or 1 for a plain number.", failure);
        }
        // With a base unit of two and all others one, a product of powers is two to the base unit's power.
        double[] powers = [.. Enumerable.Range(0, BaseCount).Select(b => Math.Log2(Value(b)))];
        double[] rounded = [.. powers.Select(power => Math.Round(power * Denominator) / Denominator)];
        if (Value(-1) != 1 || powers.Zip(rounded).Any(pair => !(Math.Abs(pair.First - pair.Second) < 1e-9)))
            throw new KanSharpException($"'{text}' is no unit: write a product of powers such as kg*m/s^2, or 1 for a plain number.");
        return new PhysicalUnit([.. rounded]);

        double Value(int doubled) => product.Evaluate(words.ToDictionary(word => word, word => doubled >= 0 && doubled < Known(word)!.Length ? Math.Pow(2, Known(word)![doubled]) : 1));
    }

    /// <summary>As base units, such as <c>m*kg*s^-2</c>; <c>1</c> for a plain number.</summary>
    public override string ToString()
    {
        string[] factors = [.. Enumerable.Range(0, BaseCount).Where(b => Powers[b] != 0).Select(b => Powers[b] == 1 ? s_bases[b] : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{s_bases[b]}^{Powers[b]:G4}"))];
        return factors.Length == 0 ? "1" : string.Join('*', factors);
    }

    /// <summary>The powers of a unit, with or without a prefix.</summary>
    private static double[]? Known(string word)
    {
        if (s_units.TryGetValue(word, out double[]? powers))
            return powers;
        return s_prefixes.Where(prefix => word.StartsWith(prefix, StringComparison.Ordinal)).Select(prefix => s_units.GetValueOrDefault(word[prefix.Length..])).FirstOrDefault(found => found is not null);
    }
}
