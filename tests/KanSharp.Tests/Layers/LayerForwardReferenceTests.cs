using System.Text.Json;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Layers;

public class LayerForwardReferenceTests
{
    [Fact]
    public void Outputs_and_edges_of_single_layers_agree()
    {
        var differences = new Differences(1e-12);
        foreach ((int index, JsonElement c) in ReferenceData.Cases("layer-forward"))
        {
            int outputs = c.GetProperty("out_dim").GetInt32(), inputs = c.GetProperty("in_dim").GetInt32();
            int order = c.GetProperty("k").GetInt32();
            var layer = new KanLayer([.. c.GetProperty("grid").Rows().Select(row => KnotGrid.FromExtended(row, order))], new LayerWidth(outputs),
                [.. c.GetProperty("mask").Rows().SelectMany(row => row)], []);
            double[] parameters =
            [
                .. c.GetProperty("coef").Cube().SelectMany(i => i).SelectMany(j => j), .. c.GetProperty("scale_base").Rows().SelectMany(r => r),
                .. c.GetProperty("scale_sp").Rows().SelectMany(r => r),
                .. Enumerable.Repeat(1.0, outputs), .. new double[outputs], .. Enumerable.Repeat(1.0, outputs), .. new double[outputs],
            ];
            var model = new KanModel([layer], ReferenceNet.Base(c.GetProperty("base_fun").GetString()!), RangePolicy.Zero, parameters);
            Matrix x = c.GetProperty("x").ToMatrix();
            differences.Check($"case {index} y", model.Evaluate(x).Values, c.GetProperty("y").ToMatrix().Values);
            double[][][] edges = c.GetProperty("postacts").Cube();
            for (int i = 0; i < inputs; i++)
            {
                for (int j = 0; j < outputs; j++)
                    differences.Check($"case {index} edge {i},{j}", model.EvaluateEdge(new EdgeIndex(0, i, j), x.Column(i)), [.. edges.Select(row => row[j][i])]);
            }
        }
        differences.Assert();
    }
}
