using System.Collections.Immutable;
using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.Formulas.Parsing;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;
using static KanSharp.IO.Checkpoints.SafetensorsReader;

namespace KanSharp.IO.Checkpoints;

/// <summary>
/// Builds a model from a model file. Every count that the description names is held against the shape of a tensor before it is used, and the
/// tensors are known to fit the file.
/// </summary>
internal sealed class ModelReader
{
    private readonly SafetensorsReader _file;
    private readonly ModelDescription _description;
    private readonly SymbolicLibrary _library;
    private readonly Dictionary<string, (TensorShape Shape, double[] Values)> _tensors;

    private ModelReader(SafetensorsReader file, ModelDescription description, SymbolicLibrary library, List<(TensorShape Shape, double[] Values)> tensors)
    {
        _file = file;
        _description = description;
        _library = library;
        _tensors = tensors.ToDictionary(tensor => tensor.Shape.Name, StringComparer.Ordinal);
    }

    /// <summary>Reads a model; where a <paramref name="digest"/> is given, only the one with this checksum.</summary>
    public static KanModel Read(Stream stream, string source, SymbolicLibrary library, string? digest = null)
    {
        var file = new SafetensorsReader(stream, source, "model");
        file.CheckFormat(ModelWriter.Format, ModelWriter.Version);
        string text = file.Text("model");
        List<(TensorShape, double[] Values)> tensors = file.ReadTensors();
        if ((file.Metadata.TryGetValue("sha256", out string? told) | digest is not null) &&
            Safetensors.Digest(text, tensors.Select(tensor => (ReadOnlyMemory<double>)tensor.Values)) is string found && (found != told || found != (digest ?? found)))
            throw file.Defect("its content does not match its checksum");
        return Build(file, text, library, tensors);
    }

    /// <summary>The model with this description, as JSON, and these tensors.</summary>
    public static KanModel Build(SafetensorsReader file, string text, SymbolicLibrary library, List<(TensorShape Shape, double[] Values)> tensors)
    {
        try
        {
            ModelDescription description = JsonSerializer.Deserialize(text, ModelDescriptionJson.Default.ModelDescription)
                ?? throw file.Defect("its description is empty");
            return new ModelReader(file, description, library, tensors).Build();
        }
        catch (JsonException failure)
        {
            throw file.Defect($"its description cannot be read ({failure.Message.TrimEnd('.')})", failure);
        }
        catch (KanSharpException failure) when (failure is not KanFormatException)
        {
            throw file.Defect(failure.Message.TrimEnd('.'), failure);
        }
    }

    private KanModel Build()
    {
        var layers = ImmutableArray.CreateBuilder<KanLayer>();
        var parameters = new List<double[]>();
        long inputs = _description.Inputs;
        for (int l = 0; l < _description.Layers.Length; l++)
        {
            KanLayer layer = BuildLayer(l, _description.Layers[l] ?? throw _file.Defect($"layer {l} has no description"), inputs, parameters);
            layers.Add(layer);
            inputs = layer.NodeCount;
        }
        if (layers.Count == 0)
            throw _file.Defect("it has no layers");
        var info = new ModelInfo
        {
            InputNames = Names(_description.InputNames, "input names"),
            OutputNames = Names(_description.OutputNames, "output names"),
            Classes = Names(_description.Classes, "classes"),
            TargetName = _description.TargetName,
            History = Names(_description.History, "history"),
            Fit = _description.Fit is { } fit ? new FitRecord(fit.TrainRmse, fit.Steps, fit.StopReason) : null,
            Precision = _description.Precision is { } precision ? Value<Precision>(precision, "precision") : Precision.Double,
            Categories = [.. (_description.Categories ?? []).Select(Category)],
            DerivedInputs = [.. (_description.DerivedInputs ?? []).Select(Derived)],
            InputScaling = ReadScaling("input", layers[0].InputCount),
            OutputScaling = ReadScaling("output", layers[^1].NodeCount),
        };
        if (_tensors.Count > 0)
            throw _file.Defect($"tensor {Quote(_tensors.Keys.First())} does not belong to a model");
        long count = parameters.Sum(values => (long)values.Length);
        if (count > Array.MaxLength)
            throw _file.Defect($"it has {count} parameters; at most {Array.MaxLength} are possible");
        return new KanModel(layers.ToImmutable(), Value<BaseFunction>(_description.BaseFunction, "base function"),
            Value<RangePolicy>(_description.RangePolicy, "range policy"), [.. parameters.SelectMany(values => values)], info);
    }

    private KanLayer BuildLayer(int l, LayerDescription layer, long inputs, List<double[]> parameters)
    {
        if (layer.Sums < 0 || layer.Products.Any(arity => arity < 1) || layer.Order is < 0 or > KnotGrid.MaxOrder || layer.Intervals < (layer.Order == 0 ? 0 : 1))
            throw _file.Defect($"layer {l} has {layer.Sums} sum nodes, spline order {layer.Order} and {layer.Intervals} grid intervals, or a product node without subnodes; expected counts from 0, orders from 0 to {KnotGrid.MaxOrder}, and at least one interval (none, of order 0, where there are no splines)");
        long nodes = (long)layer.Sums + layer.Products.Length;
        long subnodes = layer.Sums + layer.Products.Sum(arity => (long)arity);
        double[] knots = Take(ModelTensors.Knots(l, inputs, layer.Intervals, layer.Order));
        double[] mask = Take(ModelTensors.NumericMask(l, inputs, subnodes));
        foreach (TensorShape shape in ModelTensors.Parameters(l, inputs, nodes, subnodes, (long)layer.Intervals + layer.Order, layer.Symbolic.Length))
            parameters.Add(Take(shape));

        // From here on every count is one of a tensor that is there, so it is small enough for what follows.
        int knotCount = layer.Intervals + 1 + 2 * layer.Order;
        if (layer.Intervals == 0 && knots.AsSpan().ContainsAnyExcept(0.0))
            throw _file.Defect($"layer {l} has no grid intervals and so no splines, but knots that are not 0");
        ImmutableArray<KnotGrid> grids = [.. Enumerable.Range(0, (int)inputs).Select(i => layer.Intervals == 0 ? KnotGrid.None : KnotGrid.FromExtended(knots.AsSpan(i * knotCount, knotCount), layer.Order))];
        var symbolic = ImmutableArray.CreateBuilder<SymbolicEdge>(layer.Symbolic.Length);
        foreach (SymbolicDescription? edge in layer.Symbolic)
        {
            if (edge is null)
                throw _file.Defect($"a symbolic edge of layer {l} has no description");
            if (symbolic.Count > 0 && (edge.Input, edge.Output).CompareTo((symbolic[^1].Input, symbolic[^1].Output)) <= 0)
                throw _file.Defect($"the symbolic edges of layer {l} are not in order");
            if (!_library.TryGet(edge.Function, out SymbolicFunction? function))
                throw Unknown(edge, l);
            symbolic.Add(new SymbolicEdge(edge.Input, edge.Output, function, edge.Held ?? false));
        }
        return new KanLayer(grids, new LayerWidth(layer.Sums, [.. layer.Products]), [.. mask], symbolic.ToImmutable(),
            layer.BaseFunction is { } own ? Value<BaseFunction>(own, $"base function of layer {l}") : null);
    }

    private KanFormatException Unknown(SymbolicDescription edge, int layer) =>
        new($"{_file.Source} has the function {Quote(edge.Function)} on edge ({layer},{edge.Input},{edge.Output}), which this library of functions does not know.{NearestName.Hint(edge.Function, _library.Functions.Select(known => known.Name))} Load it with a SymbolicLibrary that has the function.");

    private double[] Take(TensorShape expected)
    {
        if (!_tensors.Remove(expected.Name, out (TensorShape Shape, double[] Values) found))
            throw _file.Defect($"tensor '{expected.Name}' is missing");
        if (!found.Shape.Dimensions.AsSpan().SequenceEqual(expected.Dimensions.AsSpan()))
            throw _file.Defect($"tensor '{expected.Name}' has shape {TensorShape.Format(found.Shape.Dimensions)}, expected {TensorShape.Format(expected.Dimensions)}");
        int bad = found.Values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
            throw _file.Defect($"value {bad} of tensor '{expected.Name}' is {found.Values[bad]}; a finite number is expected");
        return found.Values;
    }

    private Scaling ReadScaling(string side, int columns) =>
        new(Take(ModelTensors.Scaling(side, "offsets", columns)), Take(ModelTensors.Scaling(side, "scales", columns)));

    private ImmutableArray<string> Names(string?[] names, string what) =>
        names.Contains(null) ? throw _file.Defect($"its {what} have a gap") : [.. names!];

    private CategoricalColumn Category(CategoryDescription? category)
    {
        if (category is null || category.Labels.Length < 2 || category.Labels.Distinct(StringComparer.Ordinal).Count() < category.Labels.Length)
            throw _file.Defect($"the text column {Quote(category?.Name ?? "")} has no two different labels");
        return new CategoricalColumn(category.Name, Names(category.Labels, $"labels of {Quote(category.Name)}"));
    }

    private DerivedInput Derived(DerivedDescription? input)
    {
        if (input is null)
            throw _file.Defect("a computed input has no description");
        try
        {
            return new DerivedInput(input.Name, FormulaParser.Parse(input.Formula, Names(input.Columns, $"columns of {Quote(input.Name)}"), _library, isClosed: true));
        }
        catch (KanFormatException failure)
        {
            throw _file.Defect($"the formula of the input {Quote(input.Name)} cannot be read: {failure.Message.TrimEnd('.')}", failure);
        }
    }

    private T Value<T>(string name, string what) where T : struct, Enum => Value<T>(_file, name, what);

    /// <summary>The value of an enumeration that <see cref="ModelWriter.NameOf"/> calls so.</summary>
    public static T Value<T>(SafetensorsReader file, string name, string what) where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (ModelWriter.NameOf(value) == name)
                return value;
        }
        throw file.Defect($"its {what} is {Quote(name)}; expected {string.Join(", ", Enum.GetValues<T>().Select(ModelWriter.NameOf))}");
    }
}
