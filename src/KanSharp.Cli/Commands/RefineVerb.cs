using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan refine</c>: the same functions on finer grids, ready to be trained on.</summary>
internal sealed class RefineVerb : EditVerb
{
    private readonly Option<int?> _grid = OptionOf.OptionalWhole("--grid", "Grid intervals of the new model", 1, 10_000);
    private readonly Option<bool> _widen = new("--widen") { Description = "Add knots beyond the grids until they hold the rows of --data; no function changes, outside of the old range neither" };

    public RefineVerb() : base("refine", "Puts the same functions on finer or wider grids; train the result on with fit --init.",
        "kan refine hello.kan --grid 10 --data samples/hello.csv --out finer.kan", DataUse.OptionalInputs)
    {
        Add(_grid);
        Add(_widen);
    }

    protected override Edited Edit(ParseResult parsed, Session session, KanModel model, Rows? rows)
    {
        bool widen = parsed.GetValue(_widen);
        int? grid = parsed.GetValue(_grid);
        if (grid is null && !widen)
            throw new KanSharpException("There is nothing to refine; give a number of grid intervals with --grid, or --widen with --data.");
        if (widen && rows is null)
            throw new KanSharpException("--widen adds knots until the grids hold the rows of a table; name it with --data.");
        KanModel result = model;
        if (grid is int intervals)
        {
            int coarsest = model.Layers.Max(layer => layer.Intervals);
            if (intervals < coarsest)
                session.Warn($"The model has {coarsest} grid intervals; {intervals} are coarser and change its functions.");
            result = GridUpdater.Refine(result, intervals);
        }
        if (widen)
            result = GridUpdater.Widen(result, rows!.Inputs);
        string Intervals(KanModel of) => string.Join('/', of.Layers.Select(layer => layer.Intervals).Distinct());
        return new Edited(result, new JsonObject { ["grid"] = result.Layers.Max(layer => layer.Intervals) },
            output => output.WriteLine($"grid      {Intervals(model)} -> {Intervals(result)} intervals{(widen && result.Layers.SequenceEqual(model.Layers) ? ", which hold all rows" : "")}"));
    }
}
