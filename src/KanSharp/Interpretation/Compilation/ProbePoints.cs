using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Interpretation.Compilation;

/// <summary>Points that tell the ranges of a network and whether it computes its formulas.</summary>
/// <param name="InputRanges">What the grids of the inputs span.</param>
/// <param name="Typical">One row per point, one column per input: the grids of inner nodes span what comes of these.</param>
/// <param name="Verified">The points that the network is held against its formulas on.</param>
internal sealed record ProbePoints((double Low, double High)[] InputRanges, Matrix Typical, Matrix Verified)
{
    private const int BoxPoints = 64, MostSamples = 1000;

    /// <summary>The boxes that may be the range; the last is for verification only.</summary>
    private const int RangeBoxes = 3;

    private static readonly (double Low, double High)[] s_boxes = [(-1, 1), (0.5, 2), (0, 1), (1, 10)];

    /// <summary>The range of all samples, and evenly spread ones of them.</summary>
    public static ProbePoints Of(Matrix samples, IReadOnlyList<string> inputs)
    {
        if (samples.Columns != inputs.Count || samples.Rows == 0)
            throw new KanDataException($"The samples are {samples.Rows} rows of {samples.Columns} columns; expected at least one row and {inputs.Count} columns ({string.Join(", ", inputs)}).");
        int stride = (samples.Rows + MostSamples - 1) / MostSamples;
        Matrix some = samples.SelectRows([.. Enumerable.Range(0, samples.Rows).Where(row => row % stride == 0)]);
        return new ProbePoints([.. Enumerable.Range(0, inputs.Count).Select(i => GraphNetwork.Range(samples.Column(i)))], some, some);
    }

    /// <summary>Points in several boxes, and with each input from another; the range is the first box where the formulas are defined throughout, or most.</summary>
    public static ProbePoints Spread(IReadOnlyList<FormulaProgram> formulas)
    {
        int inputs = formulas[0].Variables.Count;
        var random = new SeededRandom(1);
        var all = new Matrix((s_boxes.Length + 1) * BoxPoints, inputs);
        for (int row = 0; row < all.Rows; row++)
        {
            for (int i = 0; i < inputs; i++)
            {
                int box = row / BoxPoints;
                (double low, double high) = s_boxes[box < s_boxes.Length ? box : random.NextInt(s_boxes.Length)];
                all[row, i] = random.NextDouble(low, high);
            }
        }
        Matrix PointsOf(int box) => all.SelectRows([.. Enumerable.Range(box * BoxPoints, BoxPoints)]);
        int best = Enumerable.Range(0, RangeBoxes).MaxBy(box => formulas.Sum(formula => Defined(formula, PointsOf(box))));
        return new ProbePoints([.. Enumerable.Repeat(s_boxes[best], inputs)], PointsOf(best), all);
    }

    private static int Defined(FormulaProgram formula, Matrix points)
    {
        double[] values = new double[points.Rows];
        formula.Evaluate(points, values);
        return values.Count(double.IsFinite);
    }
}
