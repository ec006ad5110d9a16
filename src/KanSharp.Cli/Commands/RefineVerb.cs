using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan refine</c>: the same functions on finer grids, ready to be trained on.</summary>
internal sealed class RefineVerb : EditVerb
{
    private readonly Option<int> _grid = OptionOf.RequiredWhole("--grid", "Grid intervals of the new model", 1, 10_000);

    public RefineVerb() : base("refine", "Puts the same functions on finer grids; train the result on with fit --init.",
        "kan refine hello.kan --grid 10 --data samples/hello.csv --out finer.kan", DataUse.Optional)
    {
        Add(_grid);
    }

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        int grid = parsed.GetValue(_grid), coarsest = model.Layers.Max(layer => layer.Intervals);
        if (grid < coarsest)
            session.Warn($"The model has {coarsest} grid intervals; {grid} are coarser and change its functions.");
        string old = string.Join('/', model.Layers.Select(layer => layer.Intervals).Distinct());
        return new Edited(GridUpdater.Refine(model, grid), new JsonObject { ["grid"] = grid }, output => output.WriteLine($"grid      {old} -> {grid} intervals"));
    }
}
