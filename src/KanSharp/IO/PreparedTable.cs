using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.IO;

/// <summary>
/// The rows of a table as numbers that a network can take: made for training from the columns a user names, or matched by name to the columns of
/// a model. What was left out or filled in is told in <see cref="Warnings"/>.
/// </summary>
public sealed class PreparedTable
{
    /// <summary>The fewest rows a network can sensibly be fitted to.</summary>
    public const int MinimumTrainingRows = 10;

    internal PreparedTable(
        IReadOnlyList<string> inputNames, IReadOnlyList<string> targetNames, IReadOnlyList<string>? classLabels,
        Matrix inputs, Matrix? targets, int[] rows, int rowCount, PreparationNotes notes)
    {
        InputNames = inputNames;
        TargetNames = targetNames;
        ClassLabels = classLabels;
        Inputs = inputs;
        Targets = targets;
        Rows = rows;
        RowCount = rowCount;
        Notes = notes;
        Warnings = notes.ToWarnings();
    }

    /// <summary>Names of the input columns, in the order of <see cref="Inputs"/>.</summary>
    public IReadOnlyList<string> InputNames { get; }

    /// <summary>Names of the target columns.</summary>
    public IReadOnlyList<string> TargetNames { get; }

    /// <summary>The distinct labels of the target in ordinal order (numbers by value) where it holds classes; null where it holds numbers.</summary>
    public IReadOnlyList<string>? ClassLabels { get; }

    /// <summary>The text columns that some inputs stand for.</summary>
    public IReadOnlyList<CategoricalColumn> Categories { get; internal init; } = [];

    /// <summary>One row per sample, one column per input.</summary>
    public Matrix Inputs { get; }

    /// <summary>One row per sample; one column per target or, for classes, one column per label with 1 at the row's own label and 0 elsewhere. Null where they were not asked for.</summary>
    public Matrix? Targets { get; }

    /// <summary>One weight per row, above 0; null where all count alike.</summary>
    public IReadOnlyList<double>? Weights { get; internal init; }

    /// <summary>The table's rows (from 0) that are here, in order; all but those left out for missing values or a weight of 0 and, in training, copies of others.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>What was left out, filled in or looks wrong and yet is no error.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Rows of the table, those left out included.</summary>
    public int RowCount { get; }

    internal PreparationNotes Notes { get; }

    /// <summary>Inputs, targets and weights; an error where the targets were not asked for.</summary>
    public Dataset ToDataset() => new(Inputs, Targets ?? throw new KanSharpException("The table was prepared without targets; ask for them to get a dataset."), [.. Weights ?? []]);

    /// <summary>
    /// Takes every column that is neither target nor excluded as an input; a text column becomes an input of 0 and 1 for each of its labels
    /// (<see cref="CategoricalColumn"/>). Constant columns and repetitions of another input are left out with a warning. Where a tenth or more of the rows repeat others
    /// in all columns, one of each is kept with the weight of all, so that no row that is held back to judge by is trained on: unless no input has more than 20 different values.
    /// </summary>
    /// <exception cref="KanDataException">
    /// A named column does not exist, a needed cell is defective, nearly every row of a text column has a label of its own, a target is constant, or too few rows or inputs are left.
    /// </exception>
    public static PreparedTable ForTraining(DataTable table, PreparationOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        return new TablePreparation(table, options.Missing).ForTraining(options);
    }

    /// <summary>
    /// Finds the columns of a model in a table by name; other columns are ignored, with a warning unless they are targets.
    /// </summary>
    /// <param name="table">The data.</param>
    /// <param name="inputNames">The model's inputs.</param>
    /// <param name="targetNames">The model's targets.</param>
    /// <param name="classLabels">The labels the model tells apart; null where it predicts numbers.</param>
    /// <param name="missing">What to do with cells that hold no finite number.</param>
    /// <param name="withTargets">Whether the targets are needed too; otherwise they are left alone, whether they are there or not.</param>
    /// <param name="categories">The text columns that some inputs stand for; the table has these instead.</param>
    /// <param name="weight">The column that tells how much each row counts; null where all count alike.</param>
    /// <exception cref="KanDataException">A column is missing, a needed cell is defective, or a label is unknown to the model.</exception>
    public static PreparedTable ForModel(
        DataTable table, IReadOnlyList<string> inputNames, IReadOnlyList<string> targetNames, IReadOnlyList<string>? classLabels = null,
        MissingPolicy missing = MissingPolicy.Error, bool withTargets = false, IReadOnlyList<CategoricalColumn>? categories = null, WeightColumn? weight = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(inputNames);
        ArgumentNullException.ThrowIfNull(targetNames);
        return WithRows(table, new TablePreparation(table, missing).ForModel(inputNames, targetNames, classLabels, categories ?? [], [], weight, withTargets));
    }

    /// <summary>
    /// Finds the columns that a model needs, as <see cref="ForModel(DataTable, IReadOnlyList{string}, IReadOnlyList{string}, IReadOnlyList{string}?, MissingPolicy, bool, IReadOnlyList{CategoricalColumn}?, WeightColumn?)"/> does,
    /// and computes its <see cref="ModelInfo.DerivedInputs"/>. One that the table has as a column is taken from there, with a warning.
    /// </summary>
    /// <exception cref="KanDataException">A column is missing, a needed cell is defective, or a label is unknown to the model.</exception>
    public static PreparedTable ForModel(DataTable table, ModelInfo info, MissingPolicy missing = MissingPolicy.Error, bool withTargets = false, WeightColumn? weight = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(info);
        return WithRows(table, new TablePreparation(table, missing).ForModel(info, weight, withTargets));
    }

    /// <summary>The table with one of all rows that are copies of each other.</summary>
    internal PreparedTable WithoutCopies()
    {
        if (CopiedRows.Join(Inputs, Targets!, Weights) is not var (rows, weights))
            return this;
        Notes.Add($"{Rows.Count - rows.Length} of {Rows.Count} rows repeat others in all columns: {rows.Length} rows are left, each with the weight of its copies, so that none that is held back to judge by is trained on.");
        return new PreparedTable(InputNames, TargetNames, ClassLabels, Inputs.SelectRows(rows), Targets!.SelectRows(rows), [.. rows.Select(row => Rows[row])], RowCount, Notes)
        {
            Categories = Categories,
            Weights = Weights is null && weights.Distinct().Count() == 1 ? null : weights,
        };
    }

    private static PreparedTable WithRows(DataTable table, PreparedTable prepared) => prepared.Rows.Count > 0 ? prepared : throw PreparedBlocks.NoRows(table.Source);
}
