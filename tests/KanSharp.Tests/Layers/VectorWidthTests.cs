using System.Diagnostics;
using System.Globalization;

namespace KanSharp.Tests.Layers;

/// <summary>The kernels with the vectors of lesser machines, in processes that may not use what this one has.</summary>
public class VectorWidthTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Kernels_agree_with_the_scalar_basis_in_narrower_vectors(string off, int widest)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", [typeof(VectorWidthTests).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[off] = "0";
        using Process child = Process.Start(start)!;
        Task<string> error = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, await error);
        // The switch has worked, as far as this machine had what it turns off.
        Assert.InRange(int.Parse(output, CultureInfo.InvariantCulture), 0, widest);
    }
}
