using KanSharp.IO;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>
/// The rows of a search: those that formulas are fitted to, those that choose between them, and those that had no part in either and tell the
/// error. Without a test file the last are a part of the data; a fifth of the others chooses.
/// </summary>
internal sealed record DiscoverData(DataTable Table, PreparedTable Prepared, string Target, WeightColumn? Weight, IReadOnlyList<string> Excluded,
    Dataset Training, Dataset Validation, Dataset Test, string TestName)
{
    private const double ValidationFraction = 0.2;

    /// <summary>All usable rows of the data file.</summary>
    public Dataset All { get; } = Prepared.ToDataset();

    public static DiscoverData Prepare(string path, string target, string? exclude, string? testPath, double testFraction, MissingPolicy missing, WeightColumn? weight, bool robust, ulong seed, Session session)
    {
        DataTable table = Csv.Read(path);
        string[] targets = ColumnList.Split(target, table);
        if (targets.Length > 1)
            throw new KanSharpException($"--target names {targets.Length} columns ({string.Join(", ", targets)}); a formula is found for one at a time. Run discover once for each, and keep the others out with --exclude.");
        string[] excluded = ColumnList.Split(exclude, table);
        if (targets.Length == 1 && table.Column(targets[0]) is { IsText: true } labels)
        {
            throw new KanSharpException($"The target '{labels.Name}' holds text, such as '{labels.Text(0)}'; discover finds formulas for numbers. " +
                $"To learn labels use: kan fit {path} --target {labels.Name} --out model.kan");
        }
        PreparedTable prepared = PreparedTable.ForTraining(table, new PreparationOptions { Targets = targets, Excluded = excluded, Missing = missing, Classify = false, Weight = weight });
        session.Warn(prepared.Warnings);
        Outliers? outliers = robust ? Outliers.Find(prepared, seed, session) : null;
        if (robust)
            session.Warn(Describe(outliers, prepared));
        Dataset rest = Without(prepared.ToDataset()), test;
        string testName;
        if (testPath is null)
        {
            (rest, test) = rest.Split(testFraction, seed);
            testName = "rows that were neither fitted nor chosen by";
        }
        else
        {
            DataTable testTable = Csv.Read(testPath);
            PreparedTable other = PreparedTable.ForModel(testTable, prepared.InputNames, targets, null, missing, withTargets: true, prepared.Categories, WeightOptions.In(testTable, weight));
            session.Warn(other.Warnings);
            test = Without(other.ToDataset());
            testName = $"rows of {Path.GetFileName(testPath)}";
        }
        // Another seed than above, or the same places would be drawn again.
        (Dataset training, Dataset validation) = rest.Split(ValidationFraction, seed ^ 0x5EED);
        return new DiscoverData(table, prepared, targets[0], weight, excluded, training, validation, test, testName);

        Dataset Without(Dataset data) => outliers?.Without(data) ?? data;
    }

    private static string Describe(Outliers? outliers, PreparedTable table)
    {
        const int shown = 10;
        if (outliers is null)
            return "A net trained with Huber's loss is far off in more than a tenth of the rows: these are no outliers, and all rows count.";
        IReadOnlyList<int> rows = outliers.In(table.ToDataset());
        return rows.Count == 0 ? $"No row is an outlier: none is more than {outliers.Limit:G3} off a net trained with Huber's loss."
            : $"{rows.Count} of {table.Rows.Count} rows are outliers, more than {outliers.Limit:G3} off a net trained with Huber's loss, and count for nothing, also where errors are told: " +
                $"rows {string.Join(", ", rows.Take(shown).Select(row => table.Rows[row] + 1))}{(rows.Count > shown ? ", ..." : "")}.";
    }
}
