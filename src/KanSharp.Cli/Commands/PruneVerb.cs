using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Interpretation;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan prune</c>: removes the nodes and edges that contribute little.</summary>
internal sealed class PruneVerb : EditVerb
{
    private readonly Option<double> _node = OptionOf.Number("--node-threshold", "Nodes with a score up to this go", 0, double.PositiveInfinity, Pruning.NodeThreshold);
    private readonly Option<double> _edge = OptionOf.Number("--edge-threshold", "Edges with a score up to this go", 0, double.PositiveInfinity, Pruning.EdgeThreshold);

    private readonly Option<double?> _input = OptionOf.OptionalNumber("--input-threshold", "Then, inputs with a score up to this go too: the new model reads the other columns alone [default: all stay]", 0, double.PositiveInfinity);

    public PruneVerb() : base("prune", "Removes the nodes and edges that contribute little to the outputs.",
        "kan prune hello.kan --data samples/hello.csv --out pruned.kan", DataUse.Inputs)
    {
        Add(_node);
        Add(_edge);
        Add(_input);
    }

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        (KanModel result, PruningReport report) = model.Prune(rows!.Inputs, parsed.GetValue(_node), parsed.GetValue(_edge));
        ImmutableArray<int>? kept = null;
        if (parsed.GetValue(_input) is double threshold)
        {
            (result, PruningReport inputs) = result.PruneInputs(rows.Inputs, threshold);
            kept = inputs.KeptInputs;
            if (!inputs.KeptForConnection.IsEmpty)
                session.Warn("Not all inputs below the threshold went, as without them an output would depend on nothing.");
        }
        string[] removed = [.. model.Info.InputNames.Except(result.Info.InputNames)];
        string[] nodes = [.. report.RemovedNodes.Select(node => $"{node.Level},{node.Node}")], edges = [.. report.RemovedEdges.Select(edge => edge.ToString())];
        if (!report.KeptForConnection.IsEmpty)
            session.Warn($"Kept against the threshold, as without them an output would depend on nothing: edges {string.Join("  ", report.KeptForConnection)}.");
        var json = new JsonObject
        {
            ["removed_nodes"] = new JsonArray([.. nodes.Select(node => JsonValue.Create(node))]),
            ["removed_inputs"] = new JsonArray([.. removed.Select(name => JsonValue.Create(name))]),
            ["removed_edges"] = new JsonArray([.. edges.Select(edge => JsonValue.Create(edge))]),
        };
        return new Edited(result, json, output =>
        {
            if (kept is not null)
                output.WriteLine($"inputs    {(removed.Length == 0 ? "none removed" : $"removed: {string.Join("  ", removed)}")}");
            output.WriteLine($"nodes     {(nodes.Length == 0 ? "none removed" : $"removed (level,node): {string.Join("  ", nodes)}")}");
            output.WriteLine($"edges     {(edges.Length == 0 ? "none switched off" : $"switched off (layer,input,output): {string.Join("  ", edges)}")}");
        }, KeptInputs: kept);
    }
}
