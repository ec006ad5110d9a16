using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Interpretation;

public class FormulaCompilerReferenceTests
{
    private const int Rows = 200;

    [Fact]
    public void Compiled_networks_give_the_recorded_values()
    {
        var differences = new Differences(1e-12);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("expr2kan"))
        {
            string[] variables = [.. c.GetProperty("variables").EnumerateArray().Select(name => name.GetString()!)];
            Matrix x = c.GetProperty("x").ToMatrix();
            double[] expected = c.GetProperty("expression_value").Vector();
            foreach (Matrix? samples in new[] { null, x })
            {
                KanModel model = FormulaCompiler.Compile(c.GetProperty("expression").GetString()!, variables, samples);
                differences.Check($"case {index}, shape {model.Shape}", model.Predict(x).Values.Column(0).ToArray(), expected);
            }
        }
        differences.Assert();
    }

    [Fact]
    public void Every_formula_of_the_Feynman_table_compiles_to_a_network_that_is_the_formula()
    {
        var differences = new Differences(1e-12);
        var random = new SeededRandom(1);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("feynman"))
        {
            string[] variables = [.. c.GetProperty("variables").EnumerateArray().Select(name => name.GetString()!)];
            double[][] ranges = c.GetProperty("ranges").Rows();
            var x = new Matrix(Rows, variables.Length);
            for (int i = 0; i < variables.Length; i++)
            {
                foreach (ref double value in x.Column(i))
                    value = random.NextDouble(ranges[i][0], ranges[i][1]);
            }
            Expression formula = Expression.Parse(c.GetProperty("expression").GetString()!, variables);
            double[] expected = new double[Rows];
            new FormulaProgram(formula, variables).Evaluate(x, expected);
            foreach (Matrix? samples in new[] { null, x })
            {
                KanModel model = FormulaCompiler.Compile(formula, variables, samples);
                differences.Check($"case {index} {c.GetProperty("name")}, shape {model.Shape}", model.Predict(x).Values.Column(0).ToArray(), expected);
                Expression read = model.ToFormulas()[0];
                double[] again = new double[Rows];
                new FormulaProgram(read, variables).Evaluate(x, again);
                differences.Check($"case {index} read back as {read.Simplify()}", again, expected);
            }
        }
        differences.Assert();
    }
}
