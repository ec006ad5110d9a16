using System.Collections.Immutable;
using KanSharp.Equations;
using KanSharp.Formulas;
using KanSharp.IO.Problems;
using KanSharp.Layers;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.IO;

/// <summary>
/// Reads an <see cref="EquationProblem"/> from YAML; docs/derivatives.md describes the form. Faults are named with the line.
/// </summary>
public static class EquationFile
{
    /// <summary>Reads a file; the path of data in it is relative to its folder.</summary>
    /// <exception cref="KanSharpException">The file cannot be read, is no YAML, or has an entry that is not understood.</exception>
    public static EquationProblem Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new KanDataException($"There is no file {path}; give the path of a problem in YAML.");
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KanDataException($"{path} cannot be read: {failure.Message}", failure);
        }
        return Parse(text, Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="folder">Where paths of data begin.</param>
    public static EquationProblem Parse(string text, string source = "the problem", string folder = ".")
    {
        ArgumentNullException.ThrowIfNull(text);
        YamlEntry document = YamlEntry.Parse(text, source);
        IReadOnlyDictionary<string, YamlEntry> root = document.Map("a problem",
            "inputs", "unknowns", "equations", "conditions", "constants", "find", "data", "exact", "sampling", "network");
        foreach (string name in (string[])["inputs", "unknowns", "equations"])
        {
            if (!root.ContainsKey(name))
                throw new KanFormatException($"{source} has no '{name}'; a problem needs inputs, unknowns and equations.");
        }
        ImmutableArray<EquationInput> inputs = [.. root["inputs"].Map("inputs").Select(pair => Input(pair.Key, pair.Value))];
        ImmutableArray<string> unknowns = root["unknowns"].IsList ? [.. root["unknowns"].List("unknowns").Select(entry => entry.Text("An unknown"))] : [root["unknowns"].Text("unknowns")];
        return new EquationProblem
        {
            Inputs = inputs,
            Unknowns = unknowns,
            Equations = [.. root["equations"].List("equations").Select(ReadEquation)],
            Conditions = root.TryGetValue("conditions", out YamlEntry? conditions) ? [.. conditions.List("conditions").Select(ReadCondition)] : [],
            Constants = Texts(root, "constants"),
            Sought = root.TryGetValue("find", out YamlEntry? find) ? [.. find.Map("find").Select(pair => new UnknownConstant(pair.Key, pair.Value.Number($"The start of {pair.Key}")))] : [],
            Data = root.TryGetValue("data", out YamlEntry? data) ? ReadData(data, inputs, unknowns, folder) : null,
            Exact = Texts(root, "exact"),
            Sampling = root.TryGetValue("sampling", out YamlEntry? sampling) ? ReadSampling(sampling) : new EquationSampling(),
            Network = root.TryGetValue("network", out YamlEntry? network) ? ReadNetwork(network) : new EquationNetwork(),
        };
    }

    private static EquationInput Input(string name, YamlEntry range)
    {
        IReadOnlyList<YamlEntry> ends = range.List($"The range of {name}");
        if (ends.Count != 2)
            throw range.Fault($"The range of {name} has {ends.Count} numbers; two are expected, such as [0, 1].");
        double start = Value(ends[0], $"The start of {name}"), end = Value(ends[1], $"The end of {name}");
        if (!(start < end))
            throw range.Fault($"The input {name} runs from {start} to {end}; the end must lie above the start.");
        return new EquationInput(name, start, end) { Line = range.Line };
    }

    /// <summary>A number, also written as a formula such as 2*pi.</summary>
    private static double Value(YamlEntry entry, string what)
    {
        string text = entry.Text(what);
        try
        {
            Expression value = Expression.Parse(text);
            if (value.IsConstant && value.Evaluate(new Dictionary<string, double>()) is var number && double.IsFinite(number))
                return number;
        }
        catch (KanFormatException)
        {
            // Said below.
        }
        throw entry.Fault($"{what} is '{text}', which is no number.");
    }

    private static Equation ReadEquation(YamlEntry entry)
    {
        if (!entry.IsMapping)
            return new Equation(entry.Text("An equation")) { Line = entry.Line };
        IReadOnlyDictionary<string, YamlEntry> map = entry.Map("an equation", "equation", "weight");
        return new Equation(Needed(entry, map, "equation", "an equation").Text("An equation"), Weight(map, 1)) { Line = entry.Line };
    }

    private static Condition ReadCondition(YamlEntry entry)
    {
        IReadOnlyDictionary<string, YamlEntry> map = entry.Map("a condition", "on", "equation", "weight");
        return new Condition(Needed(entry, map, "on", "a condition").Text("The place of a condition"), Needed(entry, map, "equation", "a condition").Text("A condition"),
            Weight(map, Condition.DefaultWeight))
        {
            Line = entry.Line,
        };
    }

    private static Measurements ReadData(YamlEntry entry, ImmutableArray<EquationInput> inputs, ImmutableArray<string> unknowns, string folder)
    {
        IReadOnlyDictionary<string, YamlEntry> map = entry.Map("data", "file", "weight");
        DataTable table = Csv.Read(Path.Combine(folder, Needed(entry, map, "file", "data").Text("The file of the data")));
        double[] Column(string name)
        {
            double[] values = new double[table.RowCount];
            for (int row = 0; row < values.Length; row++)
                values[row] = table.Column(name).Values[row];
            int missing = Array.FindIndex(values, double.IsNaN);
            return missing < 0 ? values : throw entry.Fault($"{table.Source} has no number in column '{name}', row {missing + 1}.");
        }
        string[] measured = [.. unknowns.Where(unknown => table.IndexOf(unknown) >= 0)];
        if (measured.Length == 0)
            throw entry.Fault($"{table.Source} has no column of an unknown ({string.Join(", ", unknowns)}); its columns are {string.Join(", ", table.Columns.Select(column => column.Name))}.");
        return new Measurements(Matrix.FromColumns([.. inputs.Select(input => Column(input.Name))]), measured.ToImmutableDictionary(name => name, Column), Weight(map, Condition.DefaultWeight));
    }

    private static EquationSampling ReadSampling(YamlEntry entry)
    {
        IReadOnlyDictionary<string, YamlEntry> map = entry.Map("sampling", "kind", "interior", "boundary", "resampled");
        EquationSampling sampling = new();
        return new EquationSampling
        {
            Kind = map.TryGetValue("kind", out YamlEntry? kind) ? Enum.Parse<SamplingKind>(kind.Choice("The kind of sampling", "grid", "random", "sobol"), ignoreCase: true) : sampling.Kind,
            Interior = map.TryGetValue("interior", out YamlEntry? interior) ? interior.Whole("The number of points in the domain", 2, 10_000_000) : sampling.Interior,
            Boundary = map.TryGetValue("boundary", out YamlEntry? boundary) ? boundary.Whole("The number of points on a side", 1, 1_000_000) : sampling.Boundary,
            Resampled = map.TryGetValue("resampled", out YamlEntry? resampled) ? resampled.Number("The share of points to add") : sampling.Resampled,
        };
    }

    private static EquationNetwork ReadNetwork(YamlEntry entry)
    {
        IReadOnlyDictionary<string, YamlEntry> map = entry.Map("network", "hidden", "order", "base", "grids", "optimizer", "steps", "starts", "seed");
        EquationNetwork network = new();
        return new EquationNetwork
        {
            Hidden = map.TryGetValue("hidden", out YamlEntry? hidden) ? Hidden(hidden) : network.Hidden,
            SplineOrder = map.TryGetValue("order", out YamlEntry? order) ? order.Whole("The spline order", 2, Splines.KnotGrid.MaxOrder) : network.SplineOrder,
            BaseFunction = map.TryGetValue("base", out YamlEntry? function) ? Enum.Parse<BaseFunction>(function.Choice("The base function", "silu", "identity", "zero"), ignoreCase: true) : network.BaseFunction,
            Grids = map.TryGetValue("grids", out YamlEntry? grids) ? [.. grids.List("grids").Select(grid => grid.Whole("A grid", 1, 10_000))] : network.Grids,
            Optimizer = map.TryGetValue("optimizer", out YamlEntry? optimizer) ? optimizer.Choice("The optimiser", "lm", "lbfgs", "adam") switch
            {
                "lm" => Optimizer.LevenbergMarquardt,
                "adam" => Optimizer.Adam,
                _ => Optimizer.Lbfgs,
            } : network.Optimizer,
            Steps = map.TryGetValue("steps", out YamlEntry? steps) ? steps.Whole("The number of steps", 0, 10_000_000) : network.Steps,
            Starts = map.TryGetValue("starts", out YamlEntry? starts) ? starts.Whole("The number of starts", 1, 1000) : network.Starts,
            Seed = map.TryGetValue("seed", out YamlEntry? seed) ? (ulong)seed.Whole("The seed", 0, int.MaxValue) : network.Seed,
        };
    }

    /// <summary>A number of nodes, a text in the notation of shapes, or a list of levels.</summary>
    private static string Hidden(YamlEntry entry) => entry.IsList
        ? string.Join(',', entry.List("hidden").Select(level => level.IsList
            ? $"[{string.Join(',', level.List("A level").Select(count => count.Whole("A number of nodes", 0, 100_000)))}]"
            : level.Text("A level")))
        : entry.Text("hidden");

    private static ImmutableDictionary<string, string> Texts(IReadOnlyDictionary<string, YamlEntry> root, string name) => root.TryGetValue(name, out YamlEntry? entry)
        ? entry.Map(name).ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Text($"{pair.Key} in {name}"))
        : ImmutableDictionary<string, string>.Empty;

    private static double Weight(IReadOnlyDictionary<string, YamlEntry> map, double otherwise)
    {
        if (!map.TryGetValue("weight", out YamlEntry? weight))
            return otherwise;
        double value = weight.Number("The weight");
        return value > 0 ? value : throw weight.Fault($"The weight is {value}; weights are positive numbers.");
    }

    private static YamlEntry Needed(YamlEntry entry, IReadOnlyDictionary<string, YamlEntry> map, string name, string what) =>
        map.TryGetValue(name, out YamlEntry? found) ? found : throw entry.Fault($"'{name}' is missing in {what}.");
}
