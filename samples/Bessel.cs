using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A function of one's own in the library: the Bessel function J0, given by code with its first derivative. Prints
/// <code>
/// best function for x1: J0
/// formula with J0: True, error below 1e-12: True
/// </code>
/// </summary>
public static class Bessel
{
    /// <summary>J0 for edges and formulas. Further derivatives are taken from the first by differences.</summary>
    public static SymbolicFunction Function { get; } = SymbolicFunction.Define("J0", J0, x => -J1(x));

    /// <summary>Finds the function among all others and writes the formula; returns it with its error.</summary>
    public static (Expression Formula, double Error) Run(ulong seed, TextWriter output)
    {
        SampleBox box = SampleBox.Cube(2);
        Dataset training = box.Sample(1000, seed, Wave), test = box.Sample(1000, seed + 1, Wave);
        KanModel model = KanModel.Create(new KanSpec(2, 1, 1) { GridIntervals = [3] }, seed);
        var exact = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt };
        foreach (int intervals in (int[])[3, 20, 40])
            model = Trainer.Fit(GridUpdater.Refine(model, intervals), training, exact).Model;

        SymbolicLibrary library = SymbolicLibrary.Default.With(Function);
        var edge = new EdgeIndex(0, 0, 0);
        FunctionSuggestion first = model.Suggest(edge, training.Inputs, library)[0];
        output.WriteLine($"best function for x1: {first.Function}");
        model = model.FixEdge(edge, first.Function, training.Inputs).Model;
        model = SymbolicSearch.Run(model, training, new SymbolicSearchOptions { Library = library.Select(["x", "x^2", "exp", "sin"]) })[0].Model;
        Expression formula = ConstantRecognition.Recognise(
            model.ToFormulas()[0], f => FormulaFit.Rmse(f, ["x1", "x2"], training.Inputs, training.Targets.Column(0)), errorFloor: 1e-12);
        double error = FormulaFit.Rmse(formula, ["x1", "x2"], test.Inputs, test.Targets.Column(0));
        output.WriteLine($"formula with J0: {formula.ToText().Contains("J0(")}, error below 1e-12: {error < 1e-12}");
        return (formula, error);

        static double Wave(double x1, double x2) => Math.Exp(J0(20 * x1) + x2 * x2);
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
