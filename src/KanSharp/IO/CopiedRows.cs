using System.IO.Hashing;
using System.Runtime.InteropServices;
using KanSharp.Numerics;

namespace KanSharp.IO;

/// <summary>Rows of measured values that stand in a table more than once. A copy tells nothing new, and where one of them is held back to judge by, the others give it away.</summary>
internal static class CopiedRows
{
    /// <summary>A column with more values than that holds measurements. Kinds stand in a table more than once by nature.</summary>
    private const int MostKinds = 20;

    /// <summary>Fewer copies, as a part of the rows, are none to speak of.</summary>
    private const double ManyCopies = 0.1;

    /// <summary>
    /// The first of all rows that are equal in inputs and targets, each with the weight of its copies; null where there are few copies. Rows with the same inputs and different targets are
    /// no copies but measurements of one place: each has an error of its own.
    /// </summary>
    public static (int[] Rows, double[] Weights)? Join(Matrix inputs, Matrix targets, IReadOnlyList<double>? weights)
    {
        if (!Enumerable.Range(0, inputs.Columns).Any(j => inputs.Column(j).ToArray().Distinct().Count() > MostKinds))
            return null;
        var known = new Dictionary<ulong, int>();
        int[] first = new int[inputs.Rows];
        bool[] differ = new bool[inputs.Rows];
        double[] values = new double[inputs.Columns];
        for (int row = 0; row < first.Length; row++)
        {
            for (int j = 0; j < values.Length; j++)
                values[j] = inputs[row, j];
            ulong hash = XxHash64.HashToUInt64(MemoryMarshal.AsBytes<double>(values));
            first[row] = known.TryAdd(hash, row) ? row : known[hash];
            for (int j = 0; j < targets.Columns; j++)
                differ[first[row]] |= targets[row, j] != targets[first[row], j];
        }
        double[] sums = new double[first.Length];
        for (int row = 0; row < first.Length; row++)
            sums[differ[first[row]] ? row : first[row]] += weights?[row] ?? 1;
        int[] kept = [.. Enumerable.Range(0, first.Length).Where(row => sums[row] > 0)];
        return first.Length - kept.Length >= ManyCopies * first.Length ? (kept, [.. kept.Select(row => sums[row])]) : null;
    }
}
