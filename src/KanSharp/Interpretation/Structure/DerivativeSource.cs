using KanSharp.Numerics;

namespace KanSharp.Interpretation.Structure;

/// <summary>Where the derivatives of a function come from.</summary>
internal abstract class DerivativeSource
{
    /// <summary>Unit roundoff of double precision.</summary>
    protected const double Rounding = 1.1102230246251565e-16;

    /// <summary>Value, gradient and Hessian at every row.</summary>
    public abstract LocalDerivatives At(Matrix points);

    /// <summary>
    /// The derivatives of gradient and Hessian by one input, in the same layout. Here by differences to both sides, of which the smaller one counts:
    /// where a piecewise function has a break within the step, it is the difference that stays on one piece.
    /// </summary>
    /// <param name="points">The rows.</param>
    /// <param name="here">What <see cref="At"/> gave for them.</param>
    /// <param name="input">The input.</param>
    /// <param name="spread">The input's spread, of which the step is a small part.</param>
    public virtual LocalDerivatives Slope(Matrix points, LocalDerivatives here, int input, double spread) =>
        Differences(points, here, input, Math.Sqrt(Rounding) * spread, (up, down) => !(Math.Abs(up) > Math.Abs(down)) ? up : down);

    /// <summary>The differences to both sides, made one by a rule.</summary>
    protected LocalDerivatives Differences(Matrix points, LocalDerivatives here, int input, double step, Func<double, double, double> rule)
    {
        (LocalDerivatives above, double[] rises) = Shifted(points, input, step);
        (LocalDerivatives below, double[] falls) = Shifted(points, input, -step);
        return new LocalDerivatives(
            Quotients(here.Values, above.Values, below.Values),
            [.. Enumerable.Range(0, here.Inputs).Select(i => Quotients(here.First[i], above.First[i], below.First[i]))],
            [.. LocalDerivatives.Pairs(here.Inputs).Select(pair => Quotients(here.Second(pair.I, pair.J), above.Second(pair.I, pair.J), below.Second(pair.I, pair.J)))]);

        double[] Quotients(double[] middle, double[] upper, double[] lower)
        {
            double[] result = new double[middle.Length];
            for (int row = 0; row < result.Length; row++)
                result[row] = rule((upper[row] - middle[row]) / rises[row], (lower[row] - middle[row]) / falls[row]);
            return result;
        }
    }

    private (LocalDerivatives Derivatives, double[] Steps) Shifted(Matrix points, int input, double step)
    {
        Matrix moved = points.Clone();
        Span<double> column = moved.Column(input);
        double[] steps = new double[column.Length];
        for (int row = 0; row < steps.Length; row++)
        {
            double old = column[row];
            column[row] += step;
            steps[row] = column[row] - old;
        }
        return (At(moved), steps);
    }
}
