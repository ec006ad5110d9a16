using System.Diagnostics;
using System.Text.RegularExpressions;
using KanSharp.Cli;

namespace KanSharp.Cli.Tests;

/// <summary>The same seed gives the same bits, whatever the JIT has compiled by then and how.</summary>
public class SameBitsTests
{
    [Fact]
    public async Task A_pipeline_gives_the_same_bits_however_its_code_was_compiled()
    {
        string expected = await Errors("DOTNET_TieredCompilation", "1");
        Assert.Contains("\"test_rmse\"", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await Errors("DOTNET_TieredCompilation", "0"));
        Assert.Equal(expected, await Errors("DOTNET_ReadyToRun", "0"));
    }

    /// <summary>What <c>kan bench hello --json</c> prints, without the times.</summary>
    private static async Task<string> Errors(string setting, string value)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KanApp).Assembly.Location, "bench", "hello", "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[setting] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return Regex.Replace(output, "\"seconds\":[^,}]*", "");
    }
}
