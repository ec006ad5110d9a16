using System.Collections.Immutable;

namespace KanSharp.Discovery;

/// <summary>A column of a table, as a search for relations reads it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Index of the first column of the matrix that it is made of.</param>
/// <param name="Count">How many columns of the matrix it is made of: 1 for numbers, as many as there are labels for a text column read one-hot.</param>
public sealed record RelationColumn(string Name, int First, int Count = 1);

/// <summary>A column's part in a relation.</summary>
/// <param name="Column">Index of the column.</param>
/// <param name="Score">
/// Share of the variation of the best curve of this column that curves of the other columns explain, on rows that they were not fitted to: 0 none, 1 all.
/// </param>
public readonly record struct RelatedColumn(int Column, double Score);

/// <summary>A group of columns that depend on each other.</summary>
/// <param name="Columns">The columns, in the order of the table.</param>
/// <param name="Function">The column that follows from the others: its curve is monotonic and they explain at least 0.9 of it; null where there is none.</param>
public sealed record Relation(ImmutableArray<RelatedColumn> Columns, int? Function)
{
    /// <summary>The highest score of a column.</summary>
    public double Score => Columns.Max(column => column.Score);
}

/// <summary>Two columns, and how sure it is that they depend on each other.</summary>
/// <param name="First">The column whose curve is explained.</param>
/// <param name="Second">The column that explains it.</param>
/// <param name="Score">What share of it, on rows that the curves were not fitted to; below 0 where the curve predicts worse than the mean.</param>
/// <param name="Significance">The correlation of their curves on rows these were not fitted to, in units of its standard error where there is no dependence.</param>
public readonly record struct RelationCandidate(int First, int Second, double Score, double Significance);

/// <summary>What a search for relations found.</summary>
public sealed record RelationResult
{
    /// <summary>The names of the columns.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>The groups, the strongest first; a column may be in several.</summary>
    public required ImmutableArray<Relation> Relations { get; init; }

    /// <summary>Columns that are the same in every row and so depend on nothing.</summary>
    public required ImmutableArray<int> Constant { get; init; }

    /// <summary>Of the pairs with the highest score of each column the surest, whether that is enough or not; null where fewer than two columns vary.</summary>
    public required RelationCandidate? Strongest { get; init; }

    /// <summary>The significance that a pair needs: by chance, one independent table in a hundred has a pair above it.</summary>
    public required double NeededSignificance { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns that vary and are in no group.</summary>
    public ImmutableArray<int> Alone => [.. Enumerable.Range(0, Names.Length).Except(Constant).Except(Relations.SelectMany(relation => relation.Columns.Select(column => column.Column)))];
}
