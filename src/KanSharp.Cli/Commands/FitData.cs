using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>
/// The rows a fit trains on, those it is validated on, and those that tell how good it is. A test file is kept out of training and of every choice;
/// without one, the validation rows are also the test.
/// </summary>
internal sealed record FitData(ModelInfo Info, Dataset Training, Dataset? Validation, Dataset Test, string TestName)
{
    /// <summary>Takes columns and rows as the options say; with <paramref name="init"/>, those of that model.</summary>
    public static FitData Prepare(FitDataOptions options, KanModel? init, Session session)
    {
        DataTable table = Csv.Read(options.Data);
        string[] targets = ColumnList.Split(options.Target, table);
        IReadOnlyList<DerivedInput> derived = DerivedInput.Parse(options.Let, [.. table.Columns.Select(column => column.Name)]);
        CheckDerived(derived, targets);
        DataTable whole = table.With(derived);
        PreparedTable prepared = init is null
            ? PreparedTable.ForTraining(whole, new PreparationOptions
            {
                Targets = targets,
                Excluded = ColumnList.Split(options.Exclude, whole),
                Missing = options.Missing,
                Classify = options.Classify,
                Weight = options.Weight,
            })
            : ForInit(init, table, targets, options);
        session.Warn(prepared.Warnings);
        Dataset all = prepared.ToDataset();
        if (options.Test is null)
        {
            (Dataset training, Dataset validation) = all.Split(options.TestFraction, options.Seed);
            return new FitData(init?.Info ?? InfoFor(prepared, training, derived, options.Loss), training, validation, validation, $"{validation.Count} rows that were not trained on");
        }
        ModelInfo info = init?.Info ?? InfoFor(prepared, all, derived, options.Loss);
        DataTable testTable = Csv.Read(options.Test);
        PreparedTable test = ModelData.ForModel(info, testTable, options.Missing, withTargets: true, WeightOptions.In(testTable, options.Weight));
        session.Warn(test.Warnings);
        return new FitData(info, all, null, test.ToDataset(), $"{test.Rows.Count} rows of {Path.GetFileName(options.Test)}");
    }

    /// <summary>Training and validation rows to choose by: where all rows are for training, a part of them is set apart for the choice.</summary>
    public (Dataset Training, Dataset Validation) ForChoice(double fraction, ulong seed) =>
        Validation is null ? Training.Split(fraction, seed) : (Training, Validation);

    private static PreparedTable ForInit(KanModel init, DataTable table, string[] targets, FitDataOptions options)
    {
        string[] known = init.Info.Classes.IsEmpty ? [.. init.Info.OutputNames] : [init.Info.TargetName];
        if (!targets.SequenceEqual(known))
            throw new KanSharpException($"The model given to --init predicts {string.Join(", ", known)}, but --target is {string.Join(", ", targets)}; they must agree.");
        return ModelData.ForModel(init.Info, table, options.Missing, withTargets: true, options.Weight).WithoutCopies();
    }

    public static void CheckDerived(IReadOnlyList<DerivedInput> derived, string[] targets)
    {
        foreach (DerivedInput input in derived)
        {
            if (targets.Contains(input.Name))
                throw new KanSharpException($"--let makes inputs, but '{input.Name}' is the target; a target must be a column of the table.");
            if (input.Formula.Variables.Intersect(targets).FirstOrDefault() is string target)
                throw new KanSharpException($"{input} is made of the target '{target}', which is not known where a model predicts it; use other columns.");
        }
    }

    /// <summary>Names and units of a model for these rows.</summary>
    public static ModelInfo InfoFor(PreparedTable table, Dataset training, IReadOnlyList<DerivedInput> derived, Loss loss) => new()
    {
        InputNames = [.. table.InputNames],
        Categories = [.. table.Categories],
        OutputNames = [.. table.ClassLabels ?? table.TargetNames],
        Classes = [.. table.ClassLabels ?? []],
        TargetName = table.TargetNames[0],
        DerivedInputs = [.. derived.Where(input => table.InputNames.Contains(input.Name))],
        InputScaling = Scaling.FromRange(training.Inputs),
        OutputScaling = table.ClassLabels is not null ? Scaling.Identity(training.Targets.Columns)
            : loss == Loss.Huber ? Scaling.FromMedians(training.Targets) : Scaling.FromMoments(training.Targets),
    };
}

/// <summary>What a user says about the data of a fit.</summary>
internal sealed record FitDataOptions
{
    public required string Data { get; init; }

    public required string Target { get; init; }

    public string? Exclude { get; init; }

    /// <summary>Definitions of inputs that are computed from other columns.</summary>
    public string[] Let { get; init; } = [];

    public string? Test { get; init; }

    public double TestFraction { get; init; }

    public MissingPolicy Missing { get; init; }

    /// <summary>Whether the target's values are classes; null to see by the data.</summary>
    public bool? Classify { get; init; }

    /// <summary>What is lowered where the target holds numbers.</summary>
    public Loss Loss { get; init; }

    public WeightColumn? Weight { get; init; }

    public ulong Seed { get; init; }
}
