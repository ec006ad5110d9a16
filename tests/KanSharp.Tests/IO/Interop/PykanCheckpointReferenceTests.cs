using System.Text.Json;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO.Interop;

/// <summary>Checkpoints that pykan wrote, against the same networks as JSON and the outputs that pykan computed.</summary>
public class PykanCheckpointReferenceTests
{
    [Fact]
    public void An_imported_network_has_the_outputs_of_pykan()
    {
        Differences doubles = new(1e-12), singles = new(1e-5);
        bool hasSingles = false, hasDoubles = false;
        foreach ((int index, JsonElement c) in ReferenceData.Cases("checkpoints"))
        {
            KanModel model = Load(c).Model;
            // pykan reads the inputs that it kept from all columns; the checkpoint does not say which these were.
            int[] kept = [.. c.GetProperty("net").GetProperty("input_id").EnumerateArray().Select(id => id.GetInt32())];
            Matrix x = c.GetProperty("x").ToMatrix().SelectColumns(kept);
            bool isSingle = c.GetProperty("dtype").GetString() == "float32";
            hasSingles |= isSingle;
            hasDoubles |= !isSingle;
            (isSingle ? singles : doubles).Check($"case {index}", model.Predict(x).Values.Values, c.GetProperty("y").ToMatrix().Values);
        }
        if (hasDoubles)
            doubles.Assert();
        if (hasSingles)
            singles.Assert();
        Assert.True(hasSingles || hasDoubles);
    }

    [Fact]
    public void Every_number_and_name_of_the_network_is_there()
    {
        foreach ((int index, JsonElement c) in ReferenceData.Cases("checkpoints"))
        {
            PykanCheckpoint checkpoint = Load(c);
            KanModel expected = ReferenceNet.Build(c.GetProperty("net")), model = checkpoint.Model;
            Assert.True(expected.Shape == model.Shape, $"case {index}: {model.Shape}, expected {expected.Shape}");
            Assert.Equal((expected.BaseFunction, expected.RangePolicy), (model.BaseFunction, model.RangePolicy));
            Assert.Equal(expected.Parameters.ToArray(), model.Parameters.ToArray());
            for (int l = 0; l < model.Layers.Length; l++)
            {
                Assert.Equal(expected.Layers[l].NumericMask.AsEnumerable(), model.Layers[l].NumericMask);
                Assert.Equal(expected.Layers[l].SymbolicEdges.AsEnumerable(), model.Layers[l].SymbolicEdges);
                Assert.Equal(expected.Layers[l].Grids.Select(grid => grid.Knots.ToArray()), model.Layers[l].Grids.Select(grid => grid.Knots.ToArray()));
            }
            Assert.Equal(Enumerable.Range(1, model.InputCount).Select(i => $"x{i}"), model.Info.InputNames);
            Assert.Equal(model.OutputCount == 1 ? ["y"] : Enumerable.Range(1, model.OutputCount).Select(i => $"y{i}"), model.Info.OutputNames);
            Assert.Equal("imported from pykan", Assert.Single(model.Info.History));
            Assert.Equal(c.GetProperty("cache_data").ToMatrix().Values.ToArray(), checkpoint.CachedInputs!.Values.ToArray());
            Assert.Empty(checkpoint.Notes);
        }
    }

    private static PykanCheckpoint Load(JsonElement c)
    {
        const string suffix = "_config.yml";
        return PykanCheckpoint.Load(ReferenceData.FileOf(c.GetProperty("prefix").GetString() + suffix)[..^suffix.Length]);
    }
}
