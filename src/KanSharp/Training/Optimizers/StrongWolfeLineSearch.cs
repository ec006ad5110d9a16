using System.Numerics.Tensors;

namespace KanSharp.Training.Optimizers;

/// <summary>
/// Finds a step along a descent direction that satisfies the strong Wolfe conditions: first lengthens the step until an acceptable
/// one is bracketed, then narrows the bracket, guessing by cubic interpolation (Nocedal and Wright, Numerical Optimization, 2nd ed.,
/// algorithms 3.5 and 3.6, with the safeguards of minFunc that PyTorch and pykan share).
/// A point whose value or gradient is not finite counts as infinitely high, so that the search backs off from it.
/// </summary>
internal sealed class StrongWolfeLineSearch(int parameterCount)
{
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;
    private const int MaxIterations = 25;

    private readonly double[] _point = new double[parameterCount];
    private readonly double[][] _gradients = [new double[parameterCount], new double[parameterCount], new double[parameterCount]];

    /// <summary>A point on the line: how far along, the value and slope there, and which buffer holds its gradient (-1: none does).</summary>
    private readonly record struct Trial(double Step, double Value, double Slope, int Buffer);

    /// <summary>The step accepted: the lowest one found. Zero if none is lower than the start.</summary>
    public double Step { get; private set; }

    /// <summary>The value there.</summary>
    public double Value { get; private set; }

    /// <summary>Evaluations of the objective that the last search used.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether any point tried, other than the start again, had a finite value and gradient.</summary>
    public bool FoundFinite { get; private set; }

    /// <summary>
    /// Searches from <paramref name="origin"/>, where the objective has this <paramref name="value"/> and <paramref name="gradient"/>,
    /// trying <paramref name="firstStep"/> first. Leaves the gradient at the accepted point in <paramref name="gradient"/>.
    /// </summary>
    public void Search(
        IObjective objective, ReadOnlySpan<double> origin, ReadOnlySpan<double> direction, double firstStep, double value,
        Span<double> gradient, double slope, double tolerance)
    {
        Evaluations = 0;
        FoundFinite = false;
        var line = new Line(objective, origin, direction);
        Trial accepted = Bracket(line, new Trial(0, value, slope, -1), firstStep, tolerance);
        Step = accepted.Step;
        Value = accepted.Value;
        if (accepted.Buffer >= 0)
            _gradients[accepted.Buffer].CopyTo(gradient);
    }

    private Trial Bracket(in Line line, Trial start, double firstStep, double tolerance)
    {
        Trial previous = start;
        Trial current = Evaluate(line, firstStep, FreeBuffer(start, start));
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            if (IsTooHigh(current, start) || (iteration > 1 && current.Value >= previous.Value))
                return Zoom(line, start, previous, current, iteration, tolerance);
            if (IsFlat(current, start))
                return current;
            if (current.Slope >= 0)
                return Zoom(line, start, previous, current, iteration, tolerance);

            double shortest = current.Step + 0.01 * (current.Step - previous.Step);
            double next = MinimizeCubic(previous, current, shortest, 10 * current.Step);
            int buffer = FreeBuffer(previous, current);
            previous = current;
            current = Evaluate(line, next, buffer);
        }
        return current.Value < previous.Value ? current : previous;
    }

    /// <summary>Narrows the bracket between two points, the lower of which satisfies the condition of sufficient decrease.</summary>
    private Trial Zoom(in Line line, Trial start, Trial first, Trial second, int iteration, double tolerance)
    {
        (Trial low, Trial high) = first.Value <= second.Value ? (first, second) : (second, first);
        double directionSize = Math.Abs(TensorPrimitives.MaxMagnitude(line.Direction));
        bool wasNearEdge = false;
        for (; iteration < MaxIterations; iteration++)
        {
            if (Math.Abs(high.Step - low.Step) * directionSize < tolerance)
                break;

            double left = Math.Min(low.Step, high.Step), right = Math.Max(low.Step, high.Step);
            double next = double.IsFinite(high.Value)
                ? MinimizeCubic(low, high, left, right)
                : low.Step + (low.Step == 0 ? 0.1 : 0.5) * (high.Step - low.Step);
            next = KeepOffEdges(next, left, right, ref wasNearEdge);

            Trial trial = Evaluate(line, next, FreeBuffer(low, high));
            if (IsTooHigh(trial, start) || trial.Value >= low.Value)
            {
                high = trial;
                if (high.Value < low.Value)
                    (low, high) = (high, low);
            }
            else
            {
                if (IsFlat(trial, start))
                    return trial;
                if (trial.Slope * (high.Step - low.Step) >= 0)
                    high = low;
                low = trial;
            }
        }
        return low;
    }

    private static bool IsTooHigh(Trial trial, Trial start) =>
        trial.Value > start.Value + SufficientDecrease * trial.Step * start.Slope;

    private static bool IsFlat(Trial trial, Trial start) => Math.Abs(trial.Slope) <= -Curvature * start.Slope;

    /// <summary>
    /// A guess close to an end of the bracket is allowed once; the second time running, or on the end itself, it is moved to a
    /// tenth of the bracket's length from there.
    /// </summary>
    private static double KeepOffEdges(double step, double left, double right, ref bool wasNearEdge)
    {
        double margin = 0.1 * (right - left);
        bool isNearEdge = Math.Min(right - step, step - left) < margin;
        if (!isNearEdge || !(wasNearEdge || step >= right || step <= left))
        {
            wasNearEdge = isNearEdge;
            return step;
        }
        wasNearEdge = false;
        return Math.Abs(step - right) < Math.Abs(step - left) ? right - margin : left + margin;
    }

    /// <summary>
    /// The minimum of the cubic through two points with their slopes, kept within bounds; the middle of the bounds where it has none.
    /// Nocedal and Wright, equation 3.59.
    /// </summary>
    private static double MinimizeCubic(Trial a, Trial b, double lowerBound, double upperBound)
    {
        (Trial left, Trial right) = a.Step <= b.Step ? (a, b) : (b, a);
        double d1 = left.Slope + right.Slope - 3 * (left.Value - right.Value) / (left.Step - right.Step);
        double d2 = Math.Sqrt(d1 * d1 - left.Slope * right.Slope);
        double step = right.Step
            - (right.Step - left.Step) * ((right.Slope + d2 - d1) / (right.Slope - left.Slope + 2 * d2));
        return double.IsNaN(step) ? (lowerBound + upperBound) / 2 : Math.Min(Math.Max(step, lowerBound), upperBound);
    }

    private Trial Evaluate(in Line line, double step, int buffer)
    {
        double[] gradient = _gradients[buffer];
        TensorPrimitives.MultiplyAdd(line.Direction, step, line.Origin, _point);
        double value = line.Objective.Evaluate(_point, gradient);
        Evaluations++;
        double slope = TensorPrimitives.Dot(gradient, line.Direction);
        if (!double.IsFinite(value) || !double.IsFinite(slope) || !double.IsFinite(TensorPrimitives.MaxMagnitude<double>(gradient)))
            return new Trial(step, double.PositiveInfinity, double.NaN, buffer);
        FoundFinite |= !line.Origin.SequenceEqual(_point);
        return new Trial(step, value, slope, buffer);
    }

    private static int FreeBuffer(Trial a, Trial b)
    {
        int buffer = 0;
        while (buffer == a.Buffer || buffer == b.Buffer)
            buffer++;
        return buffer;
    }

    private readonly ref struct Line(IObjective objective, ReadOnlySpan<double> origin, ReadOnlySpan<double> direction)
    {
        public readonly IObjective Objective = objective;
        public readonly ReadOnlySpan<double> Origin = origin;
        public readonly ReadOnlySpan<double> Direction = direction;
    }
}
