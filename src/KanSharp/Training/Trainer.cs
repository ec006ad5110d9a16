using KanSharp.Model;

namespace KanSharp.Training;

/// <summary>Fits a model to data.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains a model and returns the trained one; the given one is not changed. Whatever happens, its parameters are finite.
    /// </summary>
    /// <param name="model">The model to start from.</param>
    /// <param name="training">Inputs and targets in the user's units.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="validation">Rows that are not trained on, to watch and to stop by.</param>
    /// <param name="progress">Hears of every step, on the calling thread.</param>
    /// <param name="cancellation">Ends training after the current step with the best model so far.</param>
    /// <exception cref="KanSharpException">Options, data and model do not fit each other.</exception>
    public static TrainingResult Fit(KanModel model, Dataset training, TrainingOptions? options = null, Dataset? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        options ??= new TrainingOptions();
        options.Validate();
        CheckFits(model, training, options);
        if (validation is not null)
            CheckFits(model, validation, options);
        return new TrainingRun(model, training, validation, options).Run(progress, cancellation);
    }

    private static void CheckFits(KanModel model, Dataset data, TrainingOptions options)
    {
        model.CheckInputs(data.Inputs);
        if (data.Targets.Columns != model.OutputCount)
            throw new KanDataException($"The data has {data.Targets.Columns} target columns, the model has {model.OutputCount} outputs; the numbers must agree.");
        if (options.Loss == Loss.CrossEntropy && model.OutputCount < 2)
            throw new KanSharpException("Cross-entropy needs one output per class and at least two classes; this model has one output.");
    }
}
