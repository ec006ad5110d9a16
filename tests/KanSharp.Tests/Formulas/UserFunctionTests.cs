using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Samples;
using KanSharp.Training;

namespace KanSharp.Tests.Formulas;

/// <summary>Functions given by code, in formulas and on edges.</summary>
public class UserFunctionTests
{
    private static readonly SymbolicFunction s_wave = SymbolicFunction.Define("wave", Math.Sin, Math.Cos, x => -Math.Sin(x), x => -Math.Cos(x));

    private static readonly SymbolicLibrary s_library = SymbolicLibrary.Default.With(s_wave);

    private static readonly double[] s_points = [-2.5, -0.3, 0, 0.7, 3];

    [Fact]
    public void Derivatives_that_are_not_given_come_from_differences()
    {
        SymbolicFunction sine = SymbolicFunction.Define("sine", Math.Sin);
        foreach (double x in s_points)
        {
            Assert.Equal(Math.Cos(x), sine.FirstDerivative(x), 1e-11);
            Assert.Equal(-Math.Sin(x), sine.SecondDerivative(x), 1e-8);
        }
    }

    [Fact]
    public void A_formula_calls_it_by_name()
    {
        Expression formula = Expression.Parse("x*wave(2*x + 1)^2", library: s_library);
        Assert.Equal("x*wave(2*x + 1)^2", formula.ToText());
        Assert.Equal(formula, Expression.Parse(formula.ToText(), library: s_library));
        Assert.Contains(@"\operatorname{wave}", formula.ToLatex(), StringComparison.Ordinal);
        Assert.Contains("<mi>wave</mi>", formula.ToMathML(), StringComparison.Ordinal);
        Expression same = Expression.Parse("x*sin(2*x + 1)^2");
        foreach (double x in s_points)
        {
            var at = new Dictionary<string, double> { ["x"] = x };
            Assert.Equal(same.Evaluate(at), formula.Evaluate(at), 1e-14);
            Assert.Equal(same.Differentiate("x").Evaluate(at), formula.Differentiate("x").Evaluate(at), 1e-13);
            Assert.Equal(same.Differentiate("x").Differentiate("x").Evaluate(at), formula.Differentiate("x").Differentiate("x").Evaluate(at), 1e-13);
            Assert.Equal(same.Evaluate(at), formula.Simplify().Evaluate(at), 1e-14);
        }
    }

    [Fact]
    public void Constants_inside_it_are_fitted()
    {
        double[] x = [.. Enumerable.Range(0, 50).Select(i => i / 25.0)];
        Expression start = Expression.Parse("1.2*wave(1.9*x + 0.2)", library: s_library);
        FormulaFitResult fit = FormulaFit.Run(start, ["x"], Matrix.FromColumns([x]), [.. x.Select(value => 1.5 * Math.Sin(2.1 * value + 0.1))]);
        Assert.True(fit.Rmse < 1e-12, $"{fit.Rmse}");
    }

    [Fact]
    public void It_compiles_to_an_edge()
    {
        KanModel model = FormulaCompiler.Compile(Expression.Parse("wave(3*x) + x^2", library: s_library), ["x"]);
        double[] found = model.Predict(Matrix.FromColumns([s_points])).Values.Column(0).ToArray();
        Assert.All(found.Zip(s_points), pair => Assert.Equal(Math.Sin(3 * pair.Second) + pair.Second * pair.Second, pair.First, 1e-13));
        Assert.Equal("x^2 + wave(3*x)", model.ToFormulas()[0].Simplify().ToText());
    }

    [Fact]
    public void A_fast_wave_is_found_without_a_range_for_its_frequency()
    {
        double[] x = [.. Enumerable.Range(0, 400).Select(i => -1 + i / 199.5)];
        foreach (double a in (double[])[0.7, 5, 13, 20, 37])
        {
            AffineFit fit = new SymbolicFit(x, [.. x.Select(value => 3 * Bessel.J0(a * value + 0.4) - 1)]).Fit(Bessel.Function)!.Value;
            Assert.True(fit.R2 > 1 - 1e-9, $"a = {a}: {fit}");
        }
    }

    [Fact]
    public void A_model_with_it_is_loaded_with_the_library()
    {
        KanModel model = FormulaCompiler.Compile(Expression.Parse("wave(3*x)", library: s_library), ["x"]);
        using var file = new MemoryStream();
        ModelFile.Save(model, file);
        file.Position = 0;
        Assert.Equal(model.Parameters.ToArray(), ModelFile.Load(file, "test", s_library).Parameters.ToArray());
        file.Position = 0;
        Assert.Contains("wave", Assert.Throws<KanFormatException>(() => ModelFile.Load(file, "test")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_says_so()
    {
        Expression formula = Expression.Parse("wave(x)", library: s_library);
        Assert.Contains("defined by code", Assert.Throws<KanSharpException>(() => formula.ToCSharp()).Message, StringComparison.Ordinal);
        Assert.Contains("defined by code", Assert.Throws<KanSharpException>(() => formula.ToPython()).Message, StringComparison.Ordinal);
        foreach (string name in (string[])["", "sin", "2x", "a b"])
            Assert.Contains("name", Assert.Throws<KanSharpException>(() => SymbolicFunction.Define(name, Math.Sin)).Message, StringComparison.Ordinal);
    }
}
