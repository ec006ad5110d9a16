using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Interpretation;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan unfix</c>: gives a symbolic edge its spline back.</summary>
internal sealed class UnfixVerb : EditVerb
{
    private readonly Option<EdgeIndex> _edge = EdgeOption.Create();

    public UnfixVerb() : base("unfix", "Takes the function off an edge and gives it its spline back.", "kan unfix fixed.kan --edge 0,1,0 --out hello.kan", DataUse.None) => Add(_edge);

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        EdgeIndex edge = parsed.GetValue(_edge);
        return new Edited(model.UnfixEdge(edge), new JsonObject { ["edge"] = edge.ToString() }, output => output.WriteLine($"edge      {edge}: a spline again"));
    }
}
