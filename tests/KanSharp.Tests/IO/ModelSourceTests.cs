using System.Collections.Immutable;
using System.Reflection;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO;

public class ModelSourceTests
{
    [Fact]
    public void Exported_CSharp_computes_what_the_model_does() => Compare(SourceLanguage.CSharp);

    [ProgramFact("python3")]
    public void Exported_Python_computes_what_the_model_does() => Compare(SourceLanguage.Python);

    [ProgramFact("gcc")]
    public void Exported_C_computes_what_the_model_does() => Compare(SourceLanguage.C);

    [Fact]
    public void A_row_outside_the_range_is_refused_in_CSharp_where_the_model_refuses_it() => Assert.IsType<ArgumentOutOfRangeException>(
        Assert.Throws<TargetInvocationException>(() => ExportedProgram.Run(SourceLanguage.CSharp, ModelSource.Write(Refusing(1), SourceLanguage.CSharp), Refusing(1), Matrix.FromRows([[0, 1.5]]))).InnerException);

    [ProgramFact("python3")]
    public void A_row_outside_the_range_is_refused_in_Python_where_the_model_refuses_it() => Assert.Contains("ValueError: x2: the value lies outside",
        Assert.ThrowsAny<Exception>(() => ExportedProgram.Run(SourceLanguage.Python, ModelSource.Write(Refusing(1), SourceLanguage.Python), Refusing(1), Matrix.FromRows([[0, 1.5]]))).Message);

    [ProgramFact("gcc")]
    public void A_row_outside_the_range_is_not_a_number_in_C_where_the_model_refuses_it()
    {
        foreach (int outputs in (int[])[1, 2])
        {
            var rows = ExportedProgram.Run(SourceLanguage.C, ModelSource.Write(Refusing(outputs), SourceLanguage.C), Refusing(outputs), Matrix.FromRows([[0, 1.5], [0, 0.5]]));
            Assert.All(rows[0].Values, value => Assert.Equal(double.NaN, value));
            Assert.All(rows[1].Values, value => Assert.True(double.IsFinite(value)));
        }
    }

    [Theory]
    [InlineData(SourceLanguage.CSharp, "model-source.cs.txt")]
    [InlineData(SourceLanguage.Python, "model-source.py.txt")]
    [InlineData(SourceLanguage.C, "model-source.c.txt")]
    public void The_text_of_a_small_network(SourceLanguage language, string golden)
    {
        KanModel model = SymbolicEdges.FixEdge(KanModel.Create(KanSpec.Parse("2,[0,1],1") with { GridIntervals = [2], SplineOrders = [2] }), new EdgeIndex(1, 0, 0), SymbolicLibrary.Default["exp"], 2, 0, 0.5, 1);
        model = model.With(model.Info with { InputNames = ["speed", "flow rate"] });
        Golden.Check(golden, ModelSource.Write(model, language, "pump"));
    }

    [Fact]
    public void Formulas_must_be_those_of_the_model()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1));
        Assert.Contains("2 formulas were given for 1 outputs", Assert.Throws<KanSharpException>(() => ModelSource.Write(model, [Expression.Parse("1"), Expression.Parse("2")], SourceLanguage.C)).Message);
        Assert.Contains("uses 'z', which is no input", Assert.Throws<KanSharpException>(() => ModelSource.Write(model, [Expression.Parse("z")], SourceLanguage.C)).Message);
    }

    [Fact]
    public void Exported_CSharp_computes_derived_inputs_from_columns() => CompareDerived(SourceLanguage.CSharp);

    [ProgramFact("python3")]
    public void Exported_Python_computes_derived_inputs_from_columns() => CompareDerived(SourceLanguage.Python);

    [ProgramFact("gcc")]
    public void Exported_C_computes_derived_inputs_from_columns() => CompareDerived(SourceLanguage.C);

    /// <summary>Inputs a + b and a*b instead of columns a and b; the second is in the network only, not in the formula.</summary>
    private static void CompareDerived(SourceLanguage language)
    {
        Matrix columns = Matrix.FromRows([[0.5, -0.25], [-0.75, 0.1], [0.3, 0.6]]);
        KanModel network = KanModel.Create(new KanSpec(2, 3, 1), 4), formula = FormulaCompiler.Compile("exp(sum)", ["sum", "product"]);
        foreach (KanModel plain in (KanModel[])[network, formula])
        {
            KanModel model = plain.With(plain.Info with { InputNames = ["sum", "product"], DerivedInputs = [.. DerivedInput.Parse(["sum=a + b", "product=a*b"], ["a", "b"])] });
            Matrix inputs = PreparedTable.ForModel(DataTable.FromMatrix(["b", "a"], columns.SelectColumns([1, 0])), model.Info).Inputs;
            string source = plain == network ? ModelSource.Write(model, language) : ModelSource.Write(model, model.ToFormulas(), language);
            Matrix expected = model.Predict(inputs).Values;
            foreach ((double[] values, int row) in ExportedProgram.Run(language, source, model, columns).Select((result, row) => (result.Values, row)))
                Assert.Equal(expected[row, 0], values[0], 1e-12);
        }
    }

    private static void Compare(SourceLanguage language)
    {
        var differences = new Differences(1e-12);
        foreach ((string name, KanModel model, Matrix x) in Models())
        {
            string source = ModelSource.Write(model, language, "exported model");
            Assert.Equal(source, ModelSource.Write(model, language, "exported model"));
            Check(name, source);
            if (model.IsFormula())
                Check(name + " as formula", ModelSource.Write(model, [.. model.ToFormulas().Select(formula => formula.Simplify())], language));

            void Check(string what, string text)
            {
                List<(double[] Values, string? Label)> rows = ExportedProgram.Run(language, text, model, x);
                Matrix expected = model.Predict(x).Values;
                Assert.Equal(x.Rows, rows.Count);
                for (int row = 0; row < x.Rows; row++)
                {
                    double[] wanted = [.. Enumerable.Range(0, expected.Columns).Select(o => expected[row, o])];
                    differences.Check($"{what}, row {row}", rows[row].Values, wanted);
                    Assert.Equal(model.Info.Classes.IsEmpty ? null : model.Info.Classes[Array.IndexOf(wanted, wanted.Max())], rows[row].Label);
                }
            }
        }
        differences.Assert();
    }

    private static KanModel Refusing(int outputs) => KanModel.Create(new KanSpec(2, outputs) { RangePolicy = RangePolicy.Error });

    /// <summary>Networks of every kind, with rows inside their ranges and, where they take them, outside.</summary>
    private static IEnumerable<(string, KanModel, Matrix)> Models()
    {
        var random = new SeededRandom(7);
        int order = 0;
        foreach (RangePolicy policy in Enum.GetValues<RangePolicy>())
        {
            foreach (BaseFunction baseFunction in Enum.GetValues<BaseFunction>())
            {
                string shape = baseFunction switch { BaseFunction.Silu => "2,3,1", BaseFunction.Identity => "3,[1,1],2", _ => "2,[1,1:3],[1,2:2/3],1" };
                KanModel model = RandomNets.Create(shape, order++ % 5, 4, baseFunction, policy, symbolic: order % 2 == 0, random);
                Matrix x = RandomNets.Inputs(random, 40, model.InputCount);
                foreach (ref double value in x.Values)
                    value *= policy == RangePolicy.Error ? 0.8 : 2.5;
                yield return ($"{policy} {baseFunction} {shape} order {(order - 1) % 5}", model, x);
            }
        }

        KanModel perceptron = RandomNets.Create("mlp 3,5,[2,1],2", 3, 5, BaseFunction.Silu, RangePolicy.Error, symbolic: false, random);
        yield return ("perceptron", perceptron, RandomNets.Inputs(random, 40, 3));

        KanModel classifier = RandomNets.Create("4,3,3", 3, 5, BaseFunction.Silu, RangePolicy.Linear, symbolic: true, random);
        classifier = classifier.With(classifier.Info with
        {
            InputNames = ["größe \"α\", m\\", "x\\2\n", "double", "sin"],
            OutputNames = ["a\"", "b\\ ??/ 🌸", "line\u2028break"],
            Classes = ["a\"", "b\\ ??/ 🌸", "line\u2028break"],
            TargetName = "species\r\n*/ \\",
            InputScaling = new Scaling([1.7e9, -0.1, 0, 1], [3, 0.5, 1, 0.25]),
        });
        Matrix points = RandomNets.Inputs(random, 30, 4);
        yield return ("classifier", classifier, classifier.Info.InputScaling.Invert(points));

        string[] awkward = ["i", "max", "sum", "values", "predict", "Predict", "h0_0", "KNOTS_0_0", "M_PI", "class", "lambda", "1st", "a b", "a_b", "a-b", "math", "Math", "_spline", "spline", "Spline", "silu", "best", "x", "__LINE__", "y0"];
        KanModel named = KanModel.Create(new KanSpec(awkward.Length, 1) { NoiseScale = 3 });
        yield return ("awkward names", named.With(named.Info with { InputNames = [.. awkward], OutputNames = ["a\nb"], OutputScaling = new Scaling([-5], [1e3]) }), RandomNets.Inputs(random, 5, awkward.Length));

        SymbolicFunction[] functions = [.. SymbolicLibrary.Default.Functions, SymbolicFunction.Define("ricker", "(1 - x^2)*exp(-x^2/2)"), SymbolicFunction.Define("power", "x^2.5 + 2^x")];
        KanModel symbolic = KanModel.Create(new KanSpec(1, functions.Length));
        for (int j = 0; j < functions.Length; j++)
            symbolic = SymbolicEdges.FixEdge(symbolic, new EdgeIndex(0, 0, j), functions[j], 0.5, 0.3, 1.25 + j, -0.5);
        yield return ("every function", symbolic, RandomNets.Inputs(random, 20, 1) is var u ? Matrix.FromRows([.. u.Values.ToArray().Select(value => (double[])[Math.Abs(value) / 2])]) : u);

        KanModel sparse = ModelSurgery.SwitchOff(KanModel.Create(new KanSpec(2, 2, 1)), edge => edge.Input == 1);
        yield return ("an input and a node that nothing reads", sparse, RandomNets.Inputs(random, 5, 2));
    }
}
