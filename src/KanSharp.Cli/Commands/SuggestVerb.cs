using System.CommandLine;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Interpretation;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan suggest</c>: which functions an edge may be.</summary>
internal sealed class SuggestVerb : Verb
{
    /// <summary>Lines of the table; JSON has all.</summary>
    private const int Shown = 10;

    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Option<EdgeIndex> _edge = EdgeOption.Create();
    private readonly Option<string> _data = OptionOf.Required("--data", "F.csv", "A table with the model's inputs");
    private readonly Option<string> _missing = MissingOption.Create();

    public SuggestVerb() : base("suggest", "Ranks the functions that the curve of an edge may be, by fit and complexity.", "kan suggest hello.kan --edge 0,1,0 --data samples/hello.csv")
    {
        Add(_model);
        Add(_edge);
        Add(_data);
        Add(_missing);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        EdgeIndex edge = parsed.GetValue(_edge);
        PreparedTable table = ModelData.ForModel(model, parsed.GetValue(_data)!, parsed.Policy(_missing), withTargets: false, session);
        ImmutableArray<FunctionSuggestion> suggestions = model.Suggest(edge, table.Inputs);
        var json = new JsonObject
        {
            ["edge"] = edge.ToString(),
            ["suggestions"] = new JsonArray([.. suggestions.Select(suggestion => new JsonObject
            {
                ["function"] = suggestion.Function.Name,
                ["r2"] = Session.Number(suggestion.Fit.R2),
                ["complexity"] = suggestion.Function.Complexity,
                ["affine"] = new JsonArray(Session.Number(suggestion.Fit.A), Session.Number(suggestion.Fit.B), Session.Number(suggestion.Fit.C), Session.Number(suggestion.Fit.D)),
            })]),
        };
        session.Finish(json, output => TextTable.Write(output, [["function", "R2", "complexity", "fit"], .. suggestions.Take(Shown).Select(suggestion => new[]
        {
            suggestion.Function.Name, suggestion.Fit.R2.ToString("F9"), $"{suggestion.Function.Complexity}",
            $"{suggestion.Fit.C:G6} * {suggestion.Function.Name}({suggestion.Fit.A:G6} * x + {suggestion.Fit.B:G6}) + {suggestion.Fit.D:G6}",
        })]));
        return ExitCode.Done;
    }
}
