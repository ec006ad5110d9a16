using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>
/// Whether the shape that a user gave is what keeps the error up: short trainings of nets with one node more, or with a product node, on the same rows, beside one of the same
/// shape, so that neither a penalty nor bad luck of the start is taken for a limit.
/// </summary>
internal static class ShapeAdvice
{
    /// <summary>A model with a smaller part of the targets' deviation left has nothing to wish for.</summary>
    private const double SmallError = 0.01;

    /// <summary>A shape is better if its root mean square error on validation rows is at most this part.</summary>
    private const double Better = 0.5;

    /// <summary>What the trainings may cost: this part of the fit, or so many samples times parameters, which take about a tenth of a second.</summary>
    private const double ShareOfFit = 0.2, Trifle = 1e8;

    /// <summary>Evaluations of a step, and the rows that show something.</summary>
    private const double EvaluationsPerStep = 1.3;

    private const int FewestRows = 50;

    /// <summary>What to say about the shape; null where it is not the limit, or where finding out would cost too much.</summary>
    public static string? For(KanSpec spec, TrainingResult result, FitData data, TrainingOptions options, CancellationToken cancellation)
    {
        if (spec.Perceptron || options.Loss != Loss.MeanSquaredError || result.Report.Steps.IsEmpty || cancellation.IsCancellationRequested
            || 1 - Metrics.Measure(result.Model, data.Training).R2 is not > SmallError * SmallError)
        {
            return null;
        }
        ImmutableArray<KanSpec> shapes = [spec, .. Wider(spec)];
        (Dataset training, Dataset validation) = data.ForChoice(0.2, options.Seed);
        int rows = training.Count + validation.Count;
        double parameters = shapes.Sum(shape => KanModel.Create(shape, options.Seed, data.Info).Parameters.Length);
        double each = ModelSelection.TrialSteps * EvaluationsPerStep * parameters * (rows < ModelSelection.FewRows ? 4 : 1);
        double affordable = Math.Max(Trifle, ShareOfFit * result.Report.Evaluations * data.Training.Count * result.Model.Parameters.Length) / each;
        if (Math.Min(affordable, rows) < FewestRows)
            return null;
        if (affordable < rows)
            (training, validation) = (Part(training, affordable / rows, options.Seed), Part(validation, affordable / rows, options.Seed));
        var candidates = new ModelCandidates { Shapes = shapes, Grids = [spec.GridIntervals[0]], Penalties = [0] };
        ImmutableArray<ModelTrial> trials = ModelSelection.Choose(candidates, data.Info, training, validation, options with { Steps = ModelSelection.TrialSteps, TargetLoss = null }, cancellation: cancellation).Trials;
        if (cancellation.IsCancellationRequested || trials.FirstOrDefault(trial => trial.Spec.Widths.SequenceEqual(spec.Widths)) is not { } same)
            return null;

        // All in units of the targets' deviation on these rows.
        double here = Math.Sqrt(Math.Min(same.ValidationLoss, 1 - Metrics.Measure(result.Model, validation).R2));
        ModelTrial[] better = [.. trials.Where(trial => Math.Sqrt(trial.ValidationLoss) <= Better * here).OrderBy(trial => trial.ValidationLoss)];
        return better.Length == 0 ? null
            : $"The shape {KanSpec.Format(spec.Widths)} is the limit: {here:P2} of the targets' deviation is left, where short trainings of " +
                $"{string.Join(" and ", better.Select(trial => $"{KanSpec.Format(trial.Spec.Widths)} left {Math.Sqrt(trial.ValidationLoss):P2}"))}. Try --width {KanSpec.Format(better[0].Spec.Widths)}.";
    }

    /// <summary>One node more on each hidden level, and one sum of the first a product instead; a hidden level where there is none.</summary>
    private static IEnumerable<KanSpec> Wider(KanSpec spec)
    {
        ImmutableArray<LayerWidth> widths = spec.Widths;
        if (widths.Length == 2)
            return [With([widths[0], new LayerWidth(2), widths[1]]), With([widths[0], new LayerWidth(0, [2]), widths[1]])];
        LayerWidth first = widths[1];
        IEnumerable<LayerWidth> wider = widths.Select((width, level) => level == 0 || level == widths.Length - 1 ? width : new LayerWidth(width.Sums + 1, width.Arities));
        return first.Sums == 0 ? [With([.. wider])] : [With([.. wider]), With(widths.SetItem(1, new LayerWidth(first.Sums - 1, [.. first.Arities, 2])))];

        KanSpec With(ImmutableArray<LayerWidth> shape) => spec with { Widths = shape };
    }

    private static Dataset Part(Dataset data, double fraction, ulong seed) => data.Split(fraction, seed).Validation;
}
