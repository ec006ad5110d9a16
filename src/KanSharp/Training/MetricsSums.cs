using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;

namespace KanSharp.Training;

/// <summary>Errors and spread of the targets, gathered block by block; see <see cref="Metrics"/>.</summary>
internal sealed class MetricsSums(int outputs)
{
    private readonly double[] _errors = new double[outputs];
    private readonly double[] _means = new double[outputs];
    private readonly double[] _deviations = new double[outputs];
    private readonly double[] _first = new double[outputs];
    private readonly bool[] _varied = new bool[outputs];

    /// <summary>The weights of all rows so far, their number where they have none.</summary>
    public double Weight { get; private set; }

    /// <summary>Root of the mean squared error over all rows and outputs.</summary>
    public double Rmse => Magnitude.RootMeanSquare(_errors);

    /// <summary>Coefficient of determination, averaged over the outputs whose targets differ; NaN if none do.</summary>
    public double R2
    {
        get
        {
            double explained = 0;
            int varied = 0;
            for (int j = 0; j < outputs; j++)
            {
                if (!_varied[j])
                    continue;
                double ratio = _errors[j] / _deviations[j];
                explained += 1 - ratio * ratio;
                varied++;
            }
            return varied == 0 ? double.NaN : explained / varied;
        }
    }

    /// <summary>Adds rows: one row per sample, one column per output in both; one weight per row, or none for 1 each.</summary>
    /// <exception cref="KanDataException">The two differ in size, or there are no rows.</exception>
    public void Add(Matrix predictions, Matrix targets, ReadOnlySpan<double> weights = default)
    {
        if (predictions.Rows != targets.Rows || predictions.Columns != targets.Columns || targets.Rows == 0 || targets.Columns != outputs || outputs == 0)
            throw new KanDataException($"There are {predictions.Rows} x {predictions.Columns} predictions and {targets.Rows} x {targets.Columns} targets; they must agree and not be empty.");
        double[]? relative = SampleWeights.Normalise(weights);
        double added = weights.IsEmpty ? targets.Rows : TensorPrimitives.Sum(weights), all = Weight + added;
        double[] row = new double[targets.Rows];
        for (int j = 0; j < outputs; j++)
        {
            ReadOnlySpan<double> target = targets.Column(j), prediction = predictions.Column(j);
            for (int i = 0; i < row.Length; i++)
                row[i] = prediction[i] - target[i];
            _errors[j] = Joined(_errors[j], Magnitude.RootMeanSquare(row, relative), all);
            double mean = 0, total = 0;
            for (int i = 0; i < row.Length; i++)
            {
                double weight = relative is null ? 1 : relative[i];
                total += weight;
                if (weight > 0)
                    mean += (target[i] - mean) / (total / weight);
            }
            for (int i = 0; i < row.Length; i++)
                row[i] = target[i] - mean;
            if (Weight == 0)
                _first[j] = target[0];
            // The spread of both parts about their common mean (Chan, Golub and LeVeque 1979).
            double share = added / all, apart = Weight == 0 ? 0 : mean - _means[j];
            _deviations[j] = double.Hypot(Joined(_deviations[j], Magnitude.RootMeanSquare(row, relative), all), Math.Sqrt(share * (1 - share)) * apart);
            _means[j] = Weight == 0 ? mean : _means[j] + share * apart;
            _varied[j] |= target.ContainsAnyExcept(_first[j]);
        }
        Weight = all;
    }

    /// <summary>The root mean square of all rows, from that of the rows before and that of the new ones.</summary>
    private double Joined(double before, double added, double all) =>
        Weight == 0 ? added : double.Hypot(before * Math.Sqrt(Weight / all), added * Math.Sqrt((all - Weight) / all));
}
