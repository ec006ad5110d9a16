namespace KanSharp.IO;

/// <summary>A column that tells how much each row counts.</summary>
/// <param name="Name">Name of the column; it is no input.</param>
/// <param name="IsStandardError">
/// Whether it holds the standard error σ of each row's target, above 0, which makes the weight 1/σ²; otherwise it holds the weights themselves, 0 or above, by which squared
/// errors are multiplied.
/// </param>
public sealed record WeightColumn(string Name, bool IsStandardError = false);
