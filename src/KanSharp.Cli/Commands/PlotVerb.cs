using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Plotting;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan plot</c>: draws a network.</summary>
internal sealed class PlotVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Option<string?> _data = OptionOf.Text("--data", "F.csv", "A table with the model's inputs: curves span its rows and edges fade by their score");
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly Option<bool> _scores = new("--scores") { Description = "Draw the importance of each input as bars instead of the network; needs --data" };
    private readonly Option<string?> _node = OptionOf.Text("--node", "level,node", "With --scores: only what inputs contribute by way of this node, such as 1,0");
    private readonly Option<string> _metric = OptionOf.Choice("--metric", "What edges fade by: their part in the outputs, their deviation, or that over their input's", "score", "deviation", "normalized");
    private readonly Option<string> _out = OptionOf.Required("--out", "N.svg", "Where to write the picture");

    public PlotVerb() : base("plot", "Draws the network with the curve of each edge, or the importance of its inputs, as SVG.", "kan plot hello.kan --data samples/hello.csv --out hello.svg")
    {
        Add(_model);
        Add(_data);
        Add(_missing);
        Add(_scores);
        Add(_node);
        Add(_metric);
        Add(_out);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_out)!;
        string? data = parsed.GetValue(_data);
        OutputFile.Check(path, data, parsed.GetValue(_model));
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        Activations? activations = data is null ? null
            : model.Activate(ModelData.ForModel(model, data, parsed.Policy(_missing), withTargets: false, session).Inputs);
        if (parsed.GetValue(_scores))
            return DrawScores(activations, parsed.GetValue(_node), path, session);
        if (parsed.GetValue(_node) is not null)
            throw new KanSharpException("--node says whose scores to draw; give --scores with it.");
        var options = new DiagramOptions
        {
            Metric = parsed.GetValue(_metric) switch { "deviation" => EdgeMetric.Deviation, "normalized" => EdgeMetric.NormalizedDeviation, _ => EdgeMetric.Score },
        };
        Scene scene = NetworkDiagram.Draw(model, activations, options);
        AtomicFile.WriteText(path, scene.ToSvg());
        session.Finish(new JsonObject { ["out"] = path, ["width"] = scene.Width, ["height"] = scene.Height },
            output => output.WriteLine($"Picture of {model.Shape} written to {path}"));
        return ExitCode.Done;
    }

    private static int DrawScores(Activations? activations, string? node, string path, Session session)
    {
        if (activations is null)
            throw new KanSharpException("Scores are made of deviations over rows; give a table with --data.");
        KanModel model = activations.Model;
        Attribution attribution = Attribution.FromActivations(activations);
        double[] scores = attribution.FeatureScores.ToArray();
        string title = "Importance of the inputs";
        if (node is not null)
        {
            string[] parts = node.Split(',');
            if (parts.Length != 2 || !int.TryParse(parts[0], out int level) || !int.TryParse(parts[1], out int index))
                throw new KanSharpException($"'{node}' names no node; expected a level and a node, such as 1,0 for the first node of level 1.");
            scores = attribution.FeatureScoresBy(level, index);
            title = $"{title} by way of node {level},{index}";
        }
        AtomicFile.WriteText(path, ScorePlot.Draw(model.Info.InputNames, scores, title).ToSvg());
        var named = new JsonObject();
        for (int i = 0; i < scores.Length; i++)
            named[model.Info.InputNames[i]] = Session.Number(scores[i]);
        var together = Enumerable.Range(1, model.Layers.Length - 1).SelectMany(level => attribution.FeatureInteractions(level).Select(set => (Level: level, Set: set))).ToArray();
        session.Finish(new JsonObject
        {
            ["scores"] = named,
            ["interactions"] = new JsonArray([.. together.Select(entry => new JsonObject
            {
                ["level"] = entry.Level,
                ["nodes"] = new JsonArray([.. entry.Set.Nodes.Select(n => JsonValue.Create(n))]),
                ["inputs"] = new JsonArray([.. entry.Set.Features.Select(i => JsonValue.Create(model.Info.InputNames[i]))]),
            })]),
            ["out"] = path,
        }, output =>
        {
            TextTable.Write(output, [.. scores.Select((score, i) => new[] { model.Info.InputNames[i], score.ToString("G4") })]);
            foreach ((int level, FeatureInteraction set) in together)
                output.WriteLine($"node{(set.Nodes.Length > 1 ? "s" : "")} {string.Join("  ", set.Nodes.Select(n => $"{level},{n}"))} depend{(set.Nodes.Length > 1 ? "" : "s")} on {string.Join(", ", set.Features.Select(i => model.Info.InputNames[i]))}");
            output.WriteLine($"Picture written to {path}");
        });
        return ExitCode.Done;
    }
}
