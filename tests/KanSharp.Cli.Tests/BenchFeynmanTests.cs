using KanSharp.Cli.Commands;
using KanSharp.Cli.Tests.Support;
using KanSharp.Datasets;

namespace KanSharp.Cli.Tests;

public class BenchFeynmanTests
{
    [Fact]
    public void Equations_are_found_by_name_and_counted()
    {
        CommandRun run = CommandRun.Of("bench", "feynman", "--only", "II.3.24", "II.34.2a");
        Assert.Equal(0, run.Code);
        Assert.Contains("2 of 2 found", run.Output);
        Assert.Contains("P/(4*pi*r^2)", run.Output);
    }

    [Fact]
    public void What_is_not_found_is_not_counted()
    {
        FeynmanProblem problem = FeynmanProblem.Find("II.3.24");
        BenchFeynman.Result[] results = [new(problem, problem.Formula, 1e-16, 1), new(problem, problem.Formula, 1e-5, 2)];
        Assert.Equal(1, (int)BenchFeynman.ToJson(results)["found"]!);
    }
}
