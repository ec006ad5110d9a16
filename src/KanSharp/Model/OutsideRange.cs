namespace KanSharp.Model;

/// <summary>A value outside the range of the grids that read it, in the user's units.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Low">Lower end of the range.</param>
/// <param name="High">Upper end of the range.</param>
public sealed record OutsideRange(string Input, double Value, double Low, double High)
{
    /// <summary>How far beyond the range the value lies, in lengths of the range.</summary>
    public double Distance => Math.Max(Low - Value, Value - High) / (High - Low);

    /// <summary>The farther of two, in lengths of their ranges.</summary>
    public static OutsideRange? Farther(OutsideRange? first, OutsideRange? second) =>
        first is null || second?.Distance > first.Distance ? second : first;
}
