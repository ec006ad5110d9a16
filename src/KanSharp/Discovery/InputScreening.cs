using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training;
using MathNet.Numerics.Distributions;

namespace KanSharp.Discovery;

/// <summary>
/// Of many inputs those that a sum of curves needs, one after the other, each time the one that explains most of what is left (forward selection). Small networks of two hundred inputs have more
/// parameters than tables have rows, and nothing could be found. Inputs that count in products alone, without any effect of their own, are not seen.
/// </summary>
internal static class InputScreening
{
    /// <summary>Networks of fewer inputs sort out by themselves which they need.</summary>
    private const int Many = 15;

    private const int MostChosen = 8;

    /// <summary>A curve is a polynomial of this degree.</summary>
    private const int Degree = 3;

    /// <summary>The probability with which an input that has no effect is taken at each choice.</summary>
    private const double Chance = 0.01;

    /// <summary>The view of the inputs that count; null where inputs are few, or none of them, or all, do.</summary>
    public static DataView? Screen(DataView view)
    {
        string[] names = [.. view.Info.InputNames];
        if (names.Length < Many)
            return null;
        HashSet<int> chosen = Choose(view.Training, view.Info.InputScaling.Apply(view.Training.Inputs));
        return chosen.Count == 0 ? null : view.Replace([], [.. names.Where((_, j) => !chosen.Contains(j))]);
    }

    private static HashSet<int> Choose(Dataset data, Matrix inputs)
    {
        int rows = inputs.Rows;
        double[] root = data.RowWeights is { } weights ? [.. weights.Select(Math.Sqrt)] : [.. Enumerable.Repeat(1.0, rows)];
        double[] left = [.. data.Targets.Column(0).ToArray().Zip(root, (y, w) => y * w)];
        List<double[]> basis = [];
        Add(basis, [root], left);
        HashSet<int> chosen = [];
        while (chosen.Count < MostChosen && basis.Count + 2 * Degree < rows)
        {
            double remaining = TensorPrimitives.SumOfSquares<double>(left), best = 0;
            int input = -1;
            for (int j = 0; j < inputs.Columns; j++)
            {
                if (chosen.Contains(j))
                    continue;
                double gain = GramSchmidt.Directions(basis, Powers(inputs.Column(j), root)).Sum(direction => Square(TensorPrimitives.Dot<double>(direction, left)));
                if (gain > best)
                    (best, input) = (gain, j);
            }
            int degrees = rows - basis.Count - Degree;
            if (input < 0 || !(Beyond(best / Degree / ((remaining - best) / degrees), degrees) * (inputs.Columns - chosen.Count) < Chance))
                break;
            chosen.Add(input);
            Add(basis, Powers(inputs.Column(input), root), left);
        }
        return chosen;
    }

    /// <summary>The probability of so large a ratio by chance.</summary>
    private static double Beyond(double ratio, int degrees) => ratio > 0 ? 1 - FisherSnedecor.CDF(Degree, degrees, Math.Min(ratio, 1e12)) : 1;

    private static double[][] Powers(ReadOnlySpan<double> x, double[] root)
    {
        double[][] powers = new double[Degree][];
        for (int power = 0; power < Degree; power++)
        {
            powers[power] = new double[x.Length];
            TensorPrimitives.Multiply(power == 0 ? root : powers[power - 1], x, powers[power]);
        }
        return powers;
    }

    /// <summary>Adds directions to the basis and takes what they explain from what is left.</summary>
    private static void Add(List<double[]> basis, double[][] columns, double[] left)
    {
        foreach (double[] direction in GramSchmidt.Directions(basis, columns))
        {
            basis.Add(direction);
            TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, left), left, left);
        }
    }

    private static double Square(double value) => value * value;
}
