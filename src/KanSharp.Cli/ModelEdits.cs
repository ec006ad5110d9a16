using KanSharp.Model;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli;

/// <summary>Copies of a model with another policy or record.</summary>
internal static class ModelEdits
{
    public static KanModel WithRange(this KanModel model, RangePolicy range) =>
        new(model.Layers, model.BaseFunction, range, model.Parameters, model.Info);

    /// <summary>With the error on the training rows; not recorded where it is no finite number.</summary>
    public static KanModel WithFit(this KanModel model, double trainRmse, int steps, string stopReason) =>
        new(model.Layers, model.BaseFunction, model.RangePolicy, model.Parameters,
            model.Info with { Fit = double.IsFinite(trainRmse) ? new FitRecord(trainRmse, steps, stopReason) : null });

    /// <summary>Metrics over all rows, also where the model's range policy would refuse one.</summary>
    public static Metrics MeasureAll(this KanModel model, Dataset data) =>
        Metrics.Measure(model.RangePolicy == RangePolicy.Error ? model.WithRange(RangePolicy.Linear) : model, data);
}
