using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>
/// The power law c x₁^p₁ x₂^p₂ .. nearest to the logarithms of the data. Such laws span orders of magnitude that a spline of the plain
/// values cannot resolve.
/// </summary>
internal static class PowerLaw
{
    /// <summary>An exponent this near to a half or whole number is tried as that number.</summary>
    private const double Near = 0.15;

    /// <summary>
    /// The law with exponents as they were fitted and, where they are near, as half and whole numbers; none if the targets differ in sign or no
    /// input is positive throughout.
    /// </summary>
    public static IEnumerable<Expression> Fit(Dataset data, IReadOnlyList<string> names)
    {
        double[] targets = data.Targets.Column(0).ToArray();
        double sign = Math.Sign(targets[0]);
        int[] positive = [.. Enumerable.Range(0, data.Inputs.Columns).Where(j => !data.Inputs.Column(j).ToArray().Any(x => x <= 0))];
        if (sign == 0 || targets.Any(y => Math.Sign(y) != sign) || positive.Length == 0)
            return [];
        var logarithms = new Matrix(data.Count, positive.Length + 1);
        var right = new Matrix(data.Count, 1);
        for (int row = 0; row < data.Count; row++)
        {
            for (int j = 0; j < positive.Length; j++)
                logarithms[row, j] = Math.Log(data.Inputs[row, positive[j]]);
            logarithms[row, positive.Length] = 1;
            right[row, 0] = Math.Log(Math.Abs(targets[row]));
        }
        var solution = new Matrix(positive.Length + 1, 1);
        MinimumNormLeastSquares.Solve(logarithms, right, 1e-10, solution);
        double scale = sign * Math.Exp(solution[positive.Length, 0]);
        double[] exponents = solution.Column(0)[..positive.Length].ToArray();
        double[] rounded = [.. exponents.Select(p => Math.Abs(Math.Round(2 * p) / 2 - p) <= Near ? Math.Round(2 * p) / 2 : p)];
        if (!double.IsFinite(scale) || scale == 0)
            return [];
        return new[] { rounded, exponents }.DistinctBy(p => string.Join(' ', p)).Select(p => Product.Of(
            [new Constant(scale), .. positive.Select((j, i) => new Variable(names[j]).Pow(p[i]))]));
    }
}
