using System.Numerics.Tensors;

namespace KanSharp.Training.Optimizers;

/// <summary>
/// All that L-BFGS remembers between steps: the curvature pairs, and the last move with the gradient it started from, which
/// become the next pair once the gradient at its end is known.
/// </summary>
internal sealed class LbfgsState
{
    /// <summary>Number of curvature pairs kept.</summary>
    public const int Capacity = 10;

    /// <summary>A pair with a smaller product of move and gradient change is not kept: the inverse Hessian would not stay positive.</summary>
    private const double CurvatureTolerance = 1e-32;

    private readonly double[][] _moves = new double[Capacity][];
    private readonly double[][] _changes = new double[Capacity][];
    private readonly double[] _curvatures = new double[Capacity];
    private readonly double[] _weights = new double[Capacity];
    private int _oldest;

    public LbfgsState(int parameterCount)
    {
        Direction = new double[parameterCount];
        PreviousGradient = new double[parameterCount];
        for (int i = 0; i < Capacity; i++)
        {
            _moves[i] = new double[parameterCount];
            _changes[i] = new double[parameterCount];
        }
    }

    /// <summary>Number of curvature pairs held.</summary>
    public int PairCount { get; private set; }

    /// <summary>True until the first move, and after <see cref="Reset"/>: the next direction is that of steepest descent.</summary>
    public bool IsFresh { get; private set; } = true;

    /// <summary>The last search direction.</summary>
    public double[] Direction { get; }

    /// <summary>How far along <see cref="Direction"/> the last move went; 0 while there was none.</summary>
    public double StepLength { get; set; }

    /// <summary>The gradient where the last move started.</summary>
    public double[] PreviousGradient { get; }

    /// <summary>A copy of all of it, the oldest pair first.</summary>
    public OptimizerMemory Save()
    {
        int[] slots = [.. Enumerable.Range(0, PairCount).Select(i => (_oldest + i) % Capacity)];
        return new OptimizerMemory(
        [
            ("fresh", [IsFresh ? 1 : 0]),
            ("direction", [.. Direction]),
            ("step_length", [StepLength]),
            ("previous_gradient", [.. PreviousGradient]),
            ("moves", [.. slots.SelectMany(slot => _moves[slot])]),
            ("changes", [.. slots.SelectMany(slot => _changes[slot])]),
            ("curvatures", [.. slots.Select(slot => _curvatures[slot])]),
        ]);
    }

    /// <summary>The state that was saved.</summary>
    /// <exception cref="KanSharpException">It is no state of L-BFGS for so many parameters.</exception>
    public static LbfgsState Restore(OptimizerMemory memory, int parameterCount)
    {
        double[] curvatures = memory.Part("curvatures");
        int pairs = curvatures.Length;
        if (pairs > Capacity)
            throw new KanSharpException($"L-BFGS cannot have {pairs} curvature pairs; it keeps {Capacity}.");
        double[] moves = memory.Part("moves", checked(pairs * parameterCount)), changes = memory.Part("changes", pairs * parameterCount);
        var state = new LbfgsState(parameterCount)
        {
            IsFresh = memory.Part("fresh", 1)[0] != 0,
            StepLength = memory.Part("step_length", 1)[0],
            PairCount = pairs,
        };
        memory.Part("direction", parameterCount).CopyTo(state.Direction, 0);
        memory.Part("previous_gradient", parameterCount).CopyTo(state.PreviousGradient, 0);
        for (int i = 0; i < pairs; i++)
        {
            Array.Copy(moves, i * parameterCount, state._moves[i], 0, parameterCount);
            Array.Copy(changes, i * parameterCount, state._changes[i], 0, parameterCount);
            state._curvatures[i] = curvatures[i];
        }
        return state;
    }

    /// <summary>Forgets the curvature, as when the objective changes.</summary>
    public void Reset()
    {
        PairCount = 0;
        _oldest = 0;
        IsFresh = true;
    }

    /// <summary>
    /// Learns from the last move, and sets <see cref="Direction"/> to the quasi-Newton direction at a point with this
    /// <paramref name="gradient"/>; after <see cref="Reset"/>, to that of steepest descent.
    /// </summary>
    public void ChooseDirection(ReadOnlySpan<double> gradient)
    {
        if (IsFresh)
        {
            TensorPrimitives.Negate(gradient, Direction);
            IsFresh = false;
        }
        else
        {
            AddPair(gradient);
            ApplyInverseHessian(gradient);
        }
        gradient.CopyTo(PreviousGradient);
        StepLength = 0;
    }

    /// <summary>Both vectors of the new pair are formed where their sources lie, since these are not needed any more.</summary>
    private void AddPair(ReadOnlySpan<double> gradient)
    {
        double[] change = PreviousGradient, move = Direction;
        TensorPrimitives.Subtract(gradient, change, change);
        TensorPrimitives.Multiply(move, StepLength, move);
        double curvature = TensorPrimitives.Dot<double>(change, move);
        if (!(curvature > CurvatureTolerance && double.IsFinite(curvature)))
            return;

        int slot = (_oldest + PairCount) % Capacity;
        if (PairCount < Capacity)
            PairCount++;
        else
            _oldest = (_oldest + 1) % Capacity;
        move.CopyTo(_moves[slot], 0);
        change.CopyTo(_changes[slot], 0);
        _curvatures[slot] = curvature;
    }

    /// <summary>The two-loop recursion: Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.4.</summary>
    private void ApplyInverseHessian(ReadOnlySpan<double> gradient)
    {
        double[] direction = Direction;
        TensorPrimitives.Negate(gradient, direction);
        if (PairCount == 0)
            return;

        for (int i = PairCount - 1; i >= 0; i--)
        {
            int slot = (_oldest + i) % Capacity;
            _weights[slot] = TensorPrimitives.Dot<double>(_moves[slot], direction) / _curvatures[slot];
            TensorPrimitives.MultiplyAdd(_changes[slot], -_weights[slot], direction, direction);
        }

        int newest = (_oldest + PairCount - 1) % Capacity;
        double scale = _curvatures[newest] / TensorPrimitives.SumOfSquares<double>(_changes[newest]);
        TensorPrimitives.Multiply(direction, scale, direction);

        for (int i = 0; i < PairCount; i++)
        {
            int slot = (_oldest + i) % Capacity;
            double correction = TensorPrimitives.Dot<double>(_changes[slot], direction) / _curvatures[slot];
            TensorPrimitives.MultiplyAdd(_moves[slot], _weights[slot] - correction, direction, direction);
        }
    }
}
