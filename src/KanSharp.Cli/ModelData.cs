using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli;

/// <summary>Tables as a model needs them, with warnings told.</summary>
internal static class ModelData
{
    /// <summary>Files above this have their progress shown.</summary>
    private const long LongFile = 32_000_000;

    /// <summary>The columns of a model in a CSV file of any length, matched by name, block by block.</summary>
    public static PreparedBlocks Blocks(KanModel model, string path, MissingPolicy missing, bool withTargets, IProgress<double>? progress, WeightColumn? weight = null) =>
        new(Csv.ReadBlocks(path, progress: progress), model.Info, missing, withTargets, weight);

    /// <summary>Goes through a file; shows how far it is where that takes a while.</summary>
    public static T WithProgress<T>(Session session, string title, string path, Func<IProgress<double>?, T> work) =>
        !File.Exists(path) || new FileInfo(path).Length < LongFile ? work(null)
        : ProgressDisplay.Run(session, title, progress => work(new Relay<double>(fraction => progress.Report(new ProgressStep(fraction, Path.GetFileName(path))))));

    /// <summary>The columns of a model in a CSV file, matched by name.</summary>
    public static PreparedTable ForModel(KanModel model, string path, MissingPolicy missing, bool withTargets, Session session, WeightColumn? weight = null)
    {
        PreparedTable table = ForModel(model.Info, Csv.Read(path), missing, withTargets, weight);
        session.Warn(table.Warnings);
        return table;
    }

    /// <inheritdoc cref="ForModel(KanModel, string, MissingPolicy, bool, Session, WeightColumn?)"/>
    public static PreparedTable ForModel(ModelInfo info, DataTable table, MissingPolicy missing, bool withTargets, WeightColumn? weight = null) =>
        PreparedTable.ForModel(table, info, missing, withTargets, weight);

    /// <summary>Tells that rows lie outside the range, where they do.</summary>
    public static void WarnOutside(Session session, KanModel model, long outside, long rows, string what, OutsideRange? farthest)
    {
        if (farthest is null)
            return;
        session.Warn($"{outside} of {rows} {what} lie outside the range that the model was trained on, farthest {farthest.Input} = {farthest.Value:G6}, {farthest.Distance:P1} of the range from {farthest.Low:G6} to {farthest.High:G6} beyond its end; there it goes on by its range policy, {OptionNames.Of(model.RangePolicy)}.");
    }

    /// <summary>Tells that the model has no finite value in some rows, where that is so.</summary>
    public static void WarnUndefined(Session session, long undefined, long rows, string what)
    {
        if (undefined > 0)
            session.Warn($"{Undefined(undefined, rows, what)}; errors over all of them are not defined either. 'kan predict' shows which rows these are.");
    }

    /// <summary>Refuses to train a model from where its loss is not finite.</summary>
    public static void RequireDefined(KanModel model, Dataset data)
    {
        if (model.MeasureAll(data).RowsUndefined is > 0 and long undefined)
            throw new KanSharpException($"{Undefined(undefined, data.Count, "rows")}, so nothing can be fitted from there. Leave these rows out, or take the function off its edge with 'kan unfix'.");
    }

    /// <summary>Says that.</summary>
    public static string Undefined(long undefined, long rows, string what) =>
        $"The model has no finite value in {undefined} of {rows} {what}: a function such as log or sqrt is not defined there";

    /// <summary>The value farthest outside the range, as JSON; null where there is none.</summary>
    public static JsonObject? ToJson(OutsideRange? farthest) => farthest is null ? null : new JsonObject
    {
        ["input"] = farthest.Input,
        ["value"] = Session.Number(farthest.Value),
        ["low"] = Session.Number(farthest.Low),
        ["high"] = Session.Number(farthest.High),
    };
}
