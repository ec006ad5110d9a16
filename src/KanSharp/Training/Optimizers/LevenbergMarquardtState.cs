namespace KanSharp.Training.Optimizers;

/// <summary>All that Levenberg-Marquardt remembers between steps.</summary>
internal sealed class LevenbergMarquardtState
{
    /// <summary>Weight of the damping; 0 before the first step and after <see cref="Reset"/>.</summary>
    public double Damping { get; set; }

    /// <summary>Factor by which the damping grows if the next attempt fails.</summary>
    public double Growth { get; set; } = 2;

    /// <summary>Forgets the damping, as when the objective changes.</summary>
    public void Reset()
    {
        Damping = 0;
        Growth = 2;
    }
}
