using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A law of physics with nine inputs: the shear stress of a rubber-like body, P12 = mu (F11 F21 + F12 F22 + F13 F23), from 1000 deformations F. Prints
/// <code>
/// fewer than 20 of 145 edges left: True
/// stress within 1e-12: True
/// d2P/dF11 dF21 = 0.41667
/// </code>
/// </summary>
public static class Stress
{
    private const double Mu = 1 / 2.4;

    /// <summary>Trains five sums and five products, prunes to what is needed, and makes it symbolic.</summary>
    public static void Run(TextWriter output)
    {
        var box = new SampleBox([.. Enumerable.Range(0, 9).Select(i => i % 4 == 0 ? (0.5, 1.5) : (-0.5, 0.5))]);
        Dataset data = box.SampleRows(1000, seed: 1, f => Mu * (f[0] * f[3] + f[1] * f[4] + f[2] * f[5]));
        ModelInfo info = ModelInfo.Default(9, 1) with
        {
            InputNames = ["F11", "F12", "F13", "F21", "F22", "F23", "F31", "F32", "F33"],
            OutputNames = ["P12"],
            InputScaling = Scaling.FromRange(data.Inputs),
        };
        KanModel model = KanModel.Create(KanSpec.Parse("9,[5,5],1") with { GridIntervals = [3], BaseFunction = BaseFunction.Identity }, seed: 1, info);
        var sparse = new TrainingOptions { Steps = 100, Regularization = new Regularization { Lambda = 1e-5, LambdaCoefficients = 1 } };
        model = Trainer.Fit(model, data, sparse).Model.Prune(data.Inputs).Model;
        output.WriteLine($"fewer than 20 of 145 edges left: {model.ActiveEdgeCount < 20}");

        model = Trainer.Fit(model, data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 30 }).Model;
        model = SymbolicSearch.Run(model, data, new SymbolicSearchOptions { Library = SymbolicLibrary.Default.Select(["x", "x^2"]) })[0].Model;
        Expression formula = model.ToFormulas()[0];
        output.WriteLine($"stress within 1e-12: {FormulaFit.Rmse(formula, info.InputNames, data.Inputs, data.Targets.Column(0)) < 1e-12}");
        Matrix first = data.Inputs.SelectRows([0]);
        double[] mixed = new double[1];
        new FormulaProgram(formula.Differentiate("F11").Differentiate("F21"), info.InputNames).Evaluate(first, mixed);
        output.WriteLine($"d2P/dF11 dF21 = {mixed[0]:F5}");
    }
}
