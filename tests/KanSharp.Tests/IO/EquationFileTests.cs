using KanSharp.Equations;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.IO;

public class EquationFileTests
{
    private const string Full = """
        inputs:
          x: [0, 2*pi]
          t: [0, 1]
        unknowns: [u, v]
        equations:
          - u_t = nu*u_xx
          - {equation: v_t = u, weight: 0.5}
        conditions:
          - {on: initial, equation: u = sin(x)}
          - {on: x = 0 or x = 2*pi, equation: u = 0, weight: 10}
        constants: {nu: 0.1}
        find: {k: 2}
        exact:
          u: exp(-nu*t)*sin(x)
        sampling: {kind: sobol, interior: 400, boundary: 30, resampled: 0}
        network: {hidden: [3, [2, 1]], order: 4, base: zero, grids: [3, 6], optimizer: lbfgs, steps: 7, starts: 2, seed: 9}
        """;

    [Fact]
    public void Every_entry_is_read()
    {
        EquationProblem problem = EquationFile.Parse(Full);
        Assert.Equal([("x", 0, 2 * Math.PI), ("t", 0, 1)], problem.Inputs.Select(input => (input.Name, input.Start, input.End)));
        Assert.Equal(["u", "v"], problem.Unknowns.ToArray());
        Assert.Equal([new Equation("u_t = nu*u_xx") { Line = 6 }, new Equation("v_t = u", 0.5) { Line = 7 }], problem.Equations.ToArray());
        Assert.Equal([new Condition("initial", "u = sin(x)") { Line = 9 }, new Condition("x = 0 or x = 2*pi", "u = 0", 10) { Line = 10 }], problem.Conditions.ToArray());
        Assert.Equal("0.1", problem.Constants["nu"]);
        Assert.Equal([new UnknownConstant("k", 2)], problem.Sought.ToArray());
        Assert.Equal("exp(-nu*t)*sin(x)", problem.Exact["u"]);
        Assert.Equal(new EquationSampling { Kind = SamplingKind.Sobol, Interior = 400, Boundary = 30, Resampled = 0 }, problem.Sampling);
        EquationNetwork network = problem.Network;
        Assert.Equal("3,[2,1]", network.Hidden);
        Assert.Equal((4, BaseFunction.Zero, Optimizer.Lbfgs, 7, 2, 9UL), (network.SplineOrder, network.BaseFunction, network.Optimizer, network.Steps, network.Starts, network.Seed));
        Assert.Equal([3, 6], network.Grids.ToArray());
    }

    [Fact]
    public void What_is_left_out_is_the_default()
    {
        EquationProblem problem = EquationFile.Parse("inputs: {x: [0, 1]}\nunknowns: u\nequations: [u_x = u]\nconditions: [{on: left, equation: u = 1}]");
        Assert.Equal(new EquationSampling(), problem.Sampling);
        Assert.Equal(new EquationNetwork { Grids = problem.Network.Grids }, problem.Network);
        Assert.Equal(new EquationNetwork().Grids.AsSpan(), problem.Network.Grids.AsSpan());
        Assert.Equal(Condition.DefaultWeight, problem.Conditions[0].Weight);
    }

    [Fact]
    public void Measurements_come_from_a_table_beside_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("m.csv"), "x,u,other\n0,1,a\n0.5,2,b\n");
        File.WriteAllText(folder.File("p.yaml"), "inputs: {x: [0, 1]}\nunknowns: u\nequations: [u_x = k*u]\nfind: {k: 1}\ndata: {file: m.csv, weight: 3}\n");
        Measurements data = EquationFile.Read(folder.File("p.yaml")).Data!;
        Assert.Equal(3, data.Weight);
        Assert.Equal([0, 0.5], data.Inputs.Column(0).ToArray());
        Assert.Equal([1, 2], data.Values["u"]);
        File.WriteAllText(folder.File("m.csv"), "x,w\n0,1\n");
        Assert.Contains("p.yaml, line 5: m.csv has no column of an unknown (u); its columns are x, w.", Assert.Throws<KanFormatException>(() => EquationFile.Read(folder.File("p.yaml"))).Message);
        File.WriteAllText(folder.File("m.csv"), "x,u\n0,1\n1,\n");
        Assert.Contains("m.csv has no number in column 'u', row 2.", Assert.Throws<KanFormatException>(() => EquationFile.Read(folder.File("p.yaml"))).Message);
    }

    [Theory]
    [InlineData("a: [", "line 2: this is no YAML")]
    [InlineData("- a", "is no problem")]
    [InlineData("", "is no problem")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u", "has no 'equations'")]
    [InlineData("inputs: {x: [0, 1]}\nunkowns: u\nequations: [u]", "line 2: 'unkowns' is unknown in a problem. Did you mean 'unknowns'?")]
    [InlineData("inputs: {x: [0, 1, 2]}\nunknowns: u\nequations: [u]", "line 1: The range of x has 3 numbers; two are expected, such as [0, 1].")]
    [InlineData("inputs: {x: [0, a]}\nunknowns: u\nequations: [u]", "line 1: The end of x is 'a', which is no number.")]
    [InlineData("inputs: {x: [1, 0]}\nunknowns: u\nequations: [u]", "line 1: The input x runs from 1 to 0")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u\nequations: u", "line 3: equations must be a list.")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u\nequations: [u]\nconditions: [u = 0]", "line 4: a condition must be a mapping")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u\nequations: [u]\nconditions:\n  - equation: u = 0", "line 5: 'on' is missing in a condition.")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u\nequations: [u]\nsampling: {kind: mesh}", "line 4: The kind of sampling is 'mesh'. Expected one of: grid, random, sobol.")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u\nequations: [u]\nsampling: {interior: many}", "line 4: The number of points in the domain is 'many'; expected a whole number from 2")]
    [InlineData("inputs: {x: [0, 1]}\nunknowns: u\nequations: [{equation: u, weight: 0}]", "line 3: The weight is 0; weights are positive numbers.")]
    [InlineData("inputs: {x: [0, 1]}\ninputs: {x: [0, 1]}", "this is no YAML")]
    public void Faults_of_a_file_are_named_with_their_line(string text, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<KanSharpException>(() => EquationFile.Parse(text)).Message);

    [Fact]
    public void A_file_that_nests_without_end_is_refused() =>
        Assert.Contains("nesting", Assert.Throws<KanFormatException>(() => EquationFile.Parse("a: " + new string('[', 50_000))).Message);

    [Fact]
    public void A_file_that_is_not_there_is_said_so() =>
        Assert.Contains("There is no file nowhere.yaml", Assert.Throws<KanDataException>(() => EquationFile.Read("nowhere.yaml")).Message);
}
