using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class ModelSelectionTests
{
    private static readonly TrainingOptions s_options = new() { Steps = 5 };

    private static Dataset Data(int rows, Func<double, double, double> f)
    {
        var random = new SeededRandom(7);
        var inputs = new Matrix(rows, 2);
        var targets = new Matrix(rows, 1);
        for (int i = 0; i < rows; i++)
        {
            (inputs[i, 0], inputs[i, 1]) = (2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1);
            targets[i, 0] = f(inputs[i, 0], inputs[i, 1]);
        }
        return new Dataset(inputs, targets);
    }

    private static ModelChoice Choose(Dataset data, ModelCandidates? candidates = null, TrainingOptions? options = null, CancellationToken cancellation = default)
    {
        (Dataset training, Dataset validation) = data.Split(0.2, 1);
        candidates ??= new ModelCandidates { Shapes = ModelCandidates.ShapesFor(2, 1), Grids = [3, 5], Penalties = [0, 1e-3] };
        return ModelSelection.Choose(candidates, ModelInfo.Default(2, 1), training, validation, options ?? s_options, null, cancellation);
    }

    [Fact]
    public void A_sum_of_curves_needs_no_hidden_level() =>
        Assert.Equal("2,1", KanSpec.Format(Choose(Data(300, (x, y) => x * x + Math.Tanh(y))).Best.Spec.Widths));

    [Fact]
    public void A_product_needs_one_and_no_penalty_without_noise()
    {
        ModelTrial best = Choose(Data(300, (x, y) => x * y)).Best;
        Assert.True(best.Spec.LayerCount > 1);
        Assert.Equal(0, best.Penalty);
    }

    [Fact]
    public void A_curve_with_detail_gets_a_finer_grid_than_a_plain_one_with_noise()
    {
        var noise = new SeededRandom(9);
        var candidates = new ModelCandidates { Shapes = [new KanSpec(2, 1)], Grids = ModelCandidates.UsualGrids, Penalties = [0] };
        Assert.Equal(20, Choose(Data(600, (x, y) => Math.Sin(15 * x) + y), candidates).Best.Spec.GridIntervals[0]);
        Assert.Equal(1, Choose(Data(600, (x, y) => x * x * x + y + 0.2 * (noise.NextDouble() - 0.5)), candidates).Best.Spec.GridIntervals[0]);
    }

    /// <summary>With both seeds validation rows lie in the gap between the two training rows around the jump.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Rows_in_the_gap_of_a_jump_choose_no_penalty(ulong seed)
    {
        var random = new SeededRandom(seed);
        double[] x = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble())];
        (Dataset training, Dataset validation) = new Dataset(Matrix.FromColumns([x]), Matrix.FromColumns([[.. x.Select(v => v <= 0.5 ? 1.0 : 0)]])).Split(0.2, seed);
        ModelInfo info = ModelInfo.Default(1, 1) with { InputScaling = Scaling.FromRange(training.Inputs), OutputScaling = Scaling.FromMoments(training.Targets) };
        var candidates = new ModelCandidates { Shapes = [new KanSpec(1, 1) { SplineOrders = [1] }], Grids = [40], Penalties = ModelCandidates.UsualPenalties };
        Assert.Equal(0, ModelSelection.Choose(candidates, info, training, validation, new TrainingOptions { Seed = seed }).Best.Penalty);
    }

    /// <summary>Ten columns of noise beside two that count, few rows: a net of all it may have learns the noise.</summary>
    [Fact]
    public void Few_rows_of_many_columns_are_not_overfitted()
    {
        var random = new SeededRandom(3);
        Dataset Rows(int count)
        {
            Matrix inputs = new(count, 12), targets = new(count, 1);
            foreach (ref double value in inputs.Values)
                value = random.NextGaussian();
            for (int row = 0; row < count; row++)
                targets[row, 0] = inputs[row, 0] - inputs[row, 1] + 1.5 * random.NextGaussian();
            return new Dataset(inputs, targets);
        }
        Dataset all = Rows(200), test = Rows(2000);
        (Dataset training, Dataset validation) = all.Split(0.2, 1);
        ModelInfo info = ModelInfo.Default(12, 1) with { InputScaling = Scaling.FromRange(all.Inputs), OutputScaling = Scaling.FromMoments(all.Targets) };
        var candidates = new ModelCandidates { Shapes = ModelCandidates.ShapesFor(12, 1), Grids = ModelCandidates.UsualGrids, Penalties = ModelCandidates.UsualPenalties };
        var options = new TrainingOptions { Regularization = new Regularization { LambdaEntropy = 2 } };
        ModelTrial best = ModelSelection.Choose(candidates, info, training, validation, options).Best;
        KanModel model = Trainer.Fit(KanModel.Create(best.Spec, 1, info), all, options with { Regularization = options.Regularization with { Lambda = best.Penalty } }).Model;
        // Knowing the law, it is 1.5.
        Assert.InRange(Metrics.Measure(model, test).Rmse, 1.4, 1.65);
    }

    [Fact]
    public void Nets_with_more_than_two_parameters_per_training_value_are_not_tried()
    {
        ModelChoice choice = Choose(Data(40, (x, y) => x * y));
        Assert.NotEmpty(choice.Trials);
        Assert.All(choice.Trials, trial => Assert.True(trial.Result.Model.Parameters.Length <= 64));
    }

    [Fact]
    public void The_choice_does_not_depend_on_the_number_of_threads()
    {
        Dataset data = Data(200, (x, y) => Math.Exp(x * y));
        ModelChoice one = Choose(data, options: s_options with { Threads = 1 }), two = Choose(data, options: s_options with { Threads = 2 });
        Assert.Equal(one.Trials.Select(trial => trial.ValidationLoss), two.Trials.Select(trial => trial.ValidationLoss));
        Assert.Equal(one.Best.Result.Model.Parameters.ToArray(), two.Best.Result.Model.Parameters.ToArray());
    }

    [Fact]
    public void Cancelled_before_the_first_trial_there_is_nothing_to_choose() =>
        Assert.Throws<OperationCanceledException>(() => Choose(Data(50, (x, y) => x), cancellation: new CancellationToken(canceled: true)));
}
