using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tutorials;

/// <summary>The steps that tutorials are made of.</summary>
public static class Stages
{
    /// <summary>exp(sin(pi x1) + x2^2), the function of most tutorials.</summary>
    public const string HelloFormula = "exp(sin(pi*x1) + x2^2)";

    /// <summary>A function of four variables that needs three layers.</summary>
    public const string Deep = "exp((sin(pi*(x1^2 + x2^2)) + sin(pi*(x3^2 + x4^2)))/2)";

    /// <summary>The functions pykan's tutorials choose from.</summary>
    public static readonly string[] UsualFunctions = ["x", "x^2", "x^3", "x^4", "exp", "log", "sqrt", "tanh", "sin", "abs"];

    public static readonly TrainingOptions LeastSquares = new() { Optimizer = Optimizer.LevenbergMarquardt, Steps = 50 };

    /// <summary>Training and test rows of a formula in x1, x2, ..., each input in the same range or in one of its own.</summary>
    public static Stage Sample(string formula, int inputs = 2, int rows = 1000, double low = -1, double high = 1, (double Low, double High)[]? ranges = null) => trial =>
    {
        SampleBox box = ranges is null ? SampleBox.Cube(inputs, low, high) : new SampleBox(ranges);
        string[] names = [.. Enumerable.Range(1, box.Ranges.Length).Select(i => $"x{i}")];
        Expression expression = Expression.Parse(formula, names);
        trial.Training = box.SampleFormula(rows, trial.Seed, expression, names).Data;
        trial.Test = box.SampleFormula(1000, trial.Seed + 1000, expression, names).Data;
    };

    /// <summary>A new network; by default with pykan's grid of 3.</summary>
    public static Stage Create(string shape, int grid = 3, BaseFunction baseFunction = BaseFunction.Silu, Func<KanSpec, KanSpec>? with = null, bool scaled = false) => trial =>
    {
        KanSpec spec = KanSpec.Parse(shape) with { GridIntervals = [grid], BaseFunction = baseFunction };
        spec = with?.Invoke(spec) ?? spec;
        ModelInfo info = ModelInfo.Default(spec.Widths[0].Nodes, spec.Widths[^1].Nodes);
        trial.Model = KanModel.Create(spec, trial.Seed, scaled ? info with { InputScaling = Scaling.FromRange(trial.Training.Inputs) } : info);
    };

    /// <summary>The best of several starts after a few steps of least squares.</summary>
    public static Stage CreateBest(string shape, int starts, int grid = 3) => trial =>
    {
        TrainingResult Start(int start) => Trainer.Fit(
            KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [grid] }, trial.Seed * 100 + (ulong)start), trial.Training, LeastSquares with { Steps = 20 });
        trial.Model = Enumerable.Range(0, starts).Select(Start).MinBy(result => result.Report.TrainLoss)!.Model;
    };

    /// <summary>
    /// The best of several starts with a penalty: each is trained in rounds of 20 steps, between which the grids follow the activations, and the one
    /// with the lowest objective goes on.
    /// </summary>
    public static Stage CreateBestPenalised(string shape, int grid, double lambda, int starts = 4, int rounds = 3) => trial =>
    {
        var options = new TrainingOptions { Steps = 20, Regularization = new Regularization { Lambda = lambda }, GridSchedule = GridSchedule.None };
        (KanModel Model, double Objective) Start(int start)
        {
            TrainingResult result = Trainer.Fit(KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [grid] }, trial.Seed * 100 + (ulong)start), trial.Training, options);
            for (int round = 1; round < rounds; round++)
                result = Trainer.Fit(GridUpdater.Update(result.Model, trial.Training.Inputs), trial.Training, options);
            return (result.Model, result.Report.Steps[^1].TrainLoss + result.Report.Steps[^1].Penalty);
        }
        trial.Model = Enumerable.Range(0, starts).Select(Start).MinBy(result => result.Objective).Model;
    };

    public static Stage Fit(TrainingOptions options) => trial => trial.Model = Trainer.Fit(trial.Model, trial.Training, options with { Seed = trial.Seed }).Model;

    public static Stage Fit(int steps, double lambda = 0, double entropy = 2, double coefficients = 0, GridSchedule? grids = null) => Fit(new TrainingOptions
    {
        Steps = steps,
        Regularization = new Regularization { Lambda = lambda, LambdaEntropy = entropy, LambdaCoefficients = coefficients },
        GridSchedule = grids ?? new GridSchedule(),
    });

    public static Stage FitLeastSquares(int steps = 50) => Fit(LeastSquares with { Steps = steps });

    /// <summary>Least squares on grid after grid.</summary>
    public static Stage Refine(int intervals) => trial => trial.Model = GridUpdater.Refine(trial.Model, intervals);

    public static Stage Prune(double nodes = Pruning.NodeThreshold, double edges = Pruning.EdgeThreshold) =>
        trial => trial.Model = trial.Model.Prune(trial.Training.Inputs, nodes, edges).Model;

    /// <summary>Fixes every edge to a function, by the error of the whole network, and fits once more.</summary>
    public static Stage Symbolic(params string[] functions) => trial =>
    {
        SymbolicLibrary library = functions.Length == 0 ? SymbolicLibrary.Default : SymbolicLibrary.Default.Select(functions);
        trial.Model = SymbolicSearch.Run(trial.Model, trial.Training, new SymbolicSearchOptions { Library = library }).MinBy(found => found.TrainRmse)!.Model;
    };

    /// <summary>Formulas for the scores of a classifier: they follow the network's own, then the labels.</summary>
    public static Stage SymbolicClassifier(params string[] functions) => trial =>
    {
        ModelInfo info = trial.Model.Info;
        KanModel scores = With(trial.Model, info with { Classes = [] });
        var follow = new Dataset(trial.Training.Inputs, scores.Predict(trial.Training.Inputs).Values);
        KanModel symbolic = SymbolicSearch.Run(scores, follow, new SymbolicSearchOptions { Library = SymbolicLibrary.Default.Select(functions) })[0].Model;
        trial.Model = Trainer.Fit(With(symbolic, info), trial.Training, new TrainingOptions { Loss = Loss.CrossEntropy, GridSchedule = GridSchedule.None }).Model;
    };

    private static KanModel With(KanModel model, ModelInfo info) => new(model.Layers, model.BaseFunction, model.RangePolicy, model.Parameters, info);

    /// <summary>Reads the formula and puts exact constants where the data allow it.</summary>
    public static Stage ReadFormula() => trial => trial.Formula = ConstantRecognition.Recognise(
        trial.Model.ToFormulas()[0],
        formula => FormulaFit.Rmse(formula, trial.Model.Info.InputNames, trial.Training.Inputs, trial.Training.Targets.Column(0)), errorFloor: 1e-12);

    public static Stage Error(double limit, string name = "error") => trial => trial.AtMost(name, trial.TestRmse, limit);

    public static Stage HasShape(string shape) => trial => trial.Holds($"[{shape}]", trial.Model.Shape == shape, $"[{trial.Model.Shape}]");

    /// <summary>The formula means the same as this one: equal values at the test rows, and constants recognised.</summary>
    public static Stage IsFormula(string formula, double tolerance = 1e-10) => trial =>
    {
        Expression found = trial.Formula ?? throw new InvalidOperationException("No stage has read a formula.");
        double error = FormulaFit.Rmse(found, trial.Model.Info.InputNames, trial.Test.Inputs, Values(formula, trial));
        trial.Holds(formula, error <= tolerance && found.Complexity <= 2 * Expression.Parse(formula, trial.Model.Info.InputNames).Complexity, found.ToText(6));
    };

    /// <summary>All edges, masked ones too.</summary>
    public static IEnumerable<EdgeIndex> Edges(KanModel model) =>
        from layer in Enumerable.Range(0, model.Layers.Length)
        from input in Enumerable.Range(0, model.Layers[layer].InputCount)
        from output in Enumerable.Range(0, model.Layers[layer].SubnodeCount)
        select new EdgeIndex(layer, input, output);

    /// <summary>The first output.</summary>
    public static double[] Outputs(KanModel model, Matrix x) => model.Predict(x).Values.Column(0).ToArray();

    private static double[] Values(string formula, Trial trial)
    {
        double[] values = new double[trial.Test.Count];
        new FormulaProgram(Expression.Parse(formula, trial.Model.Info.InputNames), trial.Model.Info.InputNames).Evaluate(trial.Test.Inputs, values);
        return values;
    }
}
