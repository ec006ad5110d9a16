using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan symbolic</c>: makes every edge a function, by the error of the whole network.</summary>
internal sealed class SymbolicVerb : EditVerb
{
    /// <summary>Factor by which the error may grow for each edge that goes.</summary>
    private const double Tolerance = 1.1;

    /// <summary>More rows than that would not tell more about a small network.</summary>
    private const int PruningRows = 20_000;

    private readonly Option<string?> _library = LibraryOption.Create();

    public SymbolicVerb() : base("symbolic", "Removes nodes and edges that the refitted network does without, makes every other edge a function, chosen by the error of the whole network, and refits all constants.",
        "kan symbolic pruned.kan --data samples/hello.csv --lib x,x^2,exp,sin --out formula.kan", DataUse.InputsAndTargets) => Add(_library);

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        ModelData.RequireDefined(model, rows!.Data!);
        var options = new SymbolicSearchOptions { Library = parsed.Library(_library) };
        bool classifies = !model.Info.Classes.IsEmpty;
        // A classifier's formulas are its scores before the softmax: first they follow the network's own, then the labels.
        KanModel source = classifies ? model.WithInfo(model.Info with { Classes = [] }) : model;
        Dataset data = classifies ? new Dataset(rows.Data!.Inputs, source.Predict(rows.Data.Inputs).Values, rows.Data.Weights) : rows.Data!;
        // Nodes that share one job would each become a formula of their own, and the sum of these none.
        KanModel lean = data.Count < 2 ? source : ProgressDisplay.Run(session, "Pruning by error", display => PruneByError(source, data, seed: 1,
            new Relay<double>(done => display.Report(new ProgressStep(done, ""))), session.Cancellation));
        ImmutableArray<SymbolicNetwork> found = ProgressDisplay.Run(session, "Making symbolic", display => SymbolicSearch.Run(lean, data, options,
            new Relay<SymbolicProgress>(step => display.Report(new ProgressStep((double)step.EdgesDone / step.Edges, $"edge {step.EdgesDone} of {step.Edges}, RMSE {step.BestRmse:G3}"))),
            session.Cancellation));
        if (found.IsEmpty)
            throw new KanSharpException("No function of the library fits some edge of the model; allow more functions with --lib.");
        KanModel result = found[0].Model.WithInfo(model.Info);
        int left = result.NumericEdgeCount;
        if (left == model.NumericEdgeCount)
            session.Cancellation.ThrowIfCancellationRequested();
        if (left > 0)
            session.Warn($"Stopped: {(left == 1 ? "1 edge is still a spline" : $"{left} edges are still splines")}. 'kan symbolic' on the saved model goes on with what is left.");
        else if (classifies)
        {
            result = Trainer.Fit(result, rows.Data!, new TrainingOptions { Loss = Loss.CrossEntropy, GridSchedule = GridSchedule.None }, cancellation: session.Cancellation).Model;
        }

        (EdgeIndex Edge, string Function)[] edges = [.. Edges(result)];
        string functions = string.Join(", ", edges.Select(edge => $"({edge.Edge}) {edge.Function}"));
        result = result.WithInfo(model.Info with { History = edges.Length == 0 ? lean.Info.History : lean.Info.History.Add($"made symbolic: {functions}") });
        var json = new JsonObject { ["functions"] = new JsonObject(edges.Select(edge => KeyValuePair.Create(edge.Edge.ToString(), (JsonNode?)edge.Function))) };
        return new Edited(result, json, output => output.WriteLine($"edges     {(edges.Length == 0 ? "none symbolic yet" : functions)}"), Refitted: true);
    }

    /// <summary>The model without nodes and edges that it does without when refitted, judged by a fifth of the rows.</summary>
    public static KanModel PruneByError(KanModel model, Dataset data, ulong seed, IProgress<double>? progress, CancellationToken cancellation)
    {
        (Dataset fit, Dataset judge) = SymbolicSearch.SomeRows(data, PruningRows).Split(0.2, seed);
        return model.PruneByError(fit, judge, Tolerance, progress: progress, cancellation: cancellation).Model;
    }

    private static IEnumerable<(EdgeIndex, string)> Edges(KanModel model) =>
        model.Layers.SelectMany((layer, l) => layer.SymbolicEdges.Select(edge => (new EdgeIndex(l, edge.Input, edge.Output), edge.Function.Name)));
}
