using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training;

/// <summary>How well a model's predictions meet the targets of a dataset, in the user's units; for a classifier, probabilities against 0 and 1. All means are weighted where the rows are.</summary>
public sealed record Metrics
{
    /// <summary>Root of the mean squared error over all rows and outputs; not finite where a prediction is not.</summary>
    public required double Rmse { get; init; }

    /// <summary>
    /// Coefficient of determination, 1 - (sum of squared errors) / (sum of squared deviations from the mean), averaged over the outputs whose
    /// targets differ; NaN if none do.
    /// </summary>
    public required double R2 { get; init; }

    /// <summary>Share of rows whose most probable class is the right one; null unless the model classifies.</summary>
    public double? Accuracy { get; init; }

    /// <summary>How many rows have an input outside the range of the model's grids.</summary>
    public long RowsOutside { get; init; }

    /// <summary>The value that lies farthest outside; null where all rows are inside.</summary>
    public OutsideRange? Farthest { get; init; }

    /// <summary>How many rows have a prediction that is not finite.</summary>
    public long RowsUndefined { get; init; }

    /// <summary>Evaluates a model on a dataset.</summary>
    /// <exception cref="KanDataException">Data and model do not fit each other, or the model's range policy refuses a row.</exception>
    public static Metrics Measure(KanModel model, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return Measure(model, [data]);
    }

    /// <summary>Evaluates a model on a dataset that comes in blocks, which are not kept: it may be longer than memory.</summary>
    /// <exception cref="KanDataException">There is no block, or data and model do not fit each other, or the model's range policy refuses a row.</exception>
    public static Metrics Measure(KanModel model, IEnumerable<Dataset> blocks)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(blocks);
        MetricsSums? sums = null;
        double right = 0;
        long outside = 0, undefined = 0;
        OutsideRange? farthest = null;
        foreach (Dataset block in blocks)
        {
            Prediction prediction = model.Predict(block.Inputs);
            (sums ??= new MetricsSums(block.Targets.Columns)).Add(prediction.Values, block.Targets, block.Weights);
            right += WeightRight(prediction.Values, block.Targets, block.Weights);
            outside += prediction.RowsOutside;
            undefined += prediction.RowsUndefined;
            farthest = OutsideRange.Farther(farthest, prediction.Farthest);
        }
        if (sums is null)
            throw new KanDataException("There are no rows to evaluate; at least one is needed.");
        return new Metrics
        {
            Rmse = sums.Rmse,
            R2 = sums.R2,
            Accuracy = model.Info.Classes.IsEmpty ? null : right / sums.Weight,
            RowsOutside = outside,
            Farthest = farthest,
            RowsUndefined = undefined,
        };
    }

    /// <summary>Compares predictions with targets: one row per sample, one column per output in both; one weight per sample, or none.</summary>
    /// <exception cref="KanDataException">The two differ in size, or there are no rows.</exception>
    public static Metrics Compare(Matrix predictions, Matrix targets, ReadOnlySpan<double> weights = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        var sums = new MetricsSums(targets.Columns);
        sums.Add(predictions, targets, weights);
        return new Metrics { Rmse = sums.Rmse, R2 = sums.R2 };
    }

    /// <summary>The median size of the errors of all rows and outputs, which outliers hardly change.</summary>
    public static double MedianAbsoluteError(Matrix predictions, Matrix targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Values.Length != targets.Values.Length || targets.Values.IsEmpty)
            throw new KanDataException($"There are {predictions.Rows} x {predictions.Columns} predictions and {targets.Rows} x {targets.Columns} targets; they must agree and not be empty.");
        double[] sizes = new double[targets.Values.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = Math.Abs(predictions.Values[i] - targets.Values[i]);
        Array.Sort(sizes);
        return sizes[(sizes.Length - 1) / 2] / 2 + sizes[sizes.Length / 2] / 2;
    }

    private static double WeightRight(Matrix probabilities, Matrix targets, ReadOnlySpan<double> weights)
    {
        double right = 0;
        for (int row = 0; row < targets.Rows; row++)
        {
            if (MostProbable(probabilities, row) == MostProbable(targets, row))
                right += weights.IsEmpty ? 1 : weights[row];
        }
        return right;
    }

    /// <summary>The column with the largest value of a row: the class that a classifier names. The first of equals.</summary>
    public static int MostProbable(Matrix probabilities, int row)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        int best = 0;
        for (int j = 1; j < probabilities.Columns; j++)
        {
            if (probabilities[row, j] > probabilities[row, best])
                best = j;
        }
        return best;
    }
}
