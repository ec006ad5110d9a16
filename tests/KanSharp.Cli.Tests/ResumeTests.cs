using System.Diagnostics;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;

namespace KanSharp.Cli.Tests;

public class ResumeTests
{
    private static readonly string[] s_net = ["--target", "y", "--width", "2,3,1", "--grid", "3", "--lamb", "0.001", "--seed", "5"];

    [Theory]
    [InlineData("--optimizer", "lbfgs")]
    [InlineData("--optimizer", "adam", "--batch", "16", "--missing", "drop")]
    public void A_fit_that_was_stopped_goes_on_to_the_same_model(params string[] options)
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 100), checkpoint = folder["c.kan-checkpoint"];
        string[] command = ["fit", data, .. s_net, .. options, "--steps", "25", "--json"];
        Assert.Equal(0, CommandRun.Of([.. command, "--out", folder["whole.kan"]]).Code);

        using var cancellation = new CancellationTokenSource();
        var error = new StopAt("step 13 of 25", cancellation);
        int code = KanApp.Run([.. command, "--out", folder["m.kan"], "--checkpoint", checkpoint],
            new Session(new StringWriter(), error, onTerminal: false, cancellation.Token, new HurriedClock()));
        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Equal(13, CheckpointFile.Load(checkpoint).Steps.Length);

        CommandRun on = CommandRun.Of([.. command, "--out", folder["m.kan"], "--checkpoint", checkpoint, "--resume", checkpoint]);
        Assert.True(on.Code == 0, on.Output + on.Error);
        Assert.Equal(checkpoint, on.Json.GetProperty("checkpoint").GetString());
        Assert.Equal(File.ReadAllBytes(folder["whole.kan"]), File.ReadAllBytes(folder["m.kan"]));
        Assert.Equal(25, CheckpointFile.Load(checkpoint).Steps.Length);

        // Seed, shape and the rest are in the checkpoint; more steps may be asked for.
        CommandRun further = CommandRun.Of(["fit", data, "--target", "y", "--out", folder["m.kan"], "--resume", checkpoint, "--steps", "30", "--json"]);
        Assert.True(further.Code == 0, further.Output + further.Error);
        Assert.Equal(30, further.Json.GetProperty("steps").GetInt32());
        Assert.Equal(25, CheckpointFile.Load(checkpoint).Steps.Length);
    }

    [Fact]
    public void A_fit_that_was_killed_leaves_a_whole_checkpoint_to_go_on_from()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 100), checkpoint = folder["c.kan-checkpoint"];
        string[] command = ["fit", data, .. s_net, "--optimizer", "adam", "--batch", "16"];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[typeof(KanApp).Assembly.Location, .. command, "--steps", "10000000", "--out", folder["m.kan"], "--checkpoint", checkpoint, "--checkpoint-every", "1"])
            start.ArgumentList.Add(argument);
        using (Process process = Process.Start(start)!)
        {
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            while (!process.HasExited && !(File.Exists(checkpoint) && CheckpointFile.Load(checkpoint).Steps.Length >= 40))
                Thread.Sleep(5);
            Assert.False(process.HasExited);
            process.Kill();
            process.WaitForExit();
        }
        Assert.False(File.Exists(folder["m.kan"]));
        int steps = CheckpointFile.Load(checkpoint).Steps.Length;
        Assert.InRange(steps, 40, 9_999_999);

        string total = $"{steps + 20}";
        Assert.Equal(0, CommandRun.Of([.. command, "--steps", total, "--out", folder["whole.kan"]]).Code);
        Assert.Equal(0, CommandRun.Of([.. command, "--steps", total, "--out", folder["m.kan"], "--resume", checkpoint]).Code);
        Assert.Equal(File.ReadAllBytes(folder["whole.kan"]), File.ReadAllBytes(folder["m.kan"]));
    }

    [Theory]
    [InlineData("belongs to a training on other rows", "--test-fraction", "0.3")]
    [InlineData("--optimizer is Adam, but the training in", "--optimizer", "adam")]
    [InlineData("--width is 2,2,1, but the training in", "--width", "2,2,1")]
    [InlineData("--lr is 0.5, but the training in", "--lr", "0.5")]
    [InlineData("has made 4 steps already", "--steps", "3")]
    [InlineData("--checkpoint-every says how often, but not where to", "--checkpoint-every", "3")]
    public void Options_that_do_not_fit_the_checkpoint_are_named(string expected, params string[] options)
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 60), checkpoint = folder["c.kan-checkpoint"];
        Assert.Equal(0, CommandRun.Of(["fit", data, .. s_net, "--steps", "4", "--out", folder["m.kan"], "--checkpoint", checkpoint]).Code);
        File.Delete(folder["m.kan"]);
        CommandRun run = CommandRun.Of(["fit", data, "--target", "y", "--out", folder["m.kan"], "--resume", checkpoint, .. options]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(expected, run.Error);
        Assert.Equal(["c.kan-checkpoint", "data.csv"], folder.Names);
    }

    [Fact]
    public void A_checkpoint_is_of_one_training_and_no_model()
    {
        using var folder = new WorkFolder();
        string data = folder.WriteWaves(rows: 60);
        string[] command = ["fit", data, .. s_net, "--out", folder["m.kan"]];
        Assert.Contains("both", CommandRun.Of([.. command, "--checkpoint", folder["m.kan"]]).Error);
        Assert.Contains("is the data itself", CommandRun.Of([.. command, "--checkpoint", data]).Error);
        Assert.Contains("There is no file", CommandRun.Of([.. command, "--resume", folder["none"]]).Error);
        Assert.Contains("is not a readable checkpoint file", CommandRun.Of([.. command, "--resume", data]).Error);
        Assert.Equal(["data.csv"], folder.Names);
    }
}
