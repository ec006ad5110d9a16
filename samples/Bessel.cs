using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A function of one's own in the library: the Bessel function J0, given by code with its first derivative. Prints
/// <code>
/// best function: J0
/// formula with J0: True, error below 1e-10: True
/// </code>
/// </summary>
public static class Bessel
{
    /// <summary>J0 for edges and formulas. Further derivatives are taken from the first by differences.</summary>
    public static SymbolicFunction Function { get; } = SymbolicFunction.Define("J0", J0, x => -J1(x));

    /// <summary>Fits a spline to 3 J0(20 x) - 1, finds the function among all others, and fits its constants.</summary>
    public static void Run(ulong seed, TextWriter output)
    {
        SampleBox box = SampleBox.Cube(1);
        Dataset training = box.Sample(1000, seed, x => 3 * J0(20 * x) - 1), test = box.Sample(1000, seed + 1, x => 3 * J0(20 * x) - 1);
        var exact = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt };
        KanModel model = Trainer.Fit(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [40] }, seed), training, exact).Model;

        var edge = new EdgeIndex(0, 0, 0);
        FunctionSuggestion first = model.Suggest(edge, training.Inputs, SymbolicLibrary.Default.With(Function))[0];
        output.WriteLine($"best function: {first.Function}");
        model = Trainer.Fit(model.FixEdge(edge, first.Function, training.Inputs).Model, training, exact).Model;
        output.WriteLine($"formula with J0: {model.ToFormulas()[0].ToText().Contains("J0(")}, error below 1e-10: {Metrics.Measure(model, test).Rmse < 1e-10}");
    }

    /// <summary>J0(x) = mean over t of cos(x sin t): the trapezoidal rule is exact to rounding for |x| up to about 100.</summary>
    public static double J0(double x)
    {
        double sum = 0;
        foreach (double sine in s_sines)
            sum += Math.Cos(x * sine);
        return sum / s_sines.Length;
    }

    /// <summary>J1(x) = mean over t of sin t sin(x sin t).</summary>
    private static double J1(double x)
    {
        double sum = 0;
        foreach (double sine in s_sines)
            sum += sine * Math.Sin(x * sine);
        return sum / s_sines.Length;
    }

    /// <summary>The sines of the middles of 50 parts of a quarter of the circle; the other quarters have the same.</summary>
    private static readonly double[] s_sines = [.. Enumerable.Range(0, 50).Select(k => Math.Sin(Math.PI / 2 * (k + 0.5) / 50))];
}
