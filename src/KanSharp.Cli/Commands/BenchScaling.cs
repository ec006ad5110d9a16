using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan bench scaling</c>: how the cost of mean squared error with its gradient grows with samples, edges and grid intervals; one thread, double precision.</summary>
internal sealed class BenchScaling(BenchClock clock)
{
    private static readonly (string Shape, string Name)[] s_nets = [("2,5,1", "A"), ("4,10,10,1", "B"), ("64,64,1", "wide")];

    /// <summary>What grows, and the cases by it, net by net.</summary>
    internal sealed record Sweep(string By, ImmutableArray<BenchCase> Cases);

    /// <summary>What one evaluation of a case costs.</summary>
    internal sealed record Result(string By, BenchCase Case, int Edges, double Milliseconds)
    {
        public double X => By switch { "samples" => Case.Samples, "edges" => Edges, _ => Case.Grid };

        public double NanosecondsPerEdgeSample => Milliseconds * 1e6 / ((double)Edges * Case.Samples);
    }

    public static ImmutableArray<Sweep> Sweeps { get; } =
    [
        new("samples", [.. from net in s_nets.Take(2)
                           from samples in (int[])[100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
                           select new BenchCase(net.Name, net.Shape, samples)]),
        new("edges", [.. from width in (int[])[3, 6, 10, 18, 32, 56, 100, 178, 316, 562, 1000] select new BenchCase("square", $"{width},{width},1", 1000)]),
        new("grid", [.. from net in s_nets
                        from grid in (int[])[3, 5, 8, 12, 20, 30, 50, 100, 200, 300]
                        select new BenchCase(net.Name, net.Shape, 1000, grid)]),
    ];

    public Result Measure(string by, BenchCase item)
    {
        KanModel model = item.CreateModel();
        (Matrix inputs, Matrix targets) = item.CreateData(model);
        double[] parameters = model.Parameters.ToArray(), gradient = new double[parameters.Length];
        var objective = new NetworkObjective(model.Network, inputs, targets, LossFunction.MeanSquaredError, Regularization.None);
        return new Result(by, item, model.Layers.Sum(layer => layer.EdgeCount), clock.Milliseconds(() => objective.Evaluate(parameters, gradient)));
    }

    public static JsonObject ToJson(IEnumerable<Result> results) => new()
    {
        ["cases"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["by"] = result.By,
            ["name"] = result.Case.Name,
            ["shape"] = result.Case.Shape,
            ["samples"] = result.Case.Samples,
            ["edges"] = result.Edges,
            ["grid"] = result.Case.Grid,
            ["step_ms"] = Session.Number(result.Milliseconds),
            ["ns_per_edge_sample"] = Session.Number(result.NanosecondsPerEdgeSample),
        })]),
    };

    public static void Write(TextWriter output, IEnumerable<Result> results) => TextTable.Write(output, [["by", "net", "shape", "samples", "edges", "grid", "step ms", "ns/edge-sample"],
        .. results.Select(result => new[]
        {
            result.By, result.Case.Name, result.Case.Shape, $"{result.Case.Samples}", $"{result.Edges}", $"{result.Case.Grid}", $"{result.Milliseconds:G4}", $"{result.NanosecondsPerEdgeSample:F2}",
        })]);

    /// <summary>One picture for each thing that grows, <c>scaling-samples.svg</c> and so on.</summary>
    public static void Draw(string folder, IReadOnlyCollection<Result> results)
    {
        foreach (IGrouping<string, Result> sweep in results.GroupBy(result => result.By))
        {
            bool byGrid = sweep.Key == "grid";
            double Height(Result result) => byGrid ? result.NanosecondsPerEdgeSample : result.Milliseconds;
            IGrouping<string, Result>[] lines = [.. sweep.GroupBy(result => result.Case.Name)];
            ImmutableArray<LegendEntry> legend = [.. lines.Select((line, i) => new LegendEntry(Title(line.First()), ToneOf(i)))];
            if (!byGrid)
                legend = legend.Add(new LegendEntry("proportional", Tone.Muted, LegendMark.Dashes));
            var chart = new Chart(sweep.Key switch { "samples" => "Error and gradient by samples, G = 5", "edges" => "Error and gradient by edges, 1,000 samples, G = 5", _ => "Error and gradient by grid intervals, 1,000 samples" },
                Axis.Logarithmic(byGrid ? "grid intervals G" : sweep.Key, sweep.Select(result => result.X)),
                byGrid ? Axis.Linear("ns per edge and sample", [0, .. sweep.Select(Height)]) : Axis.Logarithmic("ms, one thread", sweep.Select(Height)), legend);
            for (int i = 0; i < lines.Length; i++)
            {
                Result last = lines[i].MaxBy(result => result.X)!;
                double[] x = [.. lines[i].Select(result => result.X)];
                if (!byGrid)
                    chart.AddLine(x, [.. x.Select(at => Height(last) * at / last.X)], Tone.Muted, dashed: true);
                chart.AddLine(x, [.. lines[i].Select(Height)], ToneOf(i));
            }
            AtomicFile.WriteText(Path.Combine(folder, $"scaling-{sweep.Key}.svg"), chart.ToScene().ToSvg());
        }
    }

    private static string Title(Result result) => result.By == "edges" ? "[w,w,1]" : $"[{result.Case.Shape}]";

    private static Tone ToneOf(int line) => line switch { 0 => Tone.Data, 1 => Tone.Symbolic, _ => Tone.Ink };
}
