using System.Collections.Immutable;
using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Training;
using KanSharp.Training.Objectives;
using KanSharp.Training.Optimizers;

namespace KanSharp.IO.Checkpoints;

/// <summary>Reads a training under way. Nobody writes such a file by hand, so its checksum is required, and what passes it is only checked for agreement.</summary>
internal sealed class CheckpointReader
{
    private readonly SafetensorsReader _file;
    private readonly Dictionary<string, double[]> _tensors;
    private readonly RowLoss? _ownLoss;

    private CheckpointReader(SafetensorsReader file, IEnumerable<(TensorShape Shape, double[] Values)> tensors, RowLoss? ownLoss)
    {
        _ownLoss = ownLoss;
        _file = file;
        _tensors = tensors.ToDictionary(tensor => tensor.Shape.Name, tensor => tensor.Values, StringComparer.Ordinal);
    }

    public static TrainingCheckpoint Read(Stream stream, string source, SymbolicLibrary library, RowLoss? ownLoss)
    {
        var file = new SafetensorsReader(stream, source, "checkpoint");
        file.CheckFormat(CheckpointWriter.Format, CheckpointWriter.Version);
        string model = file.Text("model"), training = file.Text("training");
        TrainingDescription description;
        try
        {
            description = JsonSerializer.Deserialize(training, TrainingDescriptionJson.Default.TrainingDescription)
                ?? throw file.Defect("its description is empty");
        }
        catch (JsonException failure)
        {
            throw file.Defect($"its description cannot be read ({failure.Message.TrimEnd('.')})", failure);
        }
        List<(TensorShape Shape, double[] Values)> tensors = file.ReadTensors();
        if (file.Text("sha256") != Safetensors.Digest(model + training, tensors.Select(tensor => (ReadOnlyMemory<double>)tensor.Values)))
            throw file.Defect("its content does not match its checksum");

        bool IsModel((TensorShape Shape, double[]) tensor) => tensor.Shape.Name.StartsWith("layers.", StringComparison.Ordinal)
            || tensor.Shape.Name.StartsWith("input.", StringComparison.Ordinal) || tensor.Shape.Name.StartsWith("output.", StringComparison.Ordinal);
        List<(TensorShape, double[])> best = [.. tensors.Where(tensor => tensor.Shape.Name.StartsWith(CheckpointWriter.Best, StringComparison.Ordinal))
            .Select(tensor => (tensor.Shape with { Name = tensor.Shape.Name[CheckpointWriter.Best.Length..] }, tensor.Values))];
        KanModel current = ModelReader.Build(file, model, library, [.. tensors.Where(IsModel)]);
        KanModel bestModel = ModelReader.Build(file, model, library, best);
        var reader = new CheckpointReader(file, tensors.Where(tensor => !IsModel(tensor) && !tensor.Shape.Name.StartsWith(CheckpointWriter.Best, StringComparison.Ordinal)), ownLoss);
        try
        {
            return reader.Build(description, current, bestModel);
        }
        catch (KanSharpException failure) when (failure is not KanFormatException)
        {
            throw file.Defect(failure.Message.TrimEnd('.'), failure);
        }
    }

    private TrainingCheckpoint Build(TrainingDescription description, KanModel model, KanModel best)
    {
        TrainingOptions options = Options(description.Options);
        options.Validate();
        double[] losses = Take("steps.train_loss"), penalties = Take("steps.penalty", losses.Length);
        double[]? validation = _tensors.ContainsKey("steps.validation_loss") ? Take("steps.validation_loss", losses.Length) : null;
        ImmutableArray<TrainingStep> steps = [.. losses.Select((loss, i) => new TrainingStep(i + 1, loss, validation?[i], penalties[i]))];
        double[] updates = Take("grid_updates.step");
        double[] before = Take("grid_updates.before", updates.Length), after = Take("grid_updates.after", updates.Length), accepted = Take("grid_updates.accepted", updates.Length);
        ImmutableArray<GridUpdateReport> gridUpdates = [.. updates.Select((step, i) => new GridUpdateReport(Whole(step, losses.Length), before[i], after[i], accepted[i] != 0))];
        BatchPosition? batches = description.Generator is null ? null
            : new BatchPosition([.. description.Generator], [.. Take("batches.order").Select(row => Whole(row, int.MaxValue))], description.NextRow);
        if (description.BestStep < 0 || description.BestStep > losses.Length || description.Evaluations < 0)
            throw _file.Defect($"its best model was made by {description.BestStep} of {losses.Length} steps and {description.Evaluations} evaluations");
        if (options.Loss == Loss.Huber != description.HuberScale is > 0)
            throw _file.Defect($"the scale of its loss is {description.HuberScale}");
        double criterion = Take("best_criterion", 1)[0];
        var optimizer = new OptimizerMemory([.. _tensors.Select(tensor => tensor.Key.StartsWith(CheckpointWriter.Optimizer, StringComparison.Ordinal)
            ? (tensor.Key[CheckpointWriter.Optimizer.Length..], tensor.Value)
            : throw _file.Defect($"tensor {SafetensorsReader.Quote(tensor.Key)} does not belong to a checkpoint"))]);
        // Whether the optimiser's memory is of this model shows before training does.
        Stepper.CheckMemory(options, optimizer, model.Parameters.Length);
        return new TrainingCheckpoint(options, model, new BestSoFar(best, description.BestStep, criterion), steps, gridUpdates, description.Evaluations,
            description.Ended is string reason ? Value<StopReason>(reason, "reason to stop") : null, description.DataSha256, optimizer, batches, description.HuberScale);
    }

    private TrainingOptions Options(OptionsDescription description) => new()
    {
        Optimizer = Value<Optimizer>(description.Optimizer, "optimiser"),
        Steps = description.Steps,
        LearningRate = description.LearningRate,
        BatchSize = description.BatchSize,
        Loss = description.Loss == CheckpointWriter.OwnLoss ? Loss.MeanSquaredError : Value<Loss>(description.Loss, "loss"),
        OwnLoss = description.Loss != CheckpointWriter.OwnLoss ? null
            : _ownLoss ?? throw new KanFormatException($"{_file.Source} was trained on a loss of its user's own, which files do not hold; give it to CheckpointFile.Load again."),
        Regularization = new Regularization
        {
            Lambda = description.Penalty.Lambda,
            LambdaL1 = description.Penalty.L1,
            LambdaEntropy = description.Penalty.Entropy,
            LambdaCoefficients = description.Penalty.Coefficients,
            LambdaCoefficientDifferences = description.Penalty.CoefficientDifferences,
            Metric = Value<RegularizationMetric>(description.Penalty.Metric, "measure of the penalty"),
        },
        GridSchedule = new GridSchedule
        {
            Updates = description.GridSchedule.Updates,
            LastStep = description.GridSchedule.LastStep,
            UniformShare = description.GridSchedule.UniformShare,
            Guarded = description.GridSchedule.Guarded,
        },
        Parts = new TrainableParts
        {
            Splines = description.Parts.Splines,
            BaseScales = description.Parts.BaseScales,
            SplineScales = description.Parts.SplineScales,
            SymbolicConstants = description.Parts.SymbolicConstants,
            NodeAffine = description.Parts.NodeAffine,
            FrozenEdges = [.. description.Parts.FrozenEdges.Select(edge => edge is [int layer, int input, int output]
                ? new EdgeIndex(layer, input, output) : throw _file.Defect("a frozen edge is not three numbers"))],
        },
        Patience = description.Patience,
        TargetLoss = description.TargetLoss,
        MaxEvaluations = description.MaxEvaluations,
        Seed = description.Seed,
        SingularityThreshold = description.SingularityThreshold,
        KeepBest = description.KeepBest,
    };

    private double[] Take(string name) => _tensors.Remove(name, out double[]? values) ? values : throw _file.Defect($"tensor '{name}' is missing");

    private double[] Take(string name, int length)
    {
        double[] values = Take(name);
        return values.Length == length ? values : throw _file.Defect($"tensor '{name}' has {values.Length} values, expected {length}");
    }

    private int Whole(double value, int most) =>
        value >= 0 && value <= most && Math.Floor(value) == value ? (int)value : throw _file.Defect($"it has {value} where a count up to {most} is expected");

    private T Value<T>(string name, string what) where T : struct, Enum => ModelReader.Value<T>(_file, name, what);
}
