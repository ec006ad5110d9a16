using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Interpretation;

public class SymbolicFitReferenceTests
{
    [Fact]
    public void Every_fit_is_at_least_as_good()
    {
        var failures = new List<string>();
        int compared = 0;
        foreach ((int index, JsonElement c) in ReferenceData.Cases("symbolic-fit"))
        {
            string name = c.GetProperty("function").GetString()!;
            double[] x = c.GetProperty("x").Vector(), y = c.GetProperty("y").Vector();
            double r2 = c.GetProperty("r2").Number(), rms = c.GetProperty("residual_rms").Number();
            AffineFit? fit = new SymbolicFit(x, y).Fit(SymbolicLibrary.Default[name]);
            compared++;
            if (fit is null)
                failures.Add($"case {index} {name}: no fit");
            else if (!(fit.Value.R2 >= r2 - 1e-9))
                failures.Add($"case {index} {name}: R2 {fit.Value.R2:R}, pykan's {r2:R}");
            else if (!(fit.Value.ResidualRms <= rms * (1 + 1e-6) + 1e-12))
                failures.Add($"case {index} {name}: residual {fit.Value.ResidualRms:R}, pykan's {rms:R}, a {fit.Value.A:R}, b {fit.Value.B:R}");
        }
        Assert.True(compared > 0, "Nothing was compared.");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
