using KanSharp.Training;

namespace KanSharp.IO.Checkpoints;

/// <summary>
/// Lays a checkpoint out as a safetensors file: the model as in a model file, the best model's tensors behind it (the two differ in knots and
/// parameters only), then the record of the steps and what optimiser and mini-batches remember.
/// </summary>
internal static class CheckpointWriter
{
    public const string Format = "kansharp-checkpoint";

    public const int Version = 1;

    /// <summary>Before the names of the best model's tensors.</summary>
    public const string Best = "best.";

    /// <summary>Before the names of what the optimiser remembers.</summary>
    public const string Optimizer = "optimizer.";

    /// <summary>Stands for a loss of the user's own.</summary>
    public const string OwnLoss = "own";

    public static void Write(TrainingCheckpoint checkpoint, Stream stream)
    {
        string model = ModelDescriptionJson.Write(ModelWriter.Describe(checkpoint.Model));
        string training = TrainingDescriptionJson.Write(Describe(checkpoint));
        List<(TensorShape Shape, ReadOnlyMemory<double> Values)> tensors = ModelWriter.Tensors(checkpoint.Model);
        foreach ((TensorShape shape, ReadOnlyMemory<double> values) in ModelWriter.Tensors(checkpoint.BestModel))
            tensors.Add((shape with { Name = Best + shape.Name }, values));
        Add("best_criterion", [checkpoint.Best.Criterion]);
        Add("steps.train_loss", [.. checkpoint.Steps.Select(step => step.TrainLoss)]);
        Add("steps.penalty", [.. checkpoint.Steps.Select(step => step.Penalty)]);
        if (checkpoint.Steps.Any(step => step.ValidationLoss is not null))
            Add("steps.validation_loss", [.. checkpoint.Steps.Select(step => step.ValidationLoss!.Value)]);
        Add("grid_updates.step", [.. checkpoint.GridUpdates.Select(update => (double)update.Step)]);
        Add("grid_updates.before", [.. checkpoint.GridUpdates.Select(update => update.Before)]);
        Add("grid_updates.after", [.. checkpoint.GridUpdates.Select(update => update.After)]);
        Add("grid_updates.accepted", [.. checkpoint.GridUpdates.Select(update => update.Accepted ? 1.0 : 0)]);
        if (checkpoint.Batches is { } batches)
            Add("batches.order", [.. batches.Order.Select(row => (double)row)]);
        foreach ((string name, double[] values) in checkpoint.Optimizer.Parts)
            Add(Optimizer + name, values);
        Safetensors.Write(stream,
        [
            new("format", Format),
            new("version", $"{Version}"),
            new("model", model),
            new("training", training),
            new("sha256", Safetensors.Digest(model + training, tensors.Select(tensor => tensor.Values))),
        ], tensors);

        void Add(string name, double[] values) => tensors.Add((new TensorShape(name, [values.Length]), values));
    }

    private static TrainingDescription Describe(TrainingCheckpoint checkpoint) => new(
        Describe(checkpoint.Options),
        checkpoint.Evaluations,
        checkpoint.Best.Step,
        checkpoint.Ended is StopReason reason ? ModelWriter.NameOf(reason) : null,
        checkpoint.DataFingerprint,
        checkpoint.Batches is { } batches ? [.. batches.Generator] : null,
        checkpoint.Batches?.Next ?? 0,
        checkpoint.HuberScale);

    private static OptionsDescription Describe(TrainingOptions options)
    {
        Regularization penalty = options.Regularization;
        GridSchedule grid = options.GridSchedule;
        TrainableParts parts = options.Parts;
        return new OptionsDescription(
            ModelWriter.NameOf(options.Optimizer), options.Steps, options.LearningRate, options.BatchSize, options.OwnLoss is null ? ModelWriter.NameOf(options.Loss) : OwnLoss,
            new PenaltyDescription(penalty.Lambda, penalty.LambdaL1, penalty.LambdaEntropy, penalty.LambdaCoefficients, penalty.LambdaCoefficientDifferences, ModelWriter.NameOf(penalty.Metric)),
            new GridScheduleDescription(grid.Updates, grid.LastStep, grid.UniformShare, grid.Guarded),
            new PartsDescription(parts.Splines, parts.BaseScales, parts.SplineScales, parts.SymbolicConstants, parts.NodeAffine,
                [.. parts.FrozenEdges.Select(edge => (int[])[edge.Layer, edge.Input, edge.Output])]),
            options.Patience, options.TargetLoss, options.MaxEvaluations, options.Seed, options.SingularityThreshold, options.KeepBest);
    }
}
