using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>A small spline network trained to its limit by Levenberg-Marquardt and stripped of every edge that its error does not need.</summary>
/// <param name="View">What of the target it was trained on.</param>
/// <param name="Model">The network.</param>
/// <param name="ValidationRmse">Error on the validation rows, in the network's units.</param>
internal sealed record CandidateNetwork(DataView View, KanModel Model, double ValidationRmse)
{
    private const int CoarseGrid = 5;
    private const int FineGrid = 10;

    /// <summary>Whether a finer grid was tried.</summary>
    public bool IsRefined { get; private init; }

    /// <summary>How sure the network is of itself: smaller error, then fewer edges.</summary>
    public double Rank => Math.Log10(Math.Max(ValidationRmse, 1e-15)) + 0.1 * Model.ActiveEdgeCount;

    /// <summary>Trains a network of a shape; null if there are too few rows for it or the deadline passed.</summary>
    public static CandidateNetwork? Train(ShapeStart start, ulong seed, DataView view, CancellationToken cancellation)
    {
        KanSpec spec = start.Shape with { GridIntervals = [CoarseGrid] };
        KanModel model = Create(spec);
        if (FreeParameters(model) > view.Training.Count)
        {
            model = Create(spec with { GridIntervals = [2] });
            if (FreeParameters(model) > view.Training.Count)
                return null;
        }
        CandidateNetwork candidate = Fit(model, view, 60, new GridSchedule { Updates = 4, LastStep = 20 }, cancellation);
        (KanModel stripped, double validationRmse) = candidate.Model.PruneByError(view.Training, view.Validation, cancellation: cancellation);
        return cancellation.IsCancellationRequested ? null : new CandidateNetwork(view, stripped, validationRmse);

        KanModel Create(KanSpec shape)
        {
            KanModel created = KanModel.Create(shape, seed, view.Info);
            return start.Separate ? ModelSurgery.SwitchOff(created, edge => edge.Output != edge.Input) : created;
        }
    }

    /// <summary>The same network on a finer grid where the rows allow it, trained on.</summary>
    public CandidateNetwork Refine(CancellationToken cancellation)
    {
        KanModel finer = GridUpdater.Refine(Model, FineGrid);
        if (2 * FreeParameters(finer) > View.Training.Count)
            return this;
        CandidateNetwork refined = Fit(finer, View, 40, GridSchedule.None, cancellation);
        return (refined.ValidationRmse < ValidationRmse ? refined : this) with { IsRefined = true };
    }

    private static CandidateNetwork Fit(KanModel model, DataView view, int steps, GridSchedule schedule, CancellationToken cancellation)
    {
        TrainingResult result = Trainer.Fit(model, view.Training, new TrainingOptions
        {
            Optimizer = Optimizer.LevenbergMarquardt,
            Steps = steps,
            GridSchedule = schedule,
            Threads = 1,
        }, cancellation: cancellation);
        return new CandidateNetwork(view, result.Model, ErrorPruning.NetworkRmse(result.Model, view.Validation));
    }

    private static int FreeParameters(KanModel model) =>
        model.Layers.Sum(layer => layer.NumericMask.Count(mask => mask != 0) * (layer.BasisCount + 1));
}
