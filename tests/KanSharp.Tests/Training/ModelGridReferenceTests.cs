using System.Text.Json;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Grid updates and refinement of whole nets: the layers' own cases are in GridUpdateReferenceTests.</summary>
public class ModelGridReferenceTests
{
    [Fact]
    public void Updated_grids_and_what_the_net_computes_on_them_agree()
    {
        var differences = new Differences(1e-9);
        foreach ((int index, JsonElement c) in WholeNets("MultKAN.update_grid"))
        {
            KanModel before = ReferenceNet.Build(c.GetProperty("net_before")), expected = ReferenceNet.Build(c.GetProperty("net_after"));
            KanModel after = GridUpdater.UpdateScaled(before, c.GetProperty("x").ToMatrix(), c.GetProperty("net_before").GetProperty("grid_eps").GetDouble());
            for (int l = 0; l < after.Layers.Length; l++)
            {
                for (int i = 0; i < after.Layers[l].InputCount; i++)
                    differences.Check($"case {index} layer {l} input {i} knots", after.Layers[l].Grids[i].Knots, expected.Layers[l].Grids[i].Knots);
            }
            Matrix probes = c.GetProperty("probe_x").ToMatrix();
            differences.Check($"case {index} outputs", after.Evaluate(probes).Values, c.GetProperty("probe_y_after").ToMatrix().Values);
        }
        differences.Assert();
    }

    /// <summary>
    /// pykan refits to the samples; ours is exact where knots nest and else fitted over the whole grid. At the samples themselves pykan's fit is the
    /// best there is, edge by edge, so the promise is to be near it: half as much again.
    /// </summary>
    [Fact]
    public void Refinement_keeps_the_function_at_least_as_well()
    {
        int cases = 0;
        var differences = new Differences(1e-12);
        foreach ((int index, JsonElement c) in WholeNets("MultKAN.refine"))
        {
            cases++;
            KanModel before = ReferenceNet.Build(c.GetProperty("net_before")), expected = ReferenceNet.Build(c.GetProperty("net_after"));
            KanModel after = GridUpdater.Refine(before, c.GetProperty("new_grid").GetInt32());
            for (int l = 0; l < after.Layers.Length; l++)
            {
                for (int i = 0; i < after.Layers[l].InputCount; i++)
                    differences.Check($"case {index} layer {l} input {i} knots", after.Layers[l].Grids[i].InnerKnots, expected.Layers[l].Grids[i].InnerKnots);
            }
            Matrix x = c.GetProperty("x").ToMatrix();
            double ours = Change(before, after, x), theirs = Change(before, expected, x);
            Assert.True(ours <= 1.5 * theirs + 1e-12, $"case {index}: refinement changed the net by {ours:E2}, pykan's by {theirs:E2}");
        }
        Assert.True(cases > 0);
        differences.Assert();
    }

    private static double Change(KanModel before, KanModel after, Matrix x)
    {
        Matrix a = before.Evaluate(x), b = after.Evaluate(x);
        double sum = 0;
        for (int n = 0; n < a.Values.Length; n++)
            sum += (a.Values[n] - b.Values[n]) * (a.Values[n] - b.Values[n]);
        return Math.Sqrt(sum / a.Values.Length);
    }

    private static IEnumerable<(int, JsonElement)> WholeNets(string kind) =>
        ReferenceData.Cases("grid-update").Where(c => c.Case.GetProperty("kind").GetString()!.StartsWith(kind, StringComparison.Ordinal));
}
