using KanSharp.Datasets;
using KanSharp.Discovery;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Datasets;

public class FeynmanProblemTests
{
    [Fact]
    public void There_are_120_with_names_of_their_own_and_no_idle_variable()
    {
        Assert.Equal(Enumerable.Range(1, 120), FeynmanProblem.All.Select(problem => problem.Number));
        Assert.Equal(120, FeynmanProblem.All.Select(problem => problem.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(FeynmanProblem.All, problem => Assert.Equal(problem.Variables.Order(StringComparer.Ordinal), problem.Formula.Variables));
    }

    [Fact]
    public void Every_one_can_be_sampled_and_compiles_to_a_network_that_computes_it()
    {
        foreach (FeynmanProblem problem in FeynmanProblem.All)
        {
            Dataset data = problem.Sample(200, 1);
            KanModel model = FormulaCompiler.Compile([problem.Formula], problem.Variables, null, data.Inputs);
            Metrics metrics = Metrics.Measure(model, data);
            double size = data.Targets.Values.ToArray().Max(Math.Abs);
            Assert.True(metrics.Rmse <= 1e-12 * size, $"{problem.Name}: {metrics.Rmse} of {size}");
            for (int i = 0; i < problem.Variables.Length; i++)
                Assert.All(data.Inputs.Column(i).ToArray(), value => Assert.InRange(value, problem.Ranges[i].Low, problem.Ranges[i].High));
        }
    }

    [Fact]
    public void Every_one_says_the_same_in_other_units()
    {
        foreach (FeynmanProblem problem in FeynmanProblem.All)
        {
            var units = problem.Variables.Append("value").Zip(problem.Units.Append(problem.Unit)).ToDictionary(pair => pair.First, pair => PhysicalUnit.Parse(pair.Second));
            var analysis = new DimensionalAnalysis(problem.Variables, "value", units);
            Assert.True(analysis.IsConsistent(problem.Formula, problem.Sample(200, 1).Inputs), problem.Name);
        }
    }

    [Theory]
    [InlineData("I.6.20", new double[] { 0.3, 0.8 }, 0.4648189)]
    [InlineData("I.12.11", new double[] { 2, 3, 5, 7, 0.5 }, 39.559787)]
    [InlineData("I.16.6", new double[] { 0.5, 0.25, 1.5 }, 0.7105263)]
    [InlineData("I.18.12", new double[] { 2, 3, 0.5 }, 2.876553)]
    [InlineData("Compton scattering", new double[] { 0.5, 1, 1, 2 }, 0.2927275)]
    public void Values_are_those_of_the_equation(string name, double[] point, double expected)
    {
        FeynmanProblem problem = FeynmanProblem.Find(name);
        double value = problem.Formula.Evaluate(problem.Variables.Zip(point).ToDictionary(pair => pair.First, pair => pair.Second));
        Assert.Equal(expected, value, 1e-6);
    }

    [Fact]
    public void Names_and_numbers_find_a_problem_and_others_are_refused()
    {
        Assert.Equal("II.34.11", FeynmanProblem.Find("ii.34.11").Name);
        Assert.Equal("I.6.20", FeynmanProblem.Find("2").Name);
        Assert.Contains("Did you mean 'I.6.20'?", Assert.Throws<KanSharpException>(() => FeynmanProblem.Find("I.6.21")).Message);
        Assert.Contains("a number from 1 to 120", Assert.Throws<KanSharpException>(() => FeynmanProblem.Find("0")).Message);
    }
}
