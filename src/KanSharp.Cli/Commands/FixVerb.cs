using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan fix</c>: makes an edge a function.</summary>
internal sealed class FixVerb : EditVerb
{
    private readonly Option<EdgeIndex> _edge = EdgeOption.Create();
    private readonly Option<string> _function = OptionOf.Required("--function", "sin", "The function f of c f(a x + b) + d");

    public FixVerb() : base("fix", "Makes an edge a function with a name, fitted to the curve it has.",
        "kan fix hello.kan --edge 0,1,0 --function x^2 --data samples/hello.csv --out fixed.kan", DataUse.Inputs)
    {
        Add(_edge);
        Add(_function);
    }

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        EdgeIndex edge = parsed.GetValue(_edge);
        SymbolicFunction function = SymbolicLibrary.Default[parsed.GetValue(_function)!];
        (KanModel result, AffineFit fit) = model.FixEdge(edge, function, rows!.Inputs);
        var json = new JsonObject
        {
            ["edge"] = edge.ToString(),
            ["function"] = function.Name,
            ["r2"] = Session.Number(fit.R2),
            ["affine"] = new JsonArray(Session.Number(fit.A), Session.Number(fit.B), Session.Number(fit.C), Session.Number(fit.D)),
        };
        return new Edited(result, json, output =>
            output.WriteLine($"edge      {edge}: {fit.C:G6} * {function.Name}({fit.A:G6} * x + {fit.B:G6}) + {fit.D:G6}, R2 {fit.R2:F9}"));
    }
}
