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
}
