using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli;

/// <summary>Tables as a model needs them, with warnings told.</summary>
internal static class ModelData
{
    /// <summary>The columns of a model in a CSV file, matched by name.</summary>
    public static PreparedTable ForModel(KanModel model, string path, MissingPolicy missing, bool withTargets, Session session)
    {
        PreparedTable table = ForModel(model.Info, Csv.Read(path), missing, withTargets);
        session.Warn(table.Warnings);
        return table;
    }

    /// <inheritdoc cref="ForModel(KanModel, string, MissingPolicy, bool, Session)"/>
    public static PreparedTable ForModel(ModelInfo info, DataTable table, MissingPolicy missing, bool withTargets) =>
        PreparedTable.ForModel(table, info, missing, withTargets);

    /// <summary>Tells that rows lie outside the range, where they do.</summary>
    public static void WarnOutside(Session session, KanModel model, int outside, int rows, string what)
    {
        if (outside > 0)
            session.Warn($"{outside} of {rows} {what} lie outside the range that the model was trained on; there it goes on by its range policy, {OptionNames.Of(model.RangePolicy)}.");
    }
}
