using KanSharp.Datasets;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// From what is known to what is measured: a law that is nearly right becomes a network, which learns the rest. Prints
/// <code>
/// the law as a network: 2,1,1, error 0.03
/// learnt from measurements: error below 1e-4: True
/// what was missing of x2: x^2
/// </code>
/// </summary>
public static class Compiler
{
    /// <summary>Compiles sin(x1) + x2, and fits it to sin(x1) + x2 + 0.1 x2².</summary>
    public static void Run(TextWriter output)
    {
        Dataset data = SampleBox.Cube(2).Sample(1000, seed: 1, (x1, x2) => Math.Exp(Math.Sin(x1) + x2 + 0.1 * x2 * x2) / 4);
        KanModel model = FormulaCompiler.Compile("exp(sin(x1) + x2)/4", ["x1", "x2"], data.Inputs);
        output.WriteLine($"the law as a network: {model.Shape}, error {Metrics.Measure(model, data).Rmse:F2}");

        var edge = new EdgeIndex(0, 1, 0);
        model = model.Perturb(0.01, PerturbedEdges.Active);                                       // a spline beside the function of every edge
        model = Trainer.Fit(model, data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt }).Model;
        output.WriteLine($"learnt from measurements: error below 1e-4: {Metrics.Measure(model, data).Rmse < 1e-4}");
        output.WriteLine($"what was missing of x2: {model.Suggest(edge, data.Inputs)[0].Function}");
    }
}
