using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>Rows whose target is far from what the other rows say: found by a net trained with Huber's loss, which a few of them hardly bend.</summary>
internal sealed class Outliers
{
    /// <summary>A row is an outlier if its error is more than so many robust standard deviations; of normal errors, two in a billion are.</summary>
    private const double Deviations = 6;

    /// <summary>An error below this part of the target's robust standard deviation is what the net does not fit.</summary>
    private const double SmallError = 0.05;

    /// <summary>If more than this part of the rows were, they would be no exceptions but what the net does not fit.</summary>
    private const double MostRows = 0.1;

    /// <summary>Squares may hang on a few rows: at most this part of them, each so many robust standard deviations off, make up this part of the squared error.</summary>
    private const double FewRows = 0.05, FarOff = 20, MostOfError = 0.9, PoorR2 = 0.9;

    /// <summary>The factor from the median size to the standard deviation of normal errors.</summary>
    private const double NormalMedian = 1.4826;

    private readonly KanModel _net;
    private readonly double _limit;

    private Outliers(KanModel net, double limit) => (_net, _limit) = (net, limit);

    /// <summary>What is usual in these rows; null where too many would be outliers.</summary>
    public static Outliers? Find(PreparedTable table, ulong seed, Session session)
    {
        const double validation = 0.2;
        Dataset all = table.ToDataset();
        (Dataset training, Dataset rest) = all.Split(validation, seed);
        var options = new FittingOptions
        {
            Order = 3,
            Range = RangePolicy.Linear,
            Restarts = 1,
            TestFraction = validation,
            Training = new TrainingOptions { Steps = 50, Loss = Loss.Huber, Seed = seed },
        };
        var data = new FitData(FitData.InfoFor(table, training, [], Loss.Huber), training, rest, rest, "");
        KanModel net = new Fitting(options, data, session).Run(null).Model;
        double usual = NormalMedian * Metrics.MedianAbsoluteError(net.PredictAll(all.Inputs), all.Targets);
        var outliers = new Outliers(net, Math.Max(Deviations * usual, SmallError * data.Info.OutputScaling.Scales[0]));
        return outliers.In(all).Count <= MostRows * all.Count ? outliers : null;
    }

    /// <summary>The error from which on a row is one.</summary>
    public double Limit => _limit;

    /// <summary>The rows that are outliers.</summary>
    public IReadOnlyList<int> In(Dataset data)
    {
        double[] predicted = _net.PredictAll(data.Inputs).Column(0).ToArray();
        return [.. Enumerable.Range(0, data.Count).Where(row => Math.Abs(data.Targets[row, 0] - predicted[row]) > _limit)];
    }

    /// <summary>The rows with outliers of weight 0.</summary>
    public Dataset Without(Dataset data)
    {
        double[] weights = data.Weights.IsEmpty ? [.. Enumerable.Repeat(1.0, data.Count)] : data.Weights.ToArray();
        foreach (int row in In(data))
            weights[row] = 0;
        return new Dataset(data.Inputs, data.Targets, weights);
    }

    /// <summary>What to say where a few rows make up nearly all of the squared error of a poor fit; null elsewhere.</summary>
    public static string? Advice(ReadOnlySpan<double> predicted, ReadOnlySpan<double> targets, double r2)
    {
        double[] sizes = new double[targets.Length];
        for (int row = 0; row < sizes.Length; row++)
            sizes[row] = Math.Abs(predicted[row] - targets[row]);
        double limit = FarOff * NormalMedian * sizes.Order().ElementAt(sizes.Length / 2), largest = sizes.Max();
        double[] far = [.. sizes.Where(size => size > limit)];
        return r2 < PoorR2 && far.Length > 0 && far.Length <= FewRows * sizes.Length && far.Sum(size => size / largest * (size / largest)) > MostOfError * sizes.Sum(size => size / largest * (size / largest))
            ? $"{far.Length} of {sizes.Length} rows, each more than {limit:G3} off, make up nearly all of the squared error: outliers would spoil a fit like that. Look at these rows, or use --loss huber."
            : null;
    }
}
