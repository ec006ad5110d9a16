using KanSharp.Model;

namespace KanSharp.Training;

/// <summary>Fits a model to data.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains a model and returns the trained one; the given one is not changed. Whatever happens, its parameters are finite, and with squared error (and everything free to be trained) it is on
    /// the training rows no worse than the mean of the targets.
    /// </summary>
    /// <param name="model">The model to start from.</param>
    /// <param name="training">Inputs and targets in the user's units.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="validation">Rows that are not trained on, to watch and to stop by.</param>
    /// <param name="progress">Hears of every step, on the calling thread.</param>
    /// <param name="cancellation">Ends training after the current step with the best model so far.</param>
    /// <param name="checkpoints">When to hand out the state that <see cref="Resume"/> goes on from; null for never.</param>
    /// <exception cref="KanSharpException">Options, data and model do not fit each other.</exception>
    public static TrainingResult Fit(KanModel model, Dataset training, TrainingOptions? options = null, Dataset? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default, CheckpointSchedule? checkpoints = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        options ??= new TrainingOptions();
        options.Validate();
        checkpoints?.Validate();
        CheckFits(model, training, options);
        if (validation is not null)
            CheckFits(model, validation, options);
        return new TrainingRun(model, training, validation, options).Run(progress, checkpoints, cancellation);
    }

    /// <summary>
    /// Trains a model on rows that come in blocks, such as those of a table longer than memory: Adam on mini-batches, whose learning rate rises over the first steps and then falls to
    /// zero along half a cosine. A block is read while the one before is trained on, so that two are in memory; a batch may begin in one block and end in the next.
    /// </summary>
    /// <param name="model">The model to start from.</param>
    /// <param name="blocks">Inputs and targets in the user's units; best is each a random sample of all rows. They are gone through in an order drawn anew each time.</param>
    /// <param name="options">How to train: with Adam, and with a batch size. Grids are moved where the schedule has any updates, at steps of its own.</param>
    /// <param name="validation">Rows that are not trained on; the best model is the best on these.</param>
    /// <param name="progress">Hears of a hundredth of the steps, on the calling thread.</param>
    /// <param name="cancellation">Ends training after the current step with the best model so far.</param>
    /// <returns>The report has the losses of a hundredth of the steps, each the mean over the batches since the one before; its loss on training rows is the last of them.</returns>
    /// <exception cref="KanSharpException">Options, data and model do not fit each other.</exception>
    public static TrainingResult Fit(KanModel model, IReadOnlyList<Dataset> blocks, TrainingOptions options, Dataset? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Optimizer != Optimizer.Adam || options.BatchSize is null || options.Patience is not null)
            throw new KanSharpException("Rows in blocks are trained on in mini-batches: use Adam with a batch size, and no patience.");
        if (options.Loss == Loss.Huber)
            throw new KanSharpException("Huber's loss needs all rows at once to find its scale; use squared error for rows in blocks.");
        if (blocks.Count == 0)
            throw new KanDataException("There are no rows to train on; at least one block is needed.");
        if (validation is not null)
            CheckFits(model, validation, options.Loss);
        return new BlockTrainingRun(model, blocks, validation, options).Run(progress, cancellation);
    }

    /// <summary>
    /// Goes on with a training where it stood, with the same options: model and report are, bit for bit, those of a training that never stopped.
    /// One that had ended by itself stays ended.
    /// </summary>
    /// <param name="checkpoint">Where it stood.</param>
    /// <param name="training">The rows it was trained on, in the same order.</param>
    /// <param name="validation">The rows it was validated on; null if there were none.</param>
    /// <param name="steps">
    /// Steps at most, those already made included; null for what was asked for at first. With Levenberg-Marquardt, whose random start is smoothed for half of the steps
    /// asked for, another number may lead elsewhere than if it had been asked for at first.
    /// </param>
    /// <param name="progress">Hears of every further step, on the calling thread.</param>
    /// <param name="cancellation">Ends training after the current step with the best model so far.</param>
    /// <param name="checkpoints">When to hand out the state; null for never.</param>
    /// <exception cref="KanSharpException">The rows are not those of the checkpoint, or it has made more steps already.</exception>
    public static TrainingResult Resume(TrainingCheckpoint checkpoint, Dataset training, Dataset? validation = null, int? steps = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default, CheckpointSchedule? checkpoints = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(training);
        TrainingOptions options = checkpoint.Options with { Steps = steps ?? checkpoint.Options.Steps };
        options.Validate();
        checkpoints?.Validate();
        if (!checkpoint.IsOf(training, validation))
            throw new KanDataException("The training or validation rows are not those of the checkpoint. Give the same rows in the same order, split in the same way.");
        if (options.Steps < checkpoint.Steps.Length)
            throw new KanSharpException($"The checkpoint has made {checkpoint.Steps.Length} steps already; it cannot stop after {options.Steps}. Ask for more steps.");
        CheckFits(checkpoint.Model, training, options);
        return new TrainingRun(checkpoint, training, validation, options).Run(progress, checkpoints, cancellation);
    }

    /// <summary>
    /// Trains a model on a loss of its outputs and their derivatives, such as the residual of a differential equation. Losses in the report are in
    /// the user's units.
    /// </summary>
    /// <param name="model">The model to start from.</param>
    /// <param name="loss">What is to be lowered.</param>
    /// <param name="options">
    /// How to train; null for the defaults. Its loss, batch size, patience and singularity threshold have no meaning here and must be left alone; grids follow
    /// the samples of the first term, where a penalty is measured too.
    /// </param>
    /// <param name="progress">Hears of every step, on the calling thread.</param>
    /// <param name="cancellation">Ends training after the current step with the best model so far.</param>
    /// <exception cref="KanSharpException">Options, loss and model do not fit each other; a formula uses an unknown name.</exception>
    public static DerivativeTrainingResult Fit(KanModel model, DerivativeLoss loss, TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        options ??= new TrainingOptions();
        options.Validate();
        if (options.BatchSize is not null || options.Patience is not null || options.SingularityThreshold is not null || options.Loss != Loss.MeanSquaredError || options.OwnLoss is not null)
            throw new KanSharpException("A loss on derivatives is trained on all samples at once, with the plain symbolic functions and without validation; leave batch size, patience, singularity threshold and loss alone.");
        if (loss.Terms.IsDefaultOrEmpty)
            throw new KanSharpException("The loss has no terms; it needs at least one.");
        foreach (LossTerm term in loss.Terms)
        {
            model.CheckInputs(term.Inputs);
            if (!term.IsSquared && options.Optimizer == Optimizer.LevenbergMarquardt)
                throw new KanSharpException($"Levenberg-Marquardt solves least squares only, and the term '{term.Name}' is no mean of squares; use L-BFGS or Adam.");
        }
        return new DerivativeTrainingRun(model, loss, options).Run(progress, cancellation);
    }

    /// <summary>A loss of one's own may have other targets than outputs, such as weights of the rows.</summary>
    private static void CheckFits(KanModel model, Dataset data, TrainingOptions options)
    {
        if (options.OwnLoss is null)
            CheckFits(model, data, options.Loss);
        else
            model.CheckInputs(data.Inputs);
    }

    internal static void CheckFits(KanModel model, Dataset data, Loss loss)
    {
        model.CheckInputs(data.Inputs);
        if (data.Targets.Columns != model.OutputCount)
            throw new KanDataException($"The data has {data.Targets.Columns} target columns, the model has {model.OutputCount} outputs; the numbers must agree.");
        if (loss == Loss.CrossEntropy && model.OutputCount < 2)
            throw new KanSharpException("Cross-entropy needs one output per class and at least two classes; this model has one output.");
    }
}
