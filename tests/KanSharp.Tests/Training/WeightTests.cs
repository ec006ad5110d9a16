using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Weights of rows, from the data to every optimiser, score and formula.</summary>
public class WeightTests
{
    private const int Rows = 60;

    private static readonly GridSchedule s_moving = new() { Updates = 3, LastStep = 6 };

    private static Dataset Waves(ulong seed, int rows = Rows, double[]? weights = null)
    {
        var random = new SeededRandom(seed);
        Matrix x = RandomNets.Inputs(random, rows, 2), y = new(rows, 1);
        for (int n = 0; n < rows; n++)
            y[n, 0] = Math.Sin(3 * x[n, 0]) + x[n, 1] * x[n, 1] + 0.1 * random.NextGaussian();
        return new Dataset(x, y, weights);
    }

    public static TheoryData<Optimizer, Loss> Trainings => new()
    {
        { Optimizer.Lbfgs, Loss.MeanSquaredError }, { Optimizer.LevenbergMarquardt, Loss.MeanSquaredError }, { Optimizer.Adam, Loss.MeanSquaredError },
        { Optimizer.Lbfgs, Loss.Huber }, { Optimizer.LevenbergMarquardt, Loss.Huber }, { Optimizer.Adam, Loss.Huber },
    };

    private static TrainingResult Train(Dataset data, Optimizer optimizer, Loss loss = Loss.MeanSquaredError) =>
        Trainer.Fit(KanModel.Create(new KanSpec(2, 2, 1), 3), data, new TrainingOptions { Optimizer = optimizer, Loss = loss, Steps = 8, GridSchedule = s_moving });

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_row_of_weight_zero_changes_no_bit(Optimizer optimizer, Loss loss)
    {
        Dataset all = Waves(1);
        all.Targets[7, 0] = 1e6;
        all.Inputs[11, 1] = 40;
        double[] weights = [.. Enumerable.Range(0, Rows).Select(n => n is 7 or 11 ? 0.0 : 2 + n % 3)];
        int[] kept = [.. Enumerable.Range(0, Rows).Where(n => weights[n] > 0)];
        Dataset without = new(all.Inputs.SelectRows(kept), all.Targets.SelectRows(kept), kept.Select(n => weights[n]).ToArray());
        TrainingResult zero = Train(new Dataset(all.Inputs, all.Targets, weights), optimizer, loss), left = Train(without, optimizer, loss);
        Assert.Equal(left.Model.Parameters.ToArray(), zero.Model.Parameters.ToArray());
        Assert.Equal(left.Report.TrainLoss, zero.Report.TrainLoss);
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Equal_weights_are_no_weights(Optimizer optimizer, Loss loss)
    {
        Dataset all = Waves(2);
        double[] same = new double[Rows];
        Array.Fill(same, 7e250);
        Assert.Equal(Train(all, optimizer, loss).Model.Parameters.ToArray(), Train(new Dataset(all.Inputs, all.Targets, same), optimizer, loss).Model.Parameters.ToArray());
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs)]
    [InlineData(Optimizer.LevenbergMarquardt)]
    [InlineData(Optimizer.Adam)]
    public void A_weight_of_three_is_a_row_that_stands_three_times(Optimizer optimizer)
    {
        Dataset all = Waves(3);
        double[] weights = [.. Enumerable.Range(0, Rows).Select(n => n % 4 == 0 ? 3.0 : 1)];
        int[] repeated = [.. Enumerable.Range(0, Rows).SelectMany(n => Enumerable.Repeat(n, (int)weights[n]))];
        TrainingOptions options = new() { Optimizer = optimizer, Steps = 3, GridSchedule = GridSchedule.None };
        KanModel start = KanModel.Create(new KanSpec(2, 2, 1), 3);
        TrainingResult weighted = Trainer.Fit(start, new Dataset(all.Inputs, all.Targets, weights), options), plain = Trainer.Fit(start, all.Select(repeated), options);
        Assert.Equal(plain.Report.TrainLoss, weighted.Report.TrainLoss, 1e-9 * plain.Report.TrainLoss);
        Assert.Equal(0, plain.Model.Parameters.ToArray().Zip(weighted.Model.Parameters.ToArray(), (a, b) => Math.Abs(a - b)).Max(), 1e-7);
        Metrics first = Metrics.Measure(start, all.Select(repeated)), second = Metrics.Measure(start, new Dataset(all.Inputs, all.Targets, weights));
        Assert.Equal(first.Rmse, second.Rmse, 1e-13);
        Assert.Equal(first.R2, second.R2, 1e-12);
    }

    [Fact]
    public void A_formula_is_fitted_by_the_weights_and_its_standard_errors_know_them()
    {
        Dataset all = Waves(4);
        double[] weights = [.. Enumerable.Range(0, Rows).Select(n => n % 5 == 0 ? 2.0 : 1)];
        int[] repeated = [.. Enumerable.Range(0, Rows).SelectMany(n => Enumerable.Repeat(n, (int)weights[n]))];
        Expression formula = Expression.Parse("1.1*sin(2.9*x1) + 0.9*x2^2");
        Dataset twice = all.Select(repeated);
        FormulaFitResult plain = FormulaFit.Run(formula, ["x1", "x2"], twice.Inputs, twice.Targets.Column(0));
        FormulaFitResult weighted = FormulaFit.Run(formula, ["x1", "x2"], all.Inputs, all.Targets.Column(0), weights: weights);
        Assert.Equal(plain.Rmse, weighted.Rmse, 1e-12);
        Assert.Equal(FreeConstants.Of(plain.Formula).Values.ToArray(), FreeConstants.Of(weighted.Formula).Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
        // The repeated rows count as rows of their own, with more degrees of freedom.
        double degrees = Math.Sqrt((repeated.Length - 3.0) / (Rows - 3.0));
        Assert.Equal(plain.StandardErrors.Select(error => error * degrees), weighted.StandardErrors, (a, b) => Math.Abs(a / b - 1) < 1e-6);
        Assert.Equal(plain.Rmse, FormulaFit.Rmse(weighted.Formula, ["x1", "x2"], all.Inputs, all.Targets.Column(0), weights), 1e-12);
    }

    [Fact]
    public void Weights_follow_their_rows()
    {
        double[] weights = [.. Enumerable.Range(0, Rows).Select(n => 1.0 + n)];
        Dataset data = Waves(5, weights: weights);
        Assert.Equal(weights, data.Weights.ToArray());
        (Dataset training, Dataset validation) = data.Split(0.25, 9);
        foreach (Dataset part in (Dataset[])[training, validation, data.WithNoise(0.1, 3), data.Scaled(Scaling.Identity(2), Scaling.Identity(1))])
        {
            for (int row = 0; row < part.Count; row++)
            {
                int original = Enumerable.Range(0, Rows).Single(n => data.Inputs[n, 0] == part.Inputs[row, 0]);
                Assert.Equal(weights[original], part.Weights[row]);
            }
        }
    }

    [Theory]
    [InlineData(-1.0, "The weight of row 1 is -1")]
    [InlineData(double.NaN, "The weight of row 1 is NaN")]
    [InlineData(double.PositiveInfinity, "The weight of row 1 is")]
    public void Impossible_weights_are_refused(double weight, string message) =>
        Assert.Contains(message, Assert.Throws<KanDataException>(() => new Dataset(new Matrix(2, 1), new Matrix(2, 1), [1, weight])).Message);

    [Fact]
    public void A_wrong_number_of_weights_or_zeros_alone_are_refused()
    {
        Assert.Contains("3 weights for 2 rows", Assert.Throws<KanDataException>(() => new Dataset(new Matrix(2, 1), new Matrix(2, 1), [1, 1, 1])).Message);
        Assert.Contains("All weights are 0", Assert.Throws<KanDataException>(() => new Dataset(new Matrix(2, 1), new Matrix(2, 1), [0, 0])).Message);
    }
}
