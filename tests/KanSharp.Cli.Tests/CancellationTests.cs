using System.Text.Json;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;

namespace KanSharp.Cli.Tests;

public class CancellationTests
{
    private static (int Code, string Output, string Error) Run(string stopAt, params string[] arguments)
    {
        using var cancellation = new CancellationTokenSource();
        var output = new StringWriter();
        var error = new StopAt(stopAt, cancellation);
        int code = KanApp.Run(arguments, new Session(output, error, onTerminal: false, cancellation.Token, new HurriedClock()));
        return (code, output.ToString(), error.ToString());
    }

    [Theory]
    [InlineData("step 3 of 5000", "--width", "2,3,1", "--grid", "3", "--lamb", "0", "--steps", "5000")]
    [InlineData("start 2 of 3, step 2 of 40", "--width", "2,3,1", "--grid", "3", "--lamb", "0", "--steps", "40", "--restarts", "3", "--seed", "4")]
    [InlineData("Choosing", "--steps", "5000")]
    public void Stopped_in_the_middle_of_a_fit_the_best_so_far_is_saved(string stopAt, params string[] options)
    {
        using var folder = new WorkFolder();
        string[] arguments = ["fit", folder.WriteWaves(rows: 200), "--target", "y", "--out", folder["m.kan"], "--json", .. options];
        (int code, string output, string error) = Run(stopAt, arguments);
        Assert.True(code == ExitCode.Cancelled, output + error);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal("cancelled", json.GetProperty("stop_reason").GetString());
        Assert.InRange(json.GetProperty("steps").GetInt32(), 1, 100);
        Assert.Equal(json.GetProperty("shape").GetString(), ModelFile.Load(folder["m.kan"]).Shape);
        Assert.Equal(["data.csv", "m.kan"], folder.Names);
    }

    [Fact]
    public void Stopped_in_the_middle_of_making_symbolic_the_edges_that_are_done_are_saved()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 100);
        Assert.Equal(0, CommandRun.Of("fit", data, "--target", "y", "--width", "2,1,1", "--grid", "3", "--lamb", "0", "--steps", "5", "--out", folder["m.kan"]).Code);
        (int code, string output, string error) = Run("edge 1 of 3", "symbolic", folder["m.kan"], "--data", data, "--lib", "x,x^2,sin", "--out", folder["s.kan"]);
        Assert.True(code == ExitCode.Cancelled, output + error);
        Assert.Contains("2 edges are still splines", error);
        Assert.Equal(2, ModelFile.Load(folder["s.kan"]).NumericEdgeCount);

        CommandRun on = CommandRun.Of("symbolic", folder["s.kan"], "--data", data, "--lib", "x,x^2,sin", "--out", folder["t.kan"]);
        Assert.True(on.Code == 0, on.Output + on.Error);
        Assert.Equal(0, ModelFile.Load(folder["t.kan"]).NumericEdgeCount);
    }

    [Fact]
    public void Stopped_before_the_first_step_nothing_is_written()
    {
        using var folder = new WorkFolder();
        CommandRun run = CommandRun.Of(null, new CancellationToken(canceled: true), "fit", folder.WriteWaves(), "--target", "y", "--out", folder["m.kan"]);
        Assert.Equal(ExitCode.Cancelled, run.Code);
        Assert.Contains("nothing was written", run.Error);
        Assert.Equal(["data.csv"], folder.Names);
    }
}
