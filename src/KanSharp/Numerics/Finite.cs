using System.Numerics;
using System.Runtime.InteropServices;

namespace KanSharp.Numerics;

/// <summary>Whether numbers are finite, in vectors.</summary>
internal static class Finite
{
    /// <summary>Whether none of these is infinite or no number.</summary>
    public static bool All(ReadOnlySpan<double> values)
    {
        // What is finite less itself is zero; all else less itself is no number, and so is every sum with it.
        Vector<double> sum = Vector<double>.Zero;
        ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        foreach (Vector<double> value in vectors)
            sum += value - value;
        foreach (double value in values[(vectors.Length * Vector<double>.Count)..])
            sum += new Vector<double>(value - value);
        return sum == Vector<double>.Zero;
    }

    /// <summary>How many rows hold a value that is infinite or no number.</summary>
    public static int RowsWithout(Matrix values)
    {
        if (All(values.Values))
            return 0;
        int rows = 0;
        for (int row = 0; row < values.Rows; row++)
        {
            bool finite = true;
            for (int column = 0; column < values.Columns; column++)
                finite &= double.IsFinite(values[row, column]);
            rows += finite ? 0 : 1;
        }
        return rows;
    }
}
