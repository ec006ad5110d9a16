using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// From a table to the formula behind it, step by step: the example in README.md. Prints
/// <code>
/// removed 4 of 5 hidden nodes
/// formula exp(x2^2 + sin(pi*x1))
/// exact to rounding: True
/// f(0.5, 1) = 7.389056
/// </code>
/// </summary>
public static class Hello
{
    /// <summary>Trains on samples/hello.csv and writes formula and error.</summary>
    public static (KanModel Model, Expression Formula) Run(string path, TextWriter output)
    {
        // <example>
        DataTable table = Csv.Read(path);                                            // x1, x2, y = exp(sin(pi x1) + x2^2)
        Dataset data = PreparedTable.ForTraining(table, new PreparationOptions { Targets = ["y"] }).ToDataset();
        (Dataset training, Dataset test) = data.Split(0.2, seed: 1);

        KanModel model = KanModel.Create(new KanSpec(2, 5, 1), seed: 1);             // 2 inputs, 5 hidden nodes, 1 output
        var sparse = new TrainingOptions { Regularization = new Regularization { Lambda = 1e-3 } };
        model = Trainer.Fit(model, training, sparse).Model;                          // every edit returns a new model
        (model, PruningReport report) = model.Prune(training.Inputs);
        model = GridUpdater.Refine(model, intervals: 10);
        var exact = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt };
        model = Trainer.Fit(model, training, exact).Model;

        model = SymbolicSearch.Run(model, training)[0].Model;                        // a function of the library on every edge
        Expression formula = ConstantRecognition.Recognise(
            model.ToFormulas()[0], f => FormulaFit.Rmse(f, ["x1", "x2"], training.Inputs, training.Targets.Column(0)), errorFloor: 1e-12);

        Prediction prediction = model.Predict(Matrix.FromRows([[0.5, 1.0]]));
        output.WriteLine($"removed {report.RemovedNodes.Length} of 5 hidden nodes");
        output.WriteLine($"formula {formula}");
        output.WriteLine($"exact to rounding: {Metrics.Measure(model, test).Rmse < 1e-12}");
        output.WriteLine($"f(0.5, 1) = {prediction.Values[0, 0]:F6}");
        // </example>
        return (model, formula);
    }
}
