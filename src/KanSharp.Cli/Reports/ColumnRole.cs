using KanSharp.IO;

namespace KanSharp.Cli.Reports;

/// <summary>What a search did with a column of the data, and why.</summary>
internal sealed record ColumnRole(string Name, string Role, bool IsUsed, double Low, double Mean, double High)
{
    /// <summary>All columns of the data in their order.</summary>
    public static IEnumerable<ColumnRole> Of(DiscoveryOutcome discovery) => discovery.Data.Table.Columns.Select(column =>
    {
        (string role, bool used) = RoleOf(column, discovery);
        double[] values = [.. discovery.Data.Prepared.Rows.Select(row => column.Values[row]).Where(double.IsFinite)];
        return values.Length == 0
            ? new ColumnRole(column.Name, role, used, double.NaN, double.NaN, double.NaN)
            : new ColumnRole(column.Name, role, used, values.Min(), values.Average(value => value / values.Length) * values.Length, values.Max());
    });

    private static (string Role, bool IsUsed) RoleOf(DataColumn column, DiscoveryOutcome discovery)
    {
        if (column.Name == discovery.Data.Target)
            return ("target", true);
        if (column.Name == discovery.Data.Weight?.Name)
            return (discovery.Data.Weight.IsStandardError ? "standard error of the target" : "weight of the row", true);
        if (discovery.Data.Excluded.Contains(column.Name))
            return ("left out on request", false);
        if (discovery.Data.Prepared.InputNames.Contains(column.Name))
            return discovery.Formula.Variables.Contains(column.Name) ? ("input, in the formula", true) : ("input, not needed by the formula", false);
        if (discovery.Data.Prepared.Categories.FirstOrDefault(candidate => candidate.Name == column.Name) is { } categories)
        {
            bool used = categories.EncodedLabels.ToArray().Any(label => discovery.Formula.Variables.Contains(categories.InputName(label)));
            return ($"text, its {categories.Labels.Length} labels as inputs of 0 and 1, {(used ? "in the formula" : "not needed by the formula")}", used);
        }
        string start = $"Column '{column.Name}' ", end = "; left out.";
        string? reason = discovery.Data.Prepared.Warnings.FirstOrDefault(warning => warning.StartsWith(start, StringComparison.Ordinal) && warning.EndsWith(end, StringComparison.Ordinal));
        return (reason is null ? "left out" : $"left out: {reason[start.Length..^end.Length]}", false);
    }
}
