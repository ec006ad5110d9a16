namespace KanSharp.Interpretation.Structure;

/// <summary>Values and derivatives of a function at some rows; every array has one number per row.</summary>
internal sealed class LocalDerivatives
{
    private readonly double[][] _second;

    /// <param name="values">The values.</param>
    /// <param name="first">The first derivatives, by input.</param>
    /// <param name="second">The second derivatives in the order (0, 0), (0, 1), .., (1, 1), ...</param>
    public LocalDerivatives(double[] values, double[][] first, double[][] second)
    {
        Values = values;
        First = first;
        _second = second;
    }

    public double[] Values { get; }

    public double[][] First { get; }

    public int Inputs => First.Length;

    public double[] Second(int i, int j) => _second[PairIndex(i, j, Inputs)];

    /// <summary>How many pairs i ≤ j there are.</summary>
    public static int PairCount(int inputs) => inputs * (inputs + 1) / 2;

    /// <summary>The pairs i ≤ j in the order of the second derivatives.</summary>
    public static IEnumerable<(int I, int J)> Pairs(int inputs) =>
        from i in Enumerable.Range(0, inputs) from j in Enumerable.Range(i, inputs - i) select (i, j);

    /// <summary>The derivatives by inputs in units of their scales, everything times a factor.</summary>
    public LocalDerivatives Scaled(double[] scales, double factor = 1) => new(
        Times(Values, factor),
        [.. First.Select((column, i) => Times(column, factor * scales[i]))],
        [.. Pairs(Inputs).Select(pair => Times(Second(pair.I, pair.J), factor * scales[pair.I] * scales[pair.J]))]);

    /// <summary>The first row with a number that is not finite; -1 if there is none.</summary>
    public int FirstBadRow() => new[] { Values }.Concat(First).Concat(_second)
        .Select(column => column.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue)).Where(row => row >= 0).DefaultIfEmpty(-1).Min();

    private static int PairIndex(int i, int j, int inputs) => i <= j ? i * inputs - i * (i - 1) / 2 + j - i : PairIndex(j, i, inputs);

    private static double[] Times(double[] values, double factor) => [.. values.Select(value => factor * value)];
}
