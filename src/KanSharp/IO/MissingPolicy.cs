namespace KanSharp.IO;

/// <summary>What to do with a row that has a cell without a finite number where one is needed.</summary>
public enum MissingPolicy
{
    /// <summary>Refuse the table and name the cell. The default.</summary>
    Error,

    /// <summary>Leave the row out.</summary>
    Drop,

    /// <summary>Fill an input with the mean of its column's numbers; a row without a target, or without a label in a text column, is left out.</summary>
    Mean,
}
