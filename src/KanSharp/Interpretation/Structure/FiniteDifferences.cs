using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Interpretation.Structure;

/// <summary>
/// Derivatives of a function that gives values alone, by central differences with steps of ε^⅓ of an input's spread for first and ε^¼ for second
/// derivatives (Nocedal and Wright, Numerical Optimization, section 8.1), and of ε^⅙ for the slope of the second ones: truncation and rounding are then about equal,
/// ε^⅔, ε^½ and ε^⅓.
/// </summary>
internal sealed class FiniteDifferences(CompiledFormula function, double[] spreads) : DerivativeSource
{
    private static readonly double s_firstStep = Math.Cbrt(Rounding);
    private static readonly double s_secondStep = Math.Sqrt(Math.Sqrt(Rounding));
    private static readonly double s_slopeStep = Math.Sqrt(Math.Cbrt(Rounding));

    public override LocalDerivatives Slope(Matrix points, LocalDerivatives here, int input, double spread) =>
        Differences(points, here, input, s_slopeStep * spread, (up, down) => (up + down) / 2);

    public override LocalDerivatives At(Matrix points)
    {
        int inputs = points.Columns;
        double[] point = new double[inputs], values = new double[points.Rows];
        double[][] first = [.. Enumerable.Range(0, inputs).Select(_ => new double[points.Rows])];
        (int I, int J)[] pairs = [.. LocalDerivatives.Pairs(inputs)];
        double[][] second = [.. pairs.Select(_ => new double[points.Rows])];
        for (int row = 0; row < points.Rows; row++)
        {
            for (int i = 0; i < inputs; i++)
                point[i] = points[row, i];
            double value = values[row] = function(point);
            for (int i = 0; i < inputs; i++)
            {
                double step = Step(i, s_firstStep);
                first[i][row] = (At(i, step) - At(i, -step)) / (2 * step);
            }
            for (int p = 0; p < pairs.Length; p++)
            {
                (int i, int j) = pairs[p];
                double a = Step(i, s_secondStep), b = Step(j, s_secondStep);
                second[p][row] = i == j
                    ? (At(i, a) - 2 * value + At(i, -a)) / (a * a)
                    : (AtBoth(i, a, j, b) - AtBoth(i, a, j, -b) - AtBoth(i, -a, j, b) + AtBoth(i, -a, j, -b)) / (4 * a * b);
            }
        }
        return new LocalDerivatives(values, first, second);

        double At(int i, double step)
        {
            double old = point[i];
            point[i] = old + step;
            double value = function(point);
            point[i] = old;
            return value;
        }

        double AtBoth(int i, double a, int j, double b)
        {
            double old = point[i];
            point[i] = old + a;
            double value = At(j, b);
            point[i] = old;
            return value;
        }

        // A constant column has derivatives all the same, though nothing comes of them.
        double Step(int i, double share) => share * (spreads[i] > 0 ? spreads[i] : 1);
    }
}
