using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Interpretation;
using KanSharp.Tests.Support;
using KanSharp.Training;
using KanSharp.Training.Objectives;
using KanSharp.Training.Regularizers;

namespace KanSharp.Tests.Training;

/// <summary>Edges that are held to c f(a x + b) + d keep a, b, c and d to the bit, whatever is done to the rest.</summary>
public class HeldEdgeTests
{
    private static readonly EdgeIndex s_first = new(0, 1, 0), s_last = new(1, 0, 0), s_other = new(1, 1, 0);
    private static readonly double[] s_pure = [1, 0, 1, 0], s_given = [0.7, -0.2, 1.3, 0.1];

    /// <summary>[2,3,1] with a sine on an edge of the first layer and two Gaussians on the last, one of which is not held.</summary>
    private static KanModel Model(bool held = true)
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1), 3)
            .FixEdge(s_first, SymbolicLibrary.Default["sin"], s_given[0], s_given[1], s_given[2], s_given[3])
            .FixEdge(s_last, SymbolicLibrary.Default["gaussian"], 1, 0, 1, 0)
            .FixEdge(s_other, SymbolicLibrary.Default["gaussian"], 1, 0, 1, 0);
        return held ? model.HoldEdge(s_first).HoldEdge(s_last) : model;
    }

    private static Dataset Rows(Func<double, double, double> function, int rows = 300)
    {
        Matrix x = Nets.Samples(rows, 2);
        return new Dataset(x, Matrix.FromColumns([[.. Enumerable.Range(0, rows).Select(row => function(x[row, 0], x[row, 1]))]]));
    }

    private static void AssertHeld(KanModel model)
    {
        Assert.Equal(s_given, model.Affine(s_first).ToArray());
        Assert.Equal(s_pure, model.Affine(s_last).ToArray());
    }

    public static TheoryData<string, TrainingOptions> Trainings => new()
    {
        { "L-BFGS", new TrainingOptions { Steps = 5 } },
        { "L-BFGS with a penalty", new TrainingOptions { Steps = 5, Regularization = new Regularization { Lambda = 0.01 } } },
        { "Huber", new TrainingOptions { Steps = 5, Loss = Loss.Huber } },
        { "Levenberg-Marquardt", new TrainingOptions { Steps = 20, Optimizer = Optimizer.LevenbergMarquardt } },
        { "Adam", new TrainingOptions { Steps = 200, Optimizer = Optimizer.Adam, BatchSize = 50 } },
    };

    [Theory]
    [MemberData(nameof(Trainings))]
    public void No_training_moves_a_held_edge(string name, TrainingOptions options)
    {
        Dataset data = Rows((x, y) => Math.Exp(-4 * x * x) + 0.5 * Math.Sin(3 * y));
        KanModel model = Model();
        TrainingResult result = Trainer.Fit(model, data, options);
        AssertHeld(result.Model);
        Assert.True(Metrics.Measure(result.Model, data).Rmse < Metrics.Measure(model, data).Rmse, name);
        Assert.NotEqual(s_pure, result.Model.Affine(s_other).ToArray());
        Assert.NotEqual(s_pure, Trainer.Fit(Model(held: false), data, options).Model.Affine(s_last).ToArray());
    }

    [Fact]
    public void Training_on_derivatives_does_not_move_it_either()
    {
        Matrix x = Nets.Samples(100, 2);
        var loss = new DerivativeLoss([LossTerm.Residual("slope", x, "y_x1 + y_x2 - 1")]);
        foreach (Optimizer optimizer in Enum.GetValues<Optimizer>())
            AssertHeld(Trainer.Fit(Model(), loss, new TrainingOptions { Optimizer = optimizer, Steps = 5 }).Model);
    }

    [Fact]
    public void The_gradient_of_what_is_free_is_as_without_holding_and_that_of_the_held_is_zero()
    {
        Dataset data = Rows((x, y) => x * y, 100);
        (double[] held, bool[] free) = Gradient(Model());
        (double[] all, _) = Gradient(Model(held: false));
        Assert.Equal(8, free.Zip(Gradient(Model(held: false)).Mask).Count(pair => !pair.First && pair.Second));
        Assert.All(Enumerable.Range(0, held.Length), p => Assert.Equal(free[p] ? all[p] : 0, held[p]));

        (double[] Gradient, bool[] Mask) Gradient(KanModel model)
        {
            bool[] mask = TrainableParameters.Mask(model, TrainableParts.Default);
            double[] gradient = new double[model.Parameters.Length];
            new NetworkObjective(model.Network, data.Inputs, data.Targets, LossFunction.MeanSquaredError, Regularization.None, mask).Evaluate(model.Parameters, gradient);
            return (gradient, mask);
        }
    }

    [Fact]
    public void Outputs_that_are_worse_than_a_constant_are_not_stretched_over_a_held_edge()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 1, 1), 1).FixEdge(s_last, SymbolicLibrary.Default["gaussian"], 1, 0, 1, 0);
        Dataset far = Rows((x, y) => 50 + x + y);
        var options = new TrainingOptions { Steps = 1, Optimizer = Optimizer.Adam };
        Assert.InRange(Metrics.Measure(Trainer.Fit(model, far, options).Model, far).Rmse, 0, 2);
        KanModel held = Trainer.Fit(model.HoldEdge(s_last), far, options).Model;
        double[] outputs = held.Predict(far.Inputs).Values.Values.ToArray();
        Assert.All(outputs, output => Assert.InRange(output, 0, 1));
        Assert.Equal(outputs, held.Activate(far.Inputs).Nodes(1).Column(0).ToArray().Select(x => Math.Exp(-x * x)), (p, q) => Math.Abs(p - q) < 1e-14);
    }

    [Fact]
    public void A_symbolic_search_makes_up_for_it_elsewhere()
    {
        Dataset data = Rows((x, y) => Math.Exp(-(2 * x + y * y) * (2 * x + y * y)));
        KanModel model = KanModel.Create(new KanSpec(2, 1, 1), 1).FixEdge(s_last, SymbolicLibrary.Default["gaussian"], 1, 0, 1, 0).HoldEdge(s_last);
        model = Trainer.Fit(model, data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 100 }).Model;
        SymbolicNetwork found = SymbolicSearch.Run(model, data, new SymbolicSearchOptions { Library = SymbolicLibrary.Default.Select(["x", "x^2", "sin"]) })[0];
        Assert.Equal(0, found.Model.NumericEdgeCount);
        Assert.Equal(s_pure, found.Model.Affine(s_last).ToArray());
        Assert.InRange(found.TrainRmse, 0, 1e-9);
    }

    [Fact]
    public void Pruning_surgery_and_files_keep_it_held()
    {
        Dataset data = Rows((x, y) => Math.Exp(-4 * x * x) + 0.5 * Math.Sin(3 * y));
        KanModel model = Trainer.Fit(Model(), data, new TrainingOptions { Steps = 10 }).Model;
        KanModel[] edited =
        [
            model.PruneEdges(data.Inputs, 0).Model, GridUpdater.Refine(model, 7), model.FixEdge(new EdgeIndex(0, 0, 0), SymbolicLibrary.Default["x"], data.Inputs).Model,
            model.PruneByError(data, data, tolerance: 1).Model, model.SwapNodes(1, 0, 2), Saved(model),
        ];
        int found = 0;
        foreach (KanModel changed in edited)
        {
            KanModel trained = Trainer.Fit(changed, data, new TrainingOptions { Steps = 3 }).Model;
            double[][] held = [.. trained.Layers.SelectMany((layer, l) => layer.SymbolicEdges.Where(edge => edge.IsHeld).Select(edge => trained.Affine(new EdgeIndex(l, edge.Input, edge.Output)).ToArray()))];
            found += held.Length;
            Assert.All(held, affine => Assert.True(affine.SequenceEqual(s_pure) || affine.SequenceEqual(s_given), $"{changed.Info.History[^1]}: {string.Join(", ", affine)}"));
        }
        Assert.InRange(found, 2 * (edited.Length - 1), 2 * edited.Length); // to prune by error may take such an edge away
    }

    [Fact]
    public void It_is_told_apart_released_and_unfixed()
    {
        Dataset data = Rows((x, y) => Math.Exp(-4 * x * x) + 0.5 * Math.Sin(3 * y));
        KanModel held = Model(), free = held.ReleaseEdge(s_last);
        EdgeChange change = Assert.Single(ModelDifference.Between(held, free).Edges);
        Assert.Equal((s_last, "gaussian, held", "gaussian"), (change.Edge, change.Before, change.After));
        Assert.True(ModelDifference.Between(held, Saved(held)).IsNone);
        Assert.NotEqual(s_pure, Trainer.Fit(free, data, new TrainingOptions { Steps = 5 }).Model.Affine(s_last).ToArray());
        Assert.False(held.UnfixEdge(s_last).FixEdge(s_last, SymbolicLibrary.Default["gaussian"], 1, 0, 1, 0).Layers[1].SymbolicEdges[0].IsHeld);
        Assert.Equal(TrainableParts.Default.Count(held) + 4, TrainableParts.Default.Count(free));
        Assert.Contains("not symbolic", Assert.Throws<KanSharpException>(() => held.HoldEdge(new EdgeIndex(0, 0, 1))).Message);
    }

    private static KanModel Saved(KanModel model)
    {
        using var folder = new TemporaryFolder();
        ModelFile.Save(model, folder.File("held.kan"));
        return ModelFile.Load(folder.File("held.kan"));
    }
}
