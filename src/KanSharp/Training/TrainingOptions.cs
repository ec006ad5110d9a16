namespace KanSharp.Training;

/// <summary>How parameters are moved.</summary>
public enum Optimizer
{
    /// <summary>Limited-memory BFGS with a strong Wolfe line search; one step is up to 20 moves. The default.</summary>
    Lbfgs,

    /// <summary>Levenberg-Marquardt on the residuals: fewest steps and machine precision on small nets; squared error without penalty only.</summary>
    LevenbergMarquardt,

    /// <summary>Adam; one step is one update, on a mini-batch if a batch size is given.</summary>
    Adam,
}

/// <summary>When and how grids follow the activations during training.</summary>
public sealed record GridSchedule
{
    /// <summary>Number of updates before <see cref="LastStep"/>; 0 keeps the grids fixed. Default 10.</summary>
    public int Updates { get; init; } = 10;

    /// <summary>
    /// No updates from this step on, but, at the same intervals, hidden grids that activations have left are widened; what the curves were on the old range
    /// they stay. Default 50.
    /// </summary>
    public int LastStep { get; init; } = 50;

    /// <summary>Share of even spacing in the new knots (pykan's grid_eps). Default 0.02.</summary>
    public double UniformShare { get; init; } = Splines.GridUpdate.DefaultUniformShare;

    /// <summary>
    /// Refuse an update that raises the objective, and make none before the first step, when the activations of the random start say nothing. With L-BFGS and no penalty the grids of each layer
    /// are judged by themselves, and evener knots are tried before they are refused. With squared error, knots then also go to jumps and kinks that the data show in the curves of the last level. Default yes; no is what pykan does.
    /// </summary>
    public bool Guarded { get; init; } = true;

    /// <summary>The grids stay as they are.</summary>
    public static GridSchedule None { get; } = new() { Updates = 0 };

    /// <summary>Every update is taken, however much it raises the loss: what pykan does.</summary>
    public static GridSchedule Pykan { get; } = new() { Guarded = false };

    internal bool IsDue(int step) => (step > 0 || !Guarded) && step < LastStep && IsInterval(step);

    /// <summary>After the last update grids only grow, to where hidden activations have moved.</summary>
    internal bool IsWideningDue(int step) => Guarded && step >= LastStep && IsInterval(step);

    private bool IsInterval(int step) => Updates > 0 && step % Math.Max(1, LastStep / Updates) == 0;
}

/// <summary>How <see cref="Trainer"/> trains.</summary>
public sealed record TrainingOptions
{
    /// <summary>The optimiser. Default L-BFGS.</summary>
    public Optimizer Optimizer { get; init; }

    /// <summary>Outer steps at most. Default 50.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Step length; null for the optimiser's own: 1 for L-BFGS, 1e-3 for Adam. Levenberg-Marquardt has none.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Rows in a mini-batch, drawn in epochs without replacement; null for all rows at once.</summary>
    public int? BatchSize { get; init; }

    /// <summary>What is lowered. Default squared error.</summary>
    public Loss Loss { get; init; }

    /// <summary>A loss of one's own instead of <see cref="Loss"/>, for L-BFGS and Adam; null for none. Reports of losses are in its units.</summary>
    public RowLoss? OwnLoss { get; init; }

    /// <summary>The sparsity penalty. Default none.</summary>
    public Regularization Regularization { get; init; } = Regularization.None;

    /// <summary>When grids follow the activations. Default 10 times before step 50, guarded.</summary>
    public GridSchedule GridSchedule { get; init; } = new();

    /// <summary>What may change. Default all but the nodes' scales and biases.</summary>
    public TrainableParts Parts { get; init; } = TrainableParts.Default;

    /// <summary>Stop after this many steps without a better validation loss; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>Stop as soon as the training loss is at or below this; null for never.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>Stop after this many evaluations of the objective; null for no limit.</summary>
    public long? MaxEvaluations { get; init; }

    /// <summary>Seed of the mini-batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads to use at most; the result does not depend on it. Default all processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Threshold of the singularity-avoiding variants of symbolic functions during training (pykan's y_th); null trains the plain functions.</summary>
    public double? SingularityThreshold { get; init; }

    /// <summary>Return the best model seen instead of the last one: by validation loss where there is a validation set and no penalty, so never one that is over 1 % worse there than the start, else by the objective. Of steps within 1 % of the lowest validation loss it is the one with the lowest training loss. Default yes.</summary>
    public bool KeepBest { get; init; } = true;

    internal void Validate()
    {
        if (Steps is < 0 or > 10_000_000)
            throw new KanSharpException($"{Steps} training steps are not possible; use 0 or more (50 is usual).");
        if (LearningRate is double rate && !(rate > 0 && double.IsFinite(rate)))
            throw new KanSharpException($"A learning rate of {rate} is not possible; use a positive number (1 for L-BFGS, 0.001 for Adam).");
        if (LearningRate is not null && Optimizer == Optimizer.LevenbergMarquardt)
            throw new KanSharpException("Levenberg-Marquardt chooses its own step length; leave the learning rate out, or use L-BFGS or Adam.");
        if (BatchSize is int batch and < 1)
            throw new KanSharpException($"A batch of {batch} rows is not possible; use at least 1, or none for all rows.");
        if (Threads < 1)
            throw new KanSharpException($"{Threads} threads are not possible; use at least 1.");
        if (GridSchedule.Updates < 0 || GridSchedule.LastStep < 0 || !(GridSchedule.UniformShare is >= 0 and <= 1))
            throw new KanSharpException("A grid schedule needs a number of updates and a last step of 0 or more, and a uniform share from 0 to 1.");
        Regularization r = Regularization;
        foreach (double lambda in (ReadOnlySpan<double>)[r.Lambda, r.LambdaL1, r.LambdaEntropy, r.LambdaCoefficients, r.LambdaCoefficientDifferences])
        {
            if (!(lambda >= 0 && double.IsFinite(lambda)))
                throw new KanSharpException($"A penalty weight of {lambda} is not possible; use 0 or a positive number (0.001 is usual).");
        }
        if (OwnLoss is not null && Loss != Loss.MeanSquaredError)
            throw new KanSharpException($"There is a loss of your own, and {Loss} besides; leave one of them out.");
        if (Optimizer == Optimizer.LevenbergMarquardt)
        {
            if (OwnLoss is not null)
                throw new KanSharpException("Levenberg-Marquardt solves least squares only; for a loss of your own use L-BFGS or Adam.");
            if (Loss == Loss.CrossEntropy)
                throw new KanSharpException("Levenberg-Marquardt solves least squares only; for cross-entropy use L-BFGS or Adam.");
            if (r.Lambda > 0)
                throw new KanSharpException("Levenberg-Marquardt cannot lower a sparsity penalty, which is no sum of squares; use L-BFGS or Adam, or lamb 0.");
            if (BatchSize is not null)
                throw new KanSharpException("Levenberg-Marquardt needs all rows at once; leave the batch size out, or use Adam.");
            if (SingularityThreshold is not null)
                throw new KanSharpException("Levenberg-Marquardt trains the plain symbolic functions; for singularity-avoiding ones use L-BFGS or Adam.");
        }
    }
}
