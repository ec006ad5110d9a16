using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Model;

/// <summary>Multilayer perceptrons: what they compute, that they are trained and read as any model is, and what they refuse.</summary>
public class PerceptronTests
{
    [Fact]
    public void It_is_weights_biases_and_silu_and_has_as_many_of_them_as_it_says()
    {
        int[] widths = [3, 5, 4, 2];
        KanModel model = KanModel.Create(new KanSpec(widths) { Perceptron = true }, 7);
        Assert.False(model.HasSplines);
        Matrix x = RandomNets.Inputs(new SeededRandom(1), 20, 3);
        Matrix predicted = model.Predict(x).Values;
        for (int row = 0; row < x.Rows; row++)
        {
            double[] values = [.. Enumerable.Range(0, 3).Select(i => x[row, i])];
            for (int l = 0; l < 3; l++)
            {
                LayerParameters layer = model.Network.View(l, model.Parameters.ToArray());
                if (l > 0)
                    values = [.. values.Select(value => value / (1 + Math.Exp(-value)))];
                double[] next = new double[widths[l + 1]];
                for (int j = 0; j < next.Length; j++)
                {
                    next[j] = layer.SubnodeBiases[j];
                    for (int i = 0; i < values.Length; i++)
                        next[j] += layer.BaseScales[i * next.Length + j] * values[i];
                    Assert.NotEqual(0, layer.SubnodeBiases[j]);
                }
                values = next;
            }
            for (int o = 0; o < 2; o++)
                Assert.Equal(values[o], predicted[row, o], 1e-14);
        }
        Assert.Equal(3 * 5 + 5 * 4 + 4 * 2 + 5 + 4 + 2, TrainableParts.Default.Count(model));
        Assert.Equal(15 * (8 + 2), TrainableParts.Default.Count(KanModel.Create(new KanSpec(2, 5, 1))));
    }

    [Theory]
    [InlineData(Optimizer.Lbfgs, 1e-2)]
    [InlineData(Optimizer.LevenbergMarquardt, 1e-3)]
    [InlineData(Optimizer.Adam, 0.1)]
    public void Every_optimiser_trains_it_to_the_same_bits_on_any_number_of_threads(Optimizer optimizer, double rmse)
    {
        Dataset data = Hello(600);
        KanModel start = KanModel.Create(new KanSpec(2, 12, 12, 1) { Perceptron = true }, 3);
        var options = new TrainingOptions { Optimizer = optimizer, Steps = optimizer == Optimizer.Adam ? 400 : 60, LearningRate = optimizer == Optimizer.Adam ? 0.01 : null, Threads = 1 };
        TrainingResult result = Trainer.Fit(start, data, options);
        Assert.InRange(Metrics.Measure(result.Model, data).Rmse, 0, rmse);
        Assert.Empty(result.Report.GridUpdates);
        Assert.Equal(result.Model.Parameters.ToArray(), Trainer.Fit(start, data, options with { Threads = 3 }).Model.Parameters.ToArray());
    }

    [Fact]
    public void A_trained_one_has_trained_biases_and_untouched_node_scales()
    {
        KanModel start = KanModel.Create(new KanSpec(2, 5, 1) { Perceptron = true }, 3);
        KanModel trained = Trainer.Fit(start, Hello(200), new TrainingOptions { Steps = 3 }).Model;
        for (int l = 0; l < 2; l++)
        {
            LayerParameters before = start.Network.View(l, start.Parameters.ToArray()), after = trained.Network.View(l, trained.Parameters.ToArray());
            Assert.All(before.SubnodeBiases.ToArray().Zip(after.SubnodeBiases.ToArray()), pair => Assert.NotEqual(pair.First, pair.Second));
            Assert.All(after.NodeScales.ToArray().Concat(after.SubnodeScales.ToArray()), scale => Assert.Equal(1, scale));
            Assert.All(after.NodeBiases.ToArray(), bias => Assert.Equal(0, bias));
        }
    }

    [Fact]
    public void A_step_of_training_allocates_nothing()
    {
        Dataset data = Hello(300);
        KanModel model = KanModel.Create(new KanSpec(2, 20, 20, 1) { Perceptron = true });
        var objective = new KanSharp.Training.Objectives.NetworkObjective(model.Network, data.Inputs, data.Targets, KanSharp.Training.Objectives.LossFunction.MeanSquaredError, Regularization.None);
        double[] gradient = new double[model.Parameters.Length];
        for (int warm = 0; warm < 40; warm++)
            objective.Evaluate(model.Parameters, gradient);
        long before = GC.GetAllocatedBytesForCurrentThread();
        objective.Evaluate(model.Parameters, gradient);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Scores_find_the_column_that_says_nothing_and_pruning_leaves_the_function()
    {
        var random = new SeededRandom(4);
        Matrix x = RandomNets.Inputs(random, 400, 3), y = new(400, 1);
        for (int row = 0; row < 400; row++)
            y[row, 0] = x[row, 0] * x[row, 1];
        var data = new Dataset(x, y);
        KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(3, 10, 1) { Perceptron = true }, 1), data,
            new TrainingOptions { Steps = 200, Regularization = new Regularization { Lambda = 1e-4 } }).Model;
        Attribution scores = Attribution.Measure(model, x);
        Assert.True(scores.FeatureScores[2] < 0.05 * scores.FeatureScores[0], string.Join(' ', scores.FeatureScores.ToArray()));
        double before = Metrics.Measure(model, data).Rmse;
        Assert.InRange(before, 0, 0.03);
        (KanModel pruned, _) = model.Prune(x);
        Assert.True(pruned.ActiveEdgeCount < model.ActiveEdgeCount);
        Assert.InRange(Metrics.Measure(Trainer.Fit(pruned, data).Model, data).Rmse, 0, before);
    }

    [Fact]
    public void Its_structure_is_found_by_its_exact_derivatives()
    {
        var random = new SeededRandom(4);
        Matrix x = RandomNets.Inputs(random, 600, 3), y = new(600, 1);
        for (int row = 0; row < 600; row++)
            y[row, 0] = Math.Sin(2 * x[row, 0]) + x[row, 1] * x[row, 2];
        KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(3, 12, 12, 1) { Perceptron = true }, 1), new Dataset(x, y), new TrainingOptions { Steps = 150 }).Model;
        FunctionStructure structure = FunctionStructure.Of(model, x);
        Assert.True(structure.TestSum([[0], [1, 2]], 0.05).Holds, $"deviation {structure.TestSum([[0], [1, 2]]).Deviation}");
        Assert.False(structure.TestSum([[0, 1], [2]], 0.05).Holds);
    }

    [Fact]
    public void What_needs_splines_says_so_in_one_sentence()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 5, 1) { Perceptron = true });
        Dataset data = Hello(20);
        var edge = new EdgeIndex(0, 0, 0);
        using var folder = new TemporaryFolder();
        Action[] operations =
        [
            () => GridUpdater.Refine(model, 10), () => GridUpdater.Update(model, data.Inputs), () => model.ExpandDepth(), () => model.ExpandWidth(1, 2), () => model.Perturb(0.1),
            () => model.Suggest(edge, data.Inputs), () => model.FixEdge(edge, SymbolicLibrary.Default["sin"], data.Inputs), () => model.FixEdge(edge, SymbolicLibrary.Default["sin"], 1, 0, 1, 0),
            () => model.ReadEdge(edge), () => SymbolicSearch.Run(model, data), () => model.ToFormulas(), () => PykanCheckpoint.Save(model, folder.File("p")),
        ];
        foreach (Action operation in operations)
            Assert.EndsWith("needs a KAN, but the model 2,5,1 is a multilayer perceptron, whose edges are weights without splines.", Assert.Throws<KanSharpException>(operation).Message);
        Assert.Empty(folder.Names());
    }

    private static Dataset Hello(int rows)
    {
        Matrix x = RandomNets.Inputs(new SeededRandom(2), rows, 2), y = new(rows, 1);
        for (int row = 0; row < rows; row++)
            y[row, 0] = Math.Exp(Math.Sin(Math.PI * x[row, 0]) + x[row, 1] * x[row, 1]) / 3;
        return new Dataset(x, y);
    }
}
