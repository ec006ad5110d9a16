namespace KanSharp.Training.Optimizers;

/// <summary>All that Levenberg-Marquardt remembers between steps.</summary>
internal sealed class LevenbergMarquardtState
{
    /// <summary>Weight of the damping; 0 before the first step and after <see cref="Reset"/>.</summary>
    public double Damping { get; set; }

    /// <summary>Factor by which the damping grows if the next attempt fails.</summary>
    public double Growth { get; set; } = 2;

    /// <summary>A copy of all of it.</summary>
    public OptimizerMemory Save() => new([("damping", [Damping]), ("growth", [Growth])]);

    /// <summary>The state that was saved.</summary>
    /// <exception cref="KanSharpException">It is no state of Levenberg-Marquardt.</exception>
    public static LevenbergMarquardtState Restore(OptimizerMemory memory)
    {
        var state = new LevenbergMarquardtState { Damping = memory.Part("damping", 1)[0], Growth = memory.Part("growth", 1)[0] };
        return state is { Damping: >= 0 and <= double.MaxValue, Growth: >= 2 and <= double.MaxValue } ? state
            : throw new KanSharpException($"A damping of {state.Damping} that grows by {state.Growth} is not possible.");
    }

    /// <summary>Forgets the damping, as when the objective changes.</summary>
    public void Reset()
    {
        Damping = 0;
        Growth = 2;
    }
}
