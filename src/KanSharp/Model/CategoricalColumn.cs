using System.Collections.Immutable;

namespace KanSharp.Model;

/// <summary>
/// A text column that a network reads one-hot: for each label an input that is 1 in its rows and 0 in all others. Of two labels the second is enough: the first
/// is what the second is not.
/// </summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Labels">Its labels, in ordinal order; at least two.</param>
public sealed record CategoricalColumn(string Name, ImmutableArray<string> Labels)
{
    /// <summary>The labels that have an input.</summary>
    public ReadOnlySpan<string> EncodedLabels => Labels.AsSpan()[(Labels.Length == 2 ? 1 : 0)..];

    /// <summary>The name of a label's input: <c>colour=red</c>. In formulas it stands in backticks; languages it is exported to get <c>colour_red</c>.</summary>
    public string InputName(string label) => $"{Name}={label}";
}
