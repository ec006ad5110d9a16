using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan export</c>: writes a model for another program.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Option<string> _to = OptionOf.Choice("--to", "The program that is to read it", "pykan");
    private readonly Option<string> _out = OptionOf.Required("--out", "PREFIX", "Where to write it: PREFIX_config.yml, PREFIX_state and PREFIX_cache_data");

    public ExportVerb() : base("export", "Writes a model for another program.", "kan export hello.kan --to pykan --out hello")
    {
        Add(_model);
        Add(_to);
        Add(_out);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        string prefix = parsed.GetValue(_out)!;
        ImmutableArray<string> notes = PykanCheckpoint.Save(model, prefix);
        session.Warn(notes);
        session.Finish(new JsonObject { ["to"] = parsed.GetValue(_to), ["out"] = prefix }, output =>
        {
            output.WriteLine($"saved to  {prefix}_config.yml, {prefix}_state, {prefix}_cache_data");
            output.WriteLine($"to load   torch.set_default_dtype(torch.float64); model = KAN.loadckpt('{prefix}')");
        });
        return ExitCode.Done;
    }
}
