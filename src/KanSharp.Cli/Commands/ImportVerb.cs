using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan import</c>: makes a model of another program's.</summary>
internal sealed class ImportVerb : Verb
{
    private readonly Argument<string> _prefix = new("PREFIX") { Description = "What was given to pykan's saveckpt: PREFIX_config.yml, PREFIX_state and PREFIX_cache_data are read" };
    private readonly Option<string> _from = OptionOf.Choice("--from", "The program that wrote it", "pykan");
    private readonly Option<string> _out = OptionOf.Required("--out", "M.kan", "Where to save the model");

    public ImportVerb() : base("import", "Makes a model of a checkpoint that pykan 0.2 saved.", "kan import model/0.1 --from pykan --out imported.kan")
    {
        Add(_prefix);
        Add(_from);
        Add(_out);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_out)!;
        OutputFile.Check(path);
        PykanCheckpoint checkpoint = PykanCheckpoint.Load(parsed.GetValue(_prefix)!);
        KanModel model = checkpoint.Model;
        ModelOutput.Save(session, model, path, source: null);
        session.Warn(checkpoint.Notes);
        var json = new JsonObject
        {
            ["shape"] = model.Shape,
            ["edges"] = model.ActiveEdgeCount,
            ["parameters"] = model.Parameters.Length,
            ["inputs"] = new JsonArray([.. model.Info.InputNames.Select(name => JsonValue.Create(name))]),
            ["outputs"] = new JsonArray([.. model.Info.OutputNames.Select(name => JsonValue.Create(name))]),
            ["model"] = path,
        };
        session.Finish(json, output =>
        {
            output.WriteLine($"shape     {model.Shape}, {model.ActiveEdgeCount} edges, {model.Parameters.Length} parameters");
            output.WriteLine($"columns   {Listed(model.Info.InputNames)} -> {Listed(model.Info.OutputNames)}");
            output.WriteLine($"saved to  {path}");
        });
        return ExitCode.Done;
    }

    // Imported names are counted through, so the first and the last say it all.
    private static string Listed(ImmutableArray<string> names) => names.Length <= 3 ? string.Join(", ", names) : $"{names[0]}, .., {names[^1]}";
}
