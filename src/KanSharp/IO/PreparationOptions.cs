namespace KanSharp.IO;

/// <summary>What a table is prepared for.</summary>
public sealed record PreparationOptions
{
    /// <summary>The columns to learn. Several are possible where they hold numbers, one where it holds labels.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Columns that are neither inputs nor targets.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>The column that tells how much each row counts; null where all count alike.</summary>
    public WeightColumn? Weight { get; init; }

    /// <summary>What to do with cells that hold no finite number.</summary>
    public MissingPolicy Missing { get; init; }

    /// <summary>Whether the target's distinct values are classes; by default they are where it holds labels.</summary>
    public bool? Classify { get; init; }
}
