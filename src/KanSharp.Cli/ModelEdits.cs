using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli;

/// <summary>Copies of a model with another policy or record, and what is read off a model.</summary>
internal static class ModelEdits
{
    public static KanModel WithRange(this KanModel model, RangePolicy range) =>
        new(model.Layers, model.BaseFunction, range, model.Parameters, model.Info);

    public static KanModel WithInfo(this KanModel model, ModelInfo info) =>
        new(model.Layers, model.BaseFunction, model.RangePolicy, model.Parameters, info);

    /// <summary>With a record of its training; the error is left out where it is no finite number.</summary>
    public static KanModel WithFit(this KanModel model, double trainRmse, int steps, string stopReason) =>
        model.WithInfo(model.Info with { Fit = new FitRecord(double.IsFinite(trainRmse) ? trainRmse : null, steps, stopReason) });

    /// <summary>With another error in the record of its training, if it has one.</summary>
    public static KanModel WithTrainRmse(this KanModel model, double? trainRmse) =>
        model.WithInfo(model.Info with { Fit = model.Info.Fit is FitRecord fit ? fit with { TrainRmse = trainRmse } : null });

    /// <summary>`15 edges, 174 parameters, 150 of them trained`.</summary>
    public static string SizeInWords(this KanModel model) =>
        $"{model.ActiveEdgeCount} edges, {model.Parameters.Length} parameters, {TrainableParts.Default.Count(model)} of them trained";

    /// <summary>`5 grid intervals, order 3`, of all layers.</summary>
    public static string GridsInWords(this KanModel model) =>
        $"{string.Join('/', model.Layers.Select(layer => layer.Intervals).Distinct())} grid intervals, order {string.Join('/', model.Layers.Select(layer => layer.Order).Distinct())}";

    /// <summary>The range of one input's grid in the user's units; without a grid what is scaled to [-1, 1], which are the rows of a fit.</summary>
    public static (double Low, double High) InputRange(this KanModel model, int input)
    {
        double offset = model.Info.InputScaling.Offsets[input], scale = model.Info.InputScaling.Scales[input];
        (double start, double end) = model.Layers[0].HasSplines ? (model.Layers[0].Grids[input].Start, model.Layers[0].Grids[input].End) : (-1, 1);
        return (offset + scale * start, offset + scale * end);
    }

    /// <summary>Predictions for all rows, also where the model's range policy would refuse one.</summary>
    public static Matrix PredictAll(this KanModel model, Matrix inputs) =>
        (model.RangePolicy == RangePolicy.Error ? model.WithRange(RangePolicy.Linear) : model).Predict(inputs).Values;

    /// <summary>Metrics over all rows, also where the model's range policy would refuse one.</summary>
    public static Metrics MeasureAll(this KanModel model, Dataset data) => model.MeasureAll([data]);

    /// <inheritdoc cref="MeasureAll(KanModel, Dataset)"/>
    public static Metrics MeasureAll(this KanModel model, IEnumerable<Dataset> blocks) =>
        Metrics.Measure(model.RangePolicy == RangePolicy.Error ? model.WithRange(RangePolicy.Linear) : model, blocks);
}
