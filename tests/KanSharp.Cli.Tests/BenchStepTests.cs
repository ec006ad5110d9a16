using System.Text.Json.Nodes;
using KanSharp.Cli.Commands;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

public class BenchStepTests
{
    [Fact]
    public void A_step_is_timed_and_counted()
    {
        var bench = new BenchStep(new BenchClock(TimeProvider.System, seconds: 1e-3));
        BenchStep.Result result = bench.Measure(BenchCase.All[0], Precision.Double, threads: 1);
        JsonNode json = bench.ToJson([result]);
        JsonNode line = json["cases"]![0]!;
        Assert.Equal(("A", "2,5,1", 1000, 5, "double", 1), ((string)line["name"]!, (string)line["shape"]!, (int)line["samples"]!, (int)line["grid"]!, (string)line["precision"]!, (int)line["threads"]!));
        Assert.InRange((double)line["forward_ms"]!, 1e-4, (double)line["step_ms"]! * 10);
        // 15 edges, 10 of them in the first layer: 5 multiply-adds forward, 5 for coefficients, 5 for inputs.
        double multiplyAdds = 1000 * (15 * 5 + 15 * 5 + 5 * 5);
        double peak = (double)json["fma_peak"]!["double"]!;
        double step = Assert.NotNull(result.StepMilliseconds);
        Assert.Equal(multiplyAdds / (step * 1e6) / peak, (double)line["fraction_of_peak"]!, 1e-3);
        Assert.Equal(step * 1e6 / 15_000, (double)line["ns_per_edge_sample"]!, 1e-3 * result.NanosecondsPerEdgeSample);
    }

    [Fact]
    public void A_prediction_is_timed_and_counted_and_has_no_step()
    {
        var bench = new BenchStep(new BenchClock(TimeProvider.System, seconds: 1e-3));
        BenchStep.Result result = bench.Measure(BenchCase.All.Single(item => item.Predicts && item.Samples == 1), Precision.Double, threads: 1);
        JsonNode line = bench.ToJson([result])["cases"]![0]!;
        Assert.Null(line["step_ms"]);
        Assert.Equal(0, (double)line["allocated_bytes_per_step"]!);
        // 15 edges, 5 multiply-adds each.
        Assert.Equal(15 * 5 / (result.ForwardMilliseconds * 1e6) / (double)bench.ToJson([])["fma_peak"]!["double"]!, result.FractionOfPeak, 1e-3);
        Assert.Equal(result.ForwardMilliseconds * 1e6 / 15, result.NanosecondsPerEdgeSample, 1e-9);
    }

    [Fact]
    public void Every_case_makes_a_model_and_data_that_fit_it()
    {
        foreach (BenchCase item in BenchCase.All.Where(item => item.Samples * item.Shape.Length < 1000 * 100))
        {
            KanModel model = item.CreateModel();
            (_, _) = item.CreateData(model);
            Assert.Equal(item.Shape, model.Shape);
            Assert.Equal(item.SymbolicEdgeCount, model.Layers.Sum(layer => layer.SymbolicEdges.Length));
        }
    }
}
