using System.Globalization;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.IO;

/// <summary>The steps from a table to a <see cref="PreparedTable"/>.</summary>
/// <param name="table">The table, or a block of one.</param>
/// <param name="missing">What to do with cells that hold no finite number.</param>
/// <param name="means">What to fill in, for a block of a table; null where the table is whole and has its own means.</param>
internal sealed class TablePreparation(DataTable table, MissingPolicy missing, ColumnMeans? means = null)
{
    /// <summary>More labels than that are names or numbers of things, not kinds of them.</summary>
    private const int MostLabels = 100;

    private readonly PreparationNotes _notes = new(table);

    /// <summary>An input of the network: a column of numbers or, with a label, where a text column has that label.</summary>
    private sealed record InputSource(string Name, DataColumn Column, string? Label);

    /// <summary>What was noticed so far.</summary>
    public PreparationNotes Notes => _notes;

    /// <summary>The columns that a user named, and whether the target holds classes.</summary>
    public static (DataColumn[] Targets, DataColumn[] Inputs, bool Classify) Columns(DataTable table, PreparationOptions options)
    {
        if (options.Targets.Count == 0)
            throw new KanDataException($"No target column was named; choose one or more of the columns of {table.Source}: {string.Join(", ", table.Columns.Select(column => column.Name).Take(30))}.");
        DataColumn[] targets = [.. options.Targets.Select(table.Column)];
        if (options.Targets.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw new KanDataException($"The target '{repeated.Key}' was named twice; name each target once.");
        DataColumn[] excluded = [.. options.Excluded.Select(table.Column)];
        if (targets.Intersect(excluded).FirstOrDefault() is { } both)
            throw new KanDataException($"Column '{both.Name}' is both a target and excluded; it can be one of them.");
        bool classify = options.Classify ?? targets.Any(column => column.IsText);
        if (classify && targets.Length > 1)
            throw new KanDataException($"There are {targets.Length} targets and '{(targets.FirstOrDefault(column => column.IsText) ?? targets[0]).Name}' is to be classified; classes can be learnt from one target at a time.");
        return (targets, [.. table.Columns.Except(targets).Except(excluded)], classify);
    }

    public PreparedTable ForTraining(PreparationOptions options)
    {
        (DataColumn[] targets, DataColumn[] inputs, bool classify) = Columns(table, options);
        if (!classify && targets.FirstOrDefault(column => column.IsText) is { } labels)
            throw new KanDataException($"The target '{labels.Name}' holds text ({Cell(labels, FirstLabel(labels))}); a fit of numbers needs numbers. For classes use cross-entropy as the loss.");

        DataColumn? weight = WeightCells(options.Weight, targets);
        inputs = [.. inputs.Where(column => column != weight)];
        CheckCommas(inputs);
        (int[] rows, double[]? weights) = Weighted(SelectRows(inputs, weight is null ? targets : [.. targets, weight]), weight, options.Weight);
        if (rows.Length < PreparedTable.MinimumTrainingRows)
        {
            string left = rows.Length < table.RowCount ? $" once the {table.RowCount - rows.Length} with missing values or weight 0 are left out" : "";
            throw new KanDataException($"{table.Source} has {rows.Length} data rows{left}; at least {PreparedTable.MinimumTrainingRows} are needed to fit a network.");
        }

        string[]? classLabels = classify ? ClassLabels(targets[0], rows) : null;
        Matrix targetValues = classLabels is null ? Values(targets, rows) : OneHot(targets[0], rows, classLabels);
        if (classLabels is null)
        {
            for (int j = 0; j < targets.Length; j++)
            {
                if (IsConstant(targetValues.Column(j)))
                    throw new KanDataException($"The target '{targets[j].Name}' is constant ({targetValues[0, j]:R} in every row); there is nothing to learn from it. Check that it is the right column.");
            }
        }

        CategoricalColumn[] categories = [.. inputs.Where(column => column.IsText).Select(column => Categories(column, rows)).OfType<CategoricalColumn>()];
        InputSource[] sources = Sources(inputs, categories);
        Matrix all = Values(sources, rows);
        int[] kept = UsefulInputs(sources, all, targets, classLabels is null ? targetValues : null);
        return new PreparedTable([.. kept.Select(j => sources[j].Name)], options.Targets, classLabels, all.SelectColumns(kept), targetValues, rows, table.RowCount, _notes) { Categories = categories, Weights = weights }.WithoutCopies();
    }

    /// <summary>The labels of a text column as inputs; null where there is but one.</summary>
    private CategoricalColumn? Categories(DataColumn column, int[] rows)
    {
        string[] labels = [.. rows.Select(column.Text).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length == 1)
        {
            _notes.Add($"Column '{column.Name}' is constant ('{labels[0]}'); left out.");
            return null;
        }
        if (labels.Length > Math.Min(MostLabels, rows.Length / 2))
        {
            throw new KanDataException($"{table.Source}: column '{column.Name}' holds text ({Cell(column, FirstLabel(column))}) with {labels.Length} different labels in {rows.Length} rows; " +
                $"labels become inputs of 0 and 1 where there are at most {Math.Min(MostLabels, rows.Length / 2)} of them. Leave the column out with --exclude \"{column.Name}\".");
        }
        var categories = new CategoricalColumn(column.Name, [.. labels]);
        _notes.Add(labels.Length == 2
            ? $"Column '{column.Name}' holds text and became the input '{categories.InputName(labels[1])}': 1 for '{labels[1]}', 0 for '{labels[0]}'."
            : $"Column '{column.Name}' holds text; its {labels.Length} labels became inputs that are 1 where the label stands and 0 elsewhere: {string.Join(", ", labels.Take(10).Select(categories.InputName))}{(labels.Length > 10 ? ", ..." : "")}.");
        return categories;
    }

    private InputSource[] Sources(DataColumn[] columns, CategoricalColumn[] categories)
    {
        List<InputSource> sources = [];
        foreach (DataColumn column in columns)
        {
            if (categories.FirstOrDefault(candidate => candidate.Name == column.Name) is { } labels)
            {
                foreach (string label in labels.EncodedLabels)
                    sources.Add(new InputSource(labels.InputName(label), column, label));
            }
            else if (!column.IsText)
            {
                sources.Add(new InputSource(column.Name, column, null));
            }
        }
        if (sources.GroupBy(source => source.Name).FirstOrDefault(group => group.Count() > 1) is { } clash)
            throw new KanDataException($"{table.Source}: columns {string.Join(" and ", clash.Select(source => $"'{source.Column.Name}'"))} would both become the input '{clash.Key}', since labels are joined to their column's name. Rename one of them.");
        return [.. sources];
    }

    public PreparedTable ForModel(ModelInfo info, WeightColumn? weight, bool withTargets)
    {
        bool classifies = !info.Classes.IsEmpty;
        return ForModel(info.InputNames, classifies ? [info.TargetName] : info.OutputNames, classifies ? info.Classes : null, info.Categories, info.DerivedInputs, weight, withTargets);
    }

    public PreparedTable ForModel(IReadOnlyList<string> inputNames, IReadOnlyList<string> targetNames, IReadOnlyList<string>? classLabels,
        IReadOnlyList<CategoricalColumn> categories, IReadOnlyList<DerivedInput> derived, WeightColumn? weightColumn, bool withTargets)
    {
        var labelled = new Dictionary<string, (CategoricalColumn Column, string Label)>(StringComparer.Ordinal);
        foreach (CategoricalColumn column in categories)
        {
            foreach (string label in column.EncodedLabels)
                labelled[column.InputName(label)] = (column, label);
        }
        string[] inputColumns = [.. inputNames.Select(name => labelled.TryGetValue(name, out var found) ? found.Column.Name : name).Distinct()];
        string[] names = [.. table.Columns.Select(column => column.Name)];
        DerivedInput[] computed = [.. derived.Where(input => !names.Contains(input.Name))];
        foreach (DerivedInput input in derived.Except(computed))
            _notes.Add($"{table.Source}: column '{input.Name}' is taken as it stands; the model would compute {input}.");
        string[] sourceColumns = [.. inputColumns.Except(computed.Select(input => input.Name)), .. computed.SelectMany(input => input.Formula.Variables)];
        string[] needed = withTargets ? [.. sourceColumns, .. targetNames] : sourceColumns;
        string[] absent = [.. needed.Except(names)];
        if (absent.Length > 0)
        {
            throw new KanDataException($"{table.Source} lacks {(absent.Length == 1 ? "a column" : $"{absent.Length} columns")} that the model needs: " +
                string.Join(", ", absent.Select(name => NearestName.Find(name, names.Except(needed)) is { } near ? $"'{name}' (it has '{near}')" : $"'{name}'")) +
                $". Its columns are: {string.Join(", ", names.Take(30))}{(names.Length > 30 ? ", ..." : "")}.");
        }
        string[] extra = [.. names.Except(sourceColumns).Except(targetNames).Where(name => name != weightColumn?.Name)];
        if (extra.Length > 0)
            _notes.Add($"{table.Source}: {(extra.Length == 1 ? "column" : "columns")} {string.Join(", ", extra.Select(name => $"'{name}'"))} not used by the model, ignored.");

        DataTable whole = table.With(computed);
        // Labels such as 1 and 2 may look like numbers in a small table.
        var inputs = inputColumns.ToDictionary(name => name, name => categories.Any(column => column.Name == name) ? whole.Column(name).AsText() : whole.Column(name));
        DataColumn[] targets = withTargets ? [.. targetNames.Select(table.Column)] : [];
        if (inputs.Values.FirstOrDefault(column => column.IsText && categories.All(known => known.Name != column.Name)) is { } text)
            throw new KanDataException($"{table.Source}: column '{text.Name}' holds text ({Cell(text, FirstLabel(text))}); the model needs numbers there.{CommaHint(text.Text(FirstLabel(text)))}");
        if (classLabels is null && targets.FirstOrDefault(column => column.IsText) is { } labels)
            throw new KanDataException($"Column '{labels.Name}' holds text ({Cell(labels, FirstLabel(labels))}); the model predicts numbers.");
        DataColumn? weight = WeightCells(weightColumn, targets);
        (int[] rows, double[]? weights) = Weighted(SelectRows([.. inputs.Values], weight is null ? targets : [.. targets, weight]), weight, weightColumn);
        foreach (CategoricalColumn column in categories)
        {
            if (inputs.TryGetValue(column.Name, out DataColumn? cells))
                CheckLabels(cells, column, rows);
        }
        Matrix? targetValues = !withTargets ? null : classLabels is null ? Values(targets, rows) : OneHot(targets[0], rows, classLabels);
        InputSource[] sources = [.. inputNames.Select(name => labelled.TryGetValue(name, out var found)
            ? new InputSource(name, inputs[found.Column.Name], found.Label) : new InputSource(name, inputs[name], null))];
        return new PreparedTable(inputNames, targetNames, classLabels, Values(sources, rows), targetValues, rows, table.RowCount, _notes) { Categories = categories, Weights = weights };
    }

    private void CheckLabels(DataColumn cells, CategoricalColumn column, int[] rows)
    {
        HashSet<string> known = new(column.Labels, StringComparer.Ordinal);
        foreach (int row in rows)
        {
            if (!known.Contains(cells.Text(row)))
                throw UnknownLabel(cells, row, column.Labels);
        }
    }

    private KanDataException UnknownLabel(DataColumn column, int row, IReadOnlyList<string> known) =>
        new($"{table.Source}, {table.Place(row)}, column '{column.Name}': the label '{column.Text(row)}' is unknown to the model.{NearestName.Hint(column.Text(row), known)} It knows {string.Join(", ", known.Take(20))}{(known.Count > 20 ? ", ..." : "")}.");

    private void CheckCommas(DataColumn[] inputs)
    {
        foreach (DataColumn column in inputs.Where(column => column.IsText))
        {
            if (CommaHint(column.Text(FirstLabel(column))) is { Length: > 0 } hint)
                throw new KanDataException($"{table.Source}: column '{column.Name}' holds text ({Cell(column, FirstLabel(column))}) that looks like numbers.{hint} Or leave the column out with --exclude \"{column.Name}\".");
        }
    }

    private DataColumn? WeightCells(WeightColumn? weight, DataColumn[] targets)
    {
        if (weight is null)
            return null;
        DataColumn cells = table.Column(weight.Name);
        if (targets.Contains(cells))
            throw new KanDataException($"Column '{cells.Name}' is both a target and the weight of the rows; it can be one of them.");
        if (cells.IsText)
            throw new KanDataException($"{table.Source}: column '{cells.Name}' holds text ({Cell(cells, FirstLabel(cells))}); weights are numbers.");
        return cells;
    }

    /// <summary>The weights of these rows, and the rows without those of weight 0.</summary>
    private (int[] Rows, double[]? Weights) Weighted(int[] rows, DataColumn? cells, WeightColumn? weight)
    {
        if (cells is null)
            return (rows, null);
        bool errors = weight!.IsStandardError;
        double[] values = [.. rows.Select(row => cells.Values[row])];
        int bad = Array.FindIndex(values, value => value < 0 || errors && value == 0);
        if (bad >= 0)
            throw new KanDataException($"{table.Source}, {table.Place(rows[bad])}, column '{cells.Name}': {values[bad]:R} is no {(errors ? "standard error; a number above 0 is expected" : "weight; 0 or a number above is expected")}.");
        if (errors)
            values = [.. values.Select(value => 1 / (value * value))];
        int beyond = Array.FindIndex(values, value => !(value > 0 && double.IsFinite(value)));
        if (errors && beyond >= 0)
            throw new KanDataException($"{table.Source}, {table.Place(rows[beyond])}, column '{cells.Name}': a standard error of {cells.Values[rows[beyond]]:R} gives no weight, as its square is beyond the range of numbers; choose another unit.");
        int[] kept = [.. Enumerable.Range(0, rows.Length).Where(i => values[i] > 0)];
        _notes.RowsWithoutWeight += rows.Length - kept.Length;
        return ([.. kept.Select(i => rows[i])], [.. kept.Select(i => values[i])]);
    }

    // The rows to go on with: all, or under Drop and Mean those that have what cannot be filled.
    public int[] SelectRows(DataColumn[] inputs, DataColumn[] targets)
    {
        if (missing == MissingPolicy.Error)
        {
            foreach (DataColumn column in inputs.Concat(targets))
            {
                if (column.FirstDefect() is >= 0 and var row)
                    throw Defect(column, row);
            }
        }
        bool[] drop = new bool[table.RowCount];
        foreach (DataColumn column in missing == MissingPolicy.Mean ? targets.Concat(inputs.Where(input => input.IsText)) : inputs.Concat(targets))
        {
            if (column.FirstDefect() < 0)
                continue;
            for (int row = 0; row < drop.Length; row++)
                drop[row] |= !column.IsPresent(row);
        }
        int[] rows = [.. Enumerable.Range(0, drop.Length).Where(row => !drop[row])];
        _notes.RowsLeftOut += drop.Length - rows.Length;
        return rows;
    }

    public KanDataException HoldsText(DataColumn column, string butNeeded) =>
        new($"{table.Source}: column '{column.Name}' holds text ({Cell(column, FirstLabel(column))}); {butNeeded}.{CommaHint(column.Text(FirstLabel(column)))}");

    private KanDataException Defect(DataColumn column, int row)
    {
        string text = column.Text(row);
        string found = text.Length == 0 ? "the cell is empty" : $"'{text}' is no finite number";
        int more = Enumerable.Range(row + 1, column.RowCount - row - 1).Count(later => !column.IsPresent(later));
        string others = more == 0 ? "" : $" {more} more {(more == 1 ? "cell" : "cells")} of this column {(more == 1 ? "is" : "are")} like that.";
        string expected = column.IsText ? "a label" : "a number such as 1.5 or 2e-3";
        string remedy = column.IsText ? "--missing drop to leave such rows out" : "--missing drop to leave such rows out, --missing mean to fill in the column's mean";
        return new KanDataException($"{table.Source}, {table.Place(row)}, column '{column.Name}': {found}; expected {expected}.{CommaHint(text)}{others} Correct it, or use {remedy}.");
    }

    private static string CommaHint(string text) =>
        text.Count(',') == 1 && double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? " Write decimals with a point." : "";

    private string Cell(DataColumn column, int row) => $"'{column.Text(row)}' in {table.Place(row)}";

    private static int FirstLabel(DataColumn column) => Math.Max(0, Enumerable.Range(0, column.RowCount).FirstOrDefault(column.IsPresent, -1));

    private Matrix Values(DataColumn[] columns, int[] rows) => Values([.. columns.Select(column => new InputSource(column.Name, column, null))], rows);

    private Matrix Values(InputSource[] sources, int[] rows)
    {
        var result = new Matrix(rows.Length, sources.Length);
        for (int j = 0; j < sources.Length; j++)
        {
            Span<double> to = result.Column(j);
            if (sources[j].Label is string label)
            {
                for (int i = 0; i < rows.Length; i++)
                    to[i] = sources[j].Column.Text(rows[i]) == label ? 1 : 0;
                continue;
            }
            ReadOnlySpan<double> from = sources[j].Column.Values;
            for (int i = 0; i < rows.Length; i++)
                to[i] = from[rows[i]];
            int filled = to.Count(double.NaN);
            if (means is { IsComplete: false })
                means.Add(sources[j].Name, to);
            else if (filled > 0)
                Fill(sources[j].Name, to, filled);
        }
        return result;
    }

    private void Fill(string column, Span<double> values, int missingValues)
    {
        double mean;
        if (means is null)
        {
            var own = new RunningMean();
            own.Add(values);
            mean = own.Value;
        }
        else
        {
            mean = means[column];
        }
        if (double.IsNaN(mean))
            throw new KanDataException($"{table.Source}: column '{column}' holds no number at all, so it has no mean to fill in. Leave it out with --exclude \"{column}\".");
        values.Replace(double.NaN, mean);
        _notes.AddFilled(column, missingValues, mean);
    }

    private static bool IsConstant(ReadOnlySpan<double> values) => !values.ContainsAnyExcept(values[0]);

    private int[] UsefulInputs(InputSource[] inputs, Matrix values, DataColumn[] targets, Matrix? targetValues)
    {
        List<int> kept = [];
        for (int j = 0; j < inputs.Length; j++)
        {
            ReadOnlySpan<double> column = values.Column(j);
            string name = inputs[j].Name;
            int twin = -1;
            foreach (int earlier in kept)
            {
                if (column.SequenceEqual(values.Column(earlier)))
                    twin = earlier;
            }
            if (IsConstant(column))
            {
                _notes.Add($"Column '{name}' is constant ({column[0]:R}); left out.");
                continue;
            }
            if (twin >= 0)
            {
                _notes.Add($"Column '{name}' repeats column '{inputs[twin].Name}'; left out.");
                continue;
            }
            kept.Add(j);
            for (int t = 0; targetValues is not null && t < targets.Length; t++)
            {
                if (column.SequenceEqual(targetValues.Column(t)))
                    _notes.Add($"Column '{name}' equals the target '{targets[t].Name}', so the fit only copies it; leave it out with --exclude \"{name}\" if that is not meant.");
            }
        }
        if (kept.Count == 0)
            throw new KanDataException($"{table.Source} has no usable input: besides the targets, at least one column with differing numbers is needed{(inputs.Length > 0 ? $" ({string.Join(" ", _notes.ToWarnings())})" : "")}.");
        return [.. kept];
    }

    private static string[] ClassLabels(DataColumn target, int[] rows) => SortedLabels(target.Name, [.. rows.Select(target.Text).Distinct()], rows.Length);

    /// <summary>The labels of a target in ordinal order, or numbers by value.</summary>
    public static string[] SortedLabels(string target, string[] labels, long rows)
    {
        if (labels.Length == 1)
            throw new KanDataException($"The target '{target}' is constant ('{labels[0]}' in every row); at least two labels are needed.");
        if (labels.Length > Math.Max(2, rows / 2))
            throw new KanDataException($"The target '{target}' has {labels.Length} different labels in {rows} rows; classes need several rows each. Check that it is the right column, or fit numbers with mse as the loss.");
        double[] numbers = [.. labels.Select(label => double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        if (numbers.Any(double.IsNaN))
            Array.Sort(labels, StringComparer.Ordinal);
        else
            Array.Sort(numbers, labels);
        return labels;
    }

    private Matrix OneHot(DataColumn target, int[] rows, IReadOnlyList<string> labels)
    {
        Dictionary<string, int> index = [];
        for (int j = 0; j < labels.Count; j++)
            index.Add(labels[j], j);
        var result = new Matrix(rows.Length, labels.Count);
        for (int i = 0; i < rows.Length; i++)
        {
            if (!index.TryGetValue(target.Text(rows[i]), out int j))
                throw UnknownLabel(target, rows[i], labels);
            result[i, j] = 1;
        }
        return result;
    }
}
