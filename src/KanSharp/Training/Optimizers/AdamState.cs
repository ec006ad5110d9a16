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

    /// <summary>Forgets all, as when the objective changes.</summary>
    public void Reset()
    {
        StepCount = 0;
        Array.Clear(Mean);
        Array.Clear(SquareMean);
    }
}
