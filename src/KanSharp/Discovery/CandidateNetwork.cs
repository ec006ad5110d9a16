using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>A small spline network trained to its limit by Levenberg-Marquardt and stripped of every edge that its error does not need.</summary>
/// <param name="Model">The network.</param>
/// <param name="TrainRmse">Error on the training rows, in the network's units.</param>
/// <param name="ValidationRmse">Error on the validation rows, in the network's units.</param>
internal sealed record CandidateNetwork(KanModel Model, double TrainRmse, double ValidationRmse)
{
    private const int CoarseGrid = 5;
    private const int FineGrid = 10;

    /// <summary>An edge may go if the validation error grows by no more than this factor.</summary>
    private const double PruneTolerance = 1.05;

    /// <summary>Edges whose share of the scores is below this go at once.</summary>
    private const double Negligible = 1e-3;

    /// <summary>Whether a finer grid was tried.</summary>
    public bool IsRefined { get; private init; }

    /// <summary>How sure the network is of itself: smaller error, then fewer edges.</summary>
    public double Rank => Math.Log10(Math.Max(ValidationRmse, 1e-15)) + 0.1 * Model.ActiveEdgeCount;

    /// <summary>Trains a network of a shape; null if there are too few rows for it or the deadline passed.</summary>
    public static CandidateNetwork? Train(KanSpec shape, ulong seed, ModelInfo info, Dataset training, Dataset validation, CancellationToken cancellation)
    {
        KanSpec spec = shape with { GridIntervals = [CoarseGrid] };
        KanModel model = KanModel.Create(spec, seed, info);
        if (FreeParameters(model) > training.Count)
        {
            model = KanModel.Create(spec with { GridIntervals = [2] }, seed, info);
            if (FreeParameters(model) > training.Count)
                return null;
        }
        CandidateNetwork candidate = Fit(model, training, validation, 60, new GridSchedule { Updates = 4, LastStep = 20 }, cancellation);
        candidate = Strip(candidate, training, validation, cancellation);
        return cancellation.IsCancellationRequested ? null : candidate;
    }

    /// <summary>The same network on a finer grid where the rows allow it, trained on.</summary>
    public CandidateNetwork Refine(Dataset training, Dataset validation, CancellationToken cancellation)
    {
        KanModel finer = GridUpdater.Refine(Model, FineGrid);
        if (3 * FreeParameters(finer) > training.Count)
            return this;
        CandidateNetwork refined = Fit(finer, training, validation, 40, GridSchedule.None, cancellation);
        return (refined.ValidationRmse < ValidationRmse ? refined : this) with { IsRefined = true };
    }

    private static CandidateNetwork Fit(KanModel model, Dataset training, Dataset validation, int steps, GridSchedule schedule, CancellationToken cancellation)
    {
        TrainingResult result = Trainer.Fit(model, training, new TrainingOptions
        {
            Optimizer = Optimizer.LevenbergMarquardt,
            Steps = steps,
            GridSchedule = schedule,
            Threads = 1,
        }, cancellation: cancellation);
        Matrix outputs = model.Info.OutputScaling.Apply(result.Model.Predict(validation.Inputs).Values);
        Matrix targets = model.Info.OutputScaling.Apply(validation.Targets);
        double sum = 0;
        for (int n = 0; n < outputs.Values.Length; n++)
            sum += (outputs.Values[n] - targets.Values[n]) * (outputs.Values[n] - targets.Values[n]);
        return new CandidateNetwork(result.Model, Math.Sqrt(result.Report.TrainLoss), Math.Sqrt(sum / outputs.Values.Length));
    }

    private static CandidateNetwork Strip(CandidateNetwork candidate, Dataset training, Dataset validation, CancellationToken cancellation)
    {
        double limit = candidate.ValidationRmse * PruneTolerance;
        (KanModel pruned, PruningReport bulk) = candidate.Model.PruneEdges(training.Inputs, Negligible);
        if (bulk.RemovedEdges.Length > 0)
        {
            CandidateNetwork trial = Fit(pruned, training, validation, 15, GridSchedule.None, cancellation);
            if (trial.ValidationRmse <= limit)
                candidate = trial;
        }
        Attribution scores = Attribution.Measure(candidate.Model, training.Inputs);
        foreach (EdgeIndex edge in ActiveEdges(candidate.Model).OrderBy(scores.EdgeScore).ToArray())
        {
            if (cancellation.IsCancellationRequested)
                break;
            KanModel without = ModelSurgery.SwitchOff(candidate.Model, other => other == edge);
            if (!IsConnected(without))
                continue;
            CandidateNetwork trial = Fit(without, training, validation, 8, GridSchedule.None, cancellation);
            if (trial.ValidationRmse <= limit)
                candidate = trial;
        }
        return candidate with { Model = candidate.Model.RemoveIdleNodes().Model };
    }

    /// <summary>Every subnode of every product, and every output, still has an edge that leads to it.</summary>
    private static bool IsConnected(KanModel model) =>
        model.Layers.All(layer => Enumerable.Range(0, layer.SubnodeCount)
            .Where(j => layer.Output.NodeOf(j) >= layer.Output.Sums || layer == model.Layers[^1])
            .All(j => Enumerable.Range(0, layer.InputCount).Any(i => layer.IsActive(i, j))));

    private static IEnumerable<EdgeIndex> ActiveEdges(KanModel model) =>
        model.Layers.SelectMany((layer, l) => Connectivity.ActiveEdges(layer, l));

    private static int FreeParameters(KanModel model) =>
        model.Layers.Sum(layer => layer.NumericMask.Count(mask => mask != 0) * (layer.BasisCount + 1));
}
