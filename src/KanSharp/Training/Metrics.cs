using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training;

/// <summary>How well a model's predictions meet the targets of a dataset, in the user's units; for a classifier, probabilities against 0 and 1.</summary>
public sealed record Metrics
{
    /// <summary>Root of the mean squared error over all rows and outputs.</summary>
    public required double Rmse { get; init; }

    /// <summary>
    /// Coefficient of determination, 1 - (sum of squared errors) / (sum of squared deviations from the mean), averaged over the outputs whose
    /// targets differ; NaN if none do.
    /// </summary>
    public required double R2 { get; init; }

    /// <summary>Share of rows whose most probable class is the right one; null unless the model classifies.</summary>
    public double? Accuracy { get; init; }

    /// <summary>How many rows have an input outside the range of the model's grids.</summary>
    public int RowsOutside { get; init; }

    /// <summary>Evaluates a model on a dataset.</summary>
    /// <exception cref="KanDataException">Data and model do not fit each other, or the model's range policy refuses a row.</exception>
    public static Metrics Measure(KanModel model, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        Prediction prediction = model.Predict(data.Inputs);
        Metrics metrics = Compare(prediction.Values, data.Targets);
        return metrics with
        {
            Accuracy = model.Info.Classes.IsEmpty ? null : ShareRight(prediction.Values, data.Targets),
            RowsOutside = prediction.RowsOutside,
        };
    }

    /// <summary>Compares predictions with targets: one row per sample, one column per output in both.</summary>
    /// <exception cref="KanDataException">The two differ in size, or there are no rows.</exception>
    public static Metrics Compare(Matrix predictions, Matrix targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Rows != targets.Rows || predictions.Columns != targets.Columns || targets.Rows == 0 || targets.Columns == 0)
            throw new KanDataException($"There are {predictions.Rows} x {predictions.Columns} predictions and {targets.Rows} x {targets.Columns} targets; they must agree and not be empty.");
        double[] errors = new double[targets.Columns], row = new double[targets.Rows];
        double explained = 0;
        int varied = 0;
        for (int j = 0; j < targets.Columns; j++)
        {
            ReadOnlySpan<double> target = targets.Column(j), prediction = predictions.Column(j);
            for (int i = 0; i < row.Length; i++)
                row[i] = prediction[i] - target[i];
            errors[j] = Magnitude.RootMeanSquare(row);
            double mean = 0;
            for (int i = 0; i < row.Length; i++)
                mean += (target[i] - mean) / (i + 1);
            for (int i = 0; i < row.Length; i++)
                row[i] = target[i] - mean;
            if (!target.ContainsAnyExcept(target[0]))
                continue;
            double ratio = errors[j] / Magnitude.RootMeanSquare(row);
            explained += 1 - ratio * ratio;
            varied++;
        }
        return new Metrics { Rmse = Magnitude.RootMeanSquare(errors), R2 = varied == 0 ? double.NaN : explained / varied };
    }

    private static double ShareRight(Matrix probabilities, Matrix targets)
    {
        int right = 0;
        for (int row = 0; row < targets.Rows; row++)
        {
            if (MostProbable(probabilities, row) == MostProbable(targets, row))
                right++;
        }
        return (double)right / targets.Rows;
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
