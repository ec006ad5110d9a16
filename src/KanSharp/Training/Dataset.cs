using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;

namespace KanSharp.Training;

/// <summary>Inputs and targets of the same samples, all finite, and how much each sample counts. Immutable as long as nobody writes into its matrices.</summary>
public sealed class Dataset
{
    private readonly double[]? _weights;

    /// <summary>Takes one row per sample in both matrices, without copying them unless a weight is 0.</summary>
    /// <param name="inputs">One row per sample, one column per input.</param>
    /// <param name="targets">One row per sample, one column per target.</param>
    /// <param name="weights">
    /// What the loss of each sample is multiplied by, such as 1/σ² for a target with standard error σ; only their ratios count. Samples of weight 0 are left out. None for
    /// the same weight everywhere.
    /// </param>
    /// <exception cref="KanDataException">The numbers of rows differ, there are none, a value is not finite, or a weight is negative or all are 0.</exception>
    public Dataset(Matrix inputs, Matrix targets, ReadOnlySpan<double> weights = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Rows != targets.Rows)
            throw new KanDataException($"There are {inputs.Rows} rows of inputs and {targets.Rows} rows of targets; every sample needs one of each.");
        if (inputs.Rows == 0 || inputs.Columns == 0 || targets.Columns == 0)
            throw new KanDataException($"The data has {inputs.Rows} rows, {inputs.Columns} inputs and {targets.Columns} targets; at least one of each is needed.");
        CheckFinite(inputs, "Input");
        CheckFinite(targets, "Target");
        Inputs = inputs;
        Targets = targets;
        if (weights.IsEmpty)
            return;
        CheckWeights(weights, inputs.Rows);
        if (weights.Contains(0))
        {
            double[] all = weights.ToArray();
            int[] kept = [.. Enumerable.Range(0, all.Length).Where(row => all[row] > 0)];
            Inputs = inputs.SelectRows(kept);
            Targets = targets.SelectRows(kept);
            weights = SampleWeights.Select(all, kept);
        }
        _weights = weights.ToArray();
        RowWeights = SampleWeights.Normalise(weights);
    }

    /// <summary>One row per sample, one column per input.</summary>
    public Matrix Inputs { get; }

    /// <summary>One row per sample, one column per target; classes as 0 and 1, one column per class.</summary>
    public Matrix Targets { get; }

    /// <summary>One weight per sample, above 0, as they were given; empty where none were.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The weights in units of their mean; null where all count alike.</summary>
    internal double[]? RowWeights { get; }

    /// <summary>Number of samples.</summary>
    public int Count => Inputs.Rows;

    /// <summary>A copy with the given samples and their weights, in the given order.</summary>
    public Dataset Select(ReadOnlySpan<int> rows) => new(Inputs.SelectRows(rows), Targets.SelectRows(rows), SampleWeights.Select(_weights, rows));

    /// <summary>
    /// Parts the samples at random into two sets, each in the old order: the validation set gets <paramref name="fraction"/> of them, rounded,
    /// and each at least one. The same seed parts the same way.
    /// </summary>
    /// <exception cref="KanDataException">The fraction is not between 0 and 1, or there are fewer than two samples.</exception>
    public (Dataset Training, Dataset Validation) Split(double fraction, ulong seed)
    {
        if (!(fraction is > 0 and < 1))
            throw new KanDataException($"A fraction of {fraction} of the rows cannot be set apart; give a number between 0 and 1, such as 0.2.");
        if (Count < 2)
            throw new KanDataException($"The data has {Count} row; at least 2 are needed to set some apart.");
        int validationCount = Math.Clamp((int)Math.Round(fraction * Count), 1, Count - 1);
        int[] order = new SeededRandom(seed).NextPermutation(Count);
        Array.Sort(order, 0, validationCount);
        Array.Sort(order, validationCount, Count - validationCount);
        return (Select(order.AsSpan(validationCount)), Select(order.AsSpan(0, validationCount)));
    }

    /// <summary>The same inputs and targets with Gaussian noise of this standard deviation; the same seed gives the same noise.</summary>
    /// <exception cref="KanSharpException">The deviation is negative or not finite.</exception>
    public Dataset WithNoise(double deviation, ulong seed) => WithNoise(deviation, new SeededRandom(seed));

    internal Dataset WithNoise(double deviation, SeededRandom random)
    {
        CheckNoise(deviation);
        Matrix targets = Targets.Clone();
        foreach (ref double value in targets.Values)
            value += deviation * random.NextGaussian();
        return new Dataset(Inputs, targets, _weights);
    }

    /// <summary>
    /// The data in other units. With <see cref="Scaling.FromMoments"/> of training inputs and targets, these are normalised and validation rows are brought
    /// to the same units. A model that is given a scaling does this by itself.
    /// </summary>
    public Dataset Scaled(Scaling inputs, Scaling targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return new Dataset(inputs.Apply(Inputs), targets.Apply(Targets), _weights);
    }

    /// <summary>These rows and then others.</summary>
    internal Dataset With(Dataset others)
    {
        Matrix Joined(Matrix first, Matrix second) =>
            Matrix.FromColumns([.. Enumerable.Range(0, first.Columns).Select(column => (double[])[.. first.Column(column), .. second.Column(column)])]);
        double[] weights = Weights.IsEmpty && others.Weights.IsEmpty ? [] : [.. WeightsOrOnes(), .. others.WeightsOrOnes()];
        return new Dataset(Joined(Inputs, others.Inputs), Joined(Targets, others.Targets), weights);
    }

    private double[] WeightsOrOnes() => _weights ?? [.. Enumerable.Repeat(1.0, Count)];

    internal static void CheckNoise(double deviation)
    {
        if (!(deviation >= 0 && double.IsFinite(deviation)))
            throw new KanSharpException($"A noise of {deviation} is not possible; give a standard deviation of 0 or above.");
    }

    private static void CheckWeights(ReadOnlySpan<double> weights, int rows)
    {
        if (weights.Length != rows)
            throw new KanDataException($"There are {weights.Length} weights for {rows} rows; every row needs one.");
        for (int row = 0; row < rows; row++)
        {
            if (!(weights[row] >= 0 && double.IsFinite(weights[row])))
                throw new KanDataException($"The weight of row {row} is {weights[row]}; weights must be finite and not negative.");
        }
        if (!weights.ContainsAnyExcept(0))
            throw new KanDataException("All weights are 0; at least one row has to count.");
    }

    private static void CheckFinite(Matrix values, string what)
    {
        for (int column = 0; column < values.Columns; column++)
        {
            ReadOnlySpan<double> cells = values.Column(column);
            for (int row = 0; row < cells.Length; row++)
            {
                if (!double.IsFinite(cells[row]))
                    throw new KanDataException($"{what} {column} of row {row} is {cells[row]}; data must be finite numbers. Leave such rows out or fill them.");
            }
        }
    }
}
