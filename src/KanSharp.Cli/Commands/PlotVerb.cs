using System.CommandLine;
using System.Text.Json.Nodes;
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
    private readonly Option<string> _out = OptionOf.Required("--out", "N.svg", "Where to write the picture");

    public PlotVerb() : base("plot", "Draws the network with the curve of each edge as SVG.", "kan plot hello.kan --data samples/hello.csv --out hello.svg")
    {
        Add(_model);
        Add(_data);
        Add(_missing);
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
        Scene scene = NetworkDiagram.Draw(model, activations);
        AtomicFile.WriteText(path, scene.ToSvg());
        session.Finish(new JsonObject { ["out"] = path, ["width"] = scene.Width, ["height"] = scene.Height },
            output => output.WriteLine($"Picture of {model.Shape} written to {path}"));
        return ExitCode.Done;
    }
}
