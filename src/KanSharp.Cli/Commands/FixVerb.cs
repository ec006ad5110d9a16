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
    private readonly Option<bool> _keep = new("--keep") { Description = "Make the edge f(x) itself, a = c = 1 and b = d = 0, and hold it to that in every later training, refit and search; needs no data" };

    public FixVerb() : base("fix", "Makes an edge a function with a name, fitted to the curve it has.",
        "kan fix hello.kan --edge 0,1,0 --function x^2 --data samples/hello.csv --out fixed.kan", DataUse.OptionalInputs)
    {
        Add(_edge);
        Add(_function);
        Add(_keep);
    }

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        EdgeIndex edge = parsed.GetValue(_edge);
        SymbolicFunction function = SymbolicLibrary.Default[parsed.GetValue(_function)!];
        if (parsed.GetValue(_keep))
            return new Edited(model.FixEdge(edge, function, 1, 0, 1, 0).HoldEdge(edge), Json(edge, function, [1, 0, 1, 0], held: true), output => output.WriteLine($"edge      {edge}: {function.Name}(x), held"));
        if (rows is null)
            throw new KanSharpException("There are no rows to fit the function to. Give a table with --data, or --keep for the function itself, f(x).");
        (KanModel result, AffineFit fit) = model.FixEdge(edge, function, rows.Inputs);
        JsonObject json = Json(edge, function, [fit.A, fit.B, fit.C, fit.D], held: false);
        json["r2"] = Session.Number(fit.R2);
        return new Edited(result, json, output =>
            output.WriteLine($"edge      {edge}: {fit.C:G6} * {function.Name}({fit.A:G6} * x + {fit.B:G6}) + {fit.D:G6}, R2 {fit.R2:F9}"));
    }

    private static JsonObject Json(EdgeIndex edge, SymbolicFunction function, double[] affine, bool held) => new()
    {
        ["edge"] = edge.ToString(),
        ["function"] = function.Name,
        ["affine"] = new JsonArray([.. affine.Select(Session.Number)]),
        ["held"] = held,
    };
}
