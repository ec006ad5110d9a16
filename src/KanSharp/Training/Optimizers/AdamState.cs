namespace KanSharp.Training.Optimizers;

/// <summary>All that Adam remembers between steps.</summary>
internal sealed class AdamState(int parameterCount)
{
    /// <summary>Number of steps taken.</summary>
    public long StepCount { get; set; }

    /// <summary>Running mean of the gradient.</summary>
    public double[] Mean { get; } = new double[parameterCount];

    /// <summary>Running mean of the squared gradient.</summary>
    public double[] SquareMean { get; } = new double[parameterCount];

    /// <summary>A copy of all of it.</summary>
    public OptimizerMemory Save() => new([("steps", [StepCount]), ("mean", [.. Mean]), ("square_mean", [.. SquareMean])]);

    /// <summary>The state that was saved.</summary>
    /// <exception cref="KanSharpException">It is no state of Adam for so many parameters.</exception>
    public static AdamState Restore(OptimizerMemory memory, int parameterCount)
    {
        double steps = memory.Part("steps", 1)[0];
        if (!(steps is >= 0 and < 1L << 53))
            throw new KanSharpException($"Adam cannot have made {steps} steps.");
        var state = new AdamState(parameterCount) { StepCount = (long)steps };
        memory.Part("mean", parameterCount).CopyTo(state.Mean, 0);
        memory.Part("square_mean", parameterCount).CopyTo(state.SquareMean, 0);
        return state;
    }

    /// <summary>Forgets all, as when the objective changes.</summary>
    public void Reset()
    {
        StepCount = 0;
        Array.Clear(Mean);
        Array.Clear(SquareMean);
    }
}
