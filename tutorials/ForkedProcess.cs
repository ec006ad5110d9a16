using System.Diagnostics;
using KanSharp.Datasets;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Tutorials;

/// <summary>The outputs of a model file, as another process computes them.</summary>
public static class ForkedProcess
{
    public const string Command = "outputs";

    /// <summary>The bits of the outputs at some points.</summary>
    public static string Outputs(string path)
    {
        KanModel model = ModelFile.Load(path);
        double[] values = Stages.Outputs(model, SampleBox.Cube(model.InputCount).Draw(20, 1));
        return string.Join(" ", values.Select(value => BitConverter.DoubleToInt64Bits(value)));
    }

    /// <summary>The same from a new process.</summary>
    public static string OutputsElsewhere(string path)
    {
        string program = typeof(ForkedProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["exec", "--runtimeconfig", Path.ChangeExtension(program, ".runtimeconfig.json"), program, Command, path])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Trim();
    }
}
