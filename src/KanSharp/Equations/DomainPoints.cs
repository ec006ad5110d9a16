using System.Collections.Immutable;
using KanSharp.Numerics;

namespace KanSharp.Equations;

/// <summary>Points of a domain, or of a part of it.</summary>
internal sealed class DomainPoints(ImmutableArray<EquationInput> inputs, SamplingKind kind, ulong seed)
{
    /// <summary>About <paramref name="count"/> points; one where every input is fixed.</summary>
    public Matrix Choose(int count, ConditionPlace? place = null)
    {
        int[] free = [.. Enumerable.Range(0, inputs.Length).Where(i => place?.Values.ContainsKey(i) != true)];
        if (kind == SamplingKind.Grid && Math.Pow(2, free.Length) > Math.Max(count, 2))
            throw new KanSharpException($"A mesh over {free.Length} inputs has at least {Math.Pow(2, free.Length)} points, and {count} were asked for; sample at random or by a Sobol sequence.");
        double[][] unit = free.Length == 0 ? [[]] : kind switch
        {
            SamplingKind.Grid => Mesh(free.Length, Math.Max(2, (int)Math.Round(Math.Pow(count, 1.0 / free.Length)))),
            SamplingKind.Random => Random(free.Length, count),
            _ => Sobol(free.Length, count),
        };
        var points = new Matrix(unit.Length, inputs.Length);
        for (int row = 0; row < unit.Length; row++)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                int place0 = Array.IndexOf(free, i);
                // The end is met exactly.
                points[row, i] = place0 < 0 ? place!.Values[i]
                    : unit[row][place0] == 1 ? inputs[i].End
                    : inputs[i].Start + (inputs[i].End - inputs[i].Start) * unit[row][place0];
            }
        }
        return points;
    }

    private static double[][] Mesh(int dimensions, int side)
    {
        double[][] points = new double[(int)Math.Pow(side, dimensions)][];
        for (int p = 0; p < points.Length; p++)
        {
            points[p] = new double[dimensions];
            for (int d = 0, rest = p; d < dimensions; d++, rest /= side)
                points[p][d] = (double)(rest % side) / (side - 1);
        }
        return points;
    }

    private double[][] Random(int dimensions, int count)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (double[])[.. Enumerable.Range(0, dimensions).Select(_ => random.NextDouble())])];
    }

    private double[][] Sobol(int dimensions, int count)
    {
        var sequence = new SobolSequence(dimensions, seed);
        double[][] points = new double[count][];
        for (int p = 0; p < count; p++)
            sequence.Next(points[p] = new double[dimensions]);
        return points;
    }
}
