using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.IO.Checkpoints;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>Builds a model from a checkpoint's files. Every count of the configuration is held against the shape of a tensor before it is used.</summary>
internal sealed class PykanReader
{
    private readonly PykanFiles _files;
    private readonly PykanConfig _config;
    private readonly SymbolicLibrary _library;
    private readonly Dictionary<string, (TensorShape Shape, double[] Values)> _tensors = new(StringComparer.Ordinal);
    private readonly List<double> _parameters = [];
    private readonly List<string> _notes = [];

    private PykanReader(PykanFiles files, SymbolicLibrary library)
    {
        _files = files;
        _library = library;
        using FileStream stream = files.Open(files.Config);
        using var text = new StreamReader(stream);
        ReadState();
        _config = new PykanConfig(text, files.Config, edges: _tensors.Where(tensor => tensor.Key.EndsWith("_base", StringComparison.Ordinal)).Sum(tensor => tensor.Value.Values.Length));
    }

    public static PykanCheckpoint Read(PykanFiles files, SymbolicLibrary library)
    {
        try
        {
            var reader = new PykanReader(files, library);
            // What costs most, building the model, comes last: damage shows before.
            Matrix? cachedInputs = reader.ReadCache();
            return new PykanCheckpoint(reader.Build(), cachedInputs, [.. reader._notes]);
        }
        catch (IOException failure)
        {
            throw new KanSharpException($"The checkpoint cannot be read: {failure.Message}", failure);
        }
    }

    private void ReadState()
    {
        using FileStream stream = _files.Open(_files.State);
        var file = new TorchFile(stream, _files.State);
        if (file.Content is not PickledDictionary state)
            throw Damaged("it is no dictionary of tensors");
        foreach ((string name, object? value) in state.Items)
            _tensors.Add(name, file.Tensor(name, value as PickledTensor ?? throw Damaged($"{Damage.Quote(name)} is no tensor")));
    }

    private KanModel Build()
    {
        try
        {
            return BuildModel();
        }
        catch (KanSharpException failure) when (failure is not KanFormatException)
        {
            throw Damage.Of(_files.State, failure.Message.TrimEnd('.'), failure);
        }
    }

    private KanModel BuildModel()
    {
        var layers = ImmutableArray.CreateBuilder<KanLayer>();
        long inputs = _config.Inputs;
        for (int l = 0; l < _config.Widths.Length - 1; l++)
        {
            layers.Add(BuildLayer(l, inputs));
            inputs = layers[l].NodeCount;
        }
        if (_tensors.Count > 0)
            throw Damaged($"tensor {Damage.Quote(_tensors.Keys.First())} does not belong to a network of {_config.Widths.Length} levels");
        if (!_config.IsSymbolicEnabled)
            _notes.Add("The network's symbolic functions are switched off (symbolic_enabled is false): they are left out here, as pykan leaves them out.");
        return new KanModel(layers.ToImmutable(), _config.BaseFunction, RangePolicy.Zero, [.. _parameters]).WithHistory("imported from pykan");
    }

    private KanLayer BuildLayer(int l, long inputs)
    {
        (TensorShape shape, double[] knots) = Take($"act_fun.{l}.grid", inputs, -1);
        long knotCount = shape.Dimensions[1];
        (TensorShape basis, double[] coefficients) = Take($"act_fun.{l}.coef", inputs, -1, -1);
        int outputs = (int)basis.Dimensions[1];
        (long sums, long products) = _config.Widths[l + 1];
        if (sums + products > outputs)
            throw Damage.Of(_files.Config, $"its width says {sums} sum and {products} product nodes on level {l + 1}; the network has {outputs} subnodes there");
        long[] arities = [.. _config.Arities(l + 1, (int)products)];
        if (sums + arities.Sum() != outputs)
            throw Damage.Of(_files.Config, $"its width and mult_arity say {sums + arities.Sum()} subnodes on level {l + 1}; the network has {outputs} there");
        long order = knotCount - 1 - basis.Dimensions[2];
        if (order is < 0 or > KnotGrid.MaxOrder || order != _config.Order(l))
            throw Damaged($"layer {l} has {knotCount} knots for {basis.Dimensions[2]} basis functions, as splines of order {order} do; the configuration says order {_config.Order(l)}, and orders up to {KnotGrid.MaxOrder} are supported");

        double[] mask = Take($"act_fun.{l}.mask", inputs, outputs).Values;
        ImmutableArray<KnotGrid> grids = [.. Enumerable.Range(0, (int)inputs).Select(i => ReadGrid(l, i, knots.AsSpan(i * (int)knotCount, (int)knotCount), (int)order, coefficients.AsSpan(i * outputs * (int)basis.Dimensions[2], outputs * (int)basis.Dimensions[2])))];
        _parameters.AddRange(coefficients);
        _parameters.AddRange(Take($"act_fun.{l}.scale_base", inputs, outputs).Values);
        _parameters.AddRange(Take($"act_fun.{l}.scale_sp", inputs, outputs).Values);
        ImmutableArray<SymbolicEdge> symbolic = ReadSymbolic(l, (int)inputs, outputs);
        AddAffine(l, outputs, (int)(sums + products));
        return new KanLayer(grids, new LayerWidth((int)sums, [.. arities.Select(arity => (int)arity)]), [.. mask], symbolic);
    }

    /// <summary>
    /// Scales and biases of subnodes and nodes. pykan's expand_depth forgets to register those of the layer that it adds, so that they are in no
    /// file, and never trained: they are 1 and 0.
    /// </summary>
    private void AddAffine(int l, int subnodes, int nodes)
    {
        string[] names = [$"subnode_scale_{l}", $"subnode_bias_{l}", $"node_scale_{l}", $"node_bias_{l}"];
        bool isForgotten = l > 0 && !names.Any(_tensors.ContainsKey);
        if (isForgotten)
            _notes.Add($"The node scales and biases of layer {l} are missing, as where pykan's expand_depth added it; they are 1 and 0. pykan cannot load this checkpoint.");
        for (int n = 0; n < names.Length; n++)
        {
            int count = n < 2 ? subnodes : nodes;
            _parameters.AddRange(isForgotten ? Enumerable.Repeat(n % 2 == 0 ? 1.0 : 0.0, count) : Take(names[n], count).Values);
        }
    }

    /// <summary>
    /// The knots of an input. On knots that are all the same pykan's basis is zero, so any grid will do with coefficients of zero. Between knots
    /// of which some repeat its recursion loses basis functions, which nothing here imitates.
    /// </summary>
    private KnotGrid ReadGrid(int l, int input, ReadOnlySpan<double> knots, int order, Span<double> coefficients)
    {
        if (!knots.ContainsAnyExcept(knots[0]))
        {
            coefficients.Clear();
            _notes.Add($"All knots of input {input} of layer {l} are {knots[0]:R}, so its splines are zero in pykan, and here.");
            return KnotGrid.Uniform(knots[0] - 1, knots[0] + 1, knots.Length - 1 - 2 * order, order);
        }
        for (int i = 1; i < knots.Length; i++)
        {
            if (knots[i] == knots[i - 1])
            {
                _notes.Add($"Input {input} of layer {l} has several knots at {knots[i]:R}. pykan loses basis functions there; this model has all of them, so its outputs may differ.");
                break;
            }
        }
        return KnotGrid.FromExtended(knots, order);
    }

    /// <summary>The edges whose function is switched on, a factor of their mask multiplied into c and d; adds their constants to the parameters.</summary>
    private ImmutableArray<SymbolicEdge> ReadSymbolic(int l, int inputs, int outputs)
    {
        double[] mask = Take($"symbolic_fun.{l}.mask", outputs, inputs).Values, affine = Take($"symbolic_fun.{l}.affine", outputs, inputs, 4).Values;
        if (!_config.IsSymbolicEnabled)
            return [];
        string[][] names = _config.FunctionNames(l, inputs, outputs);
        var edges = ImmutableArray.CreateBuilder<SymbolicEdge>();
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                double weight = mask[j * inputs + i];
                if (weight == 0)
                    continue;
                string name = names[j][i];
                if (!_library.TryGet(name.Length == 0 ? "0" : name, out SymbolicFunction? function))
                    throw new KanFormatException($"{_files.Config} has the function {Damage.Quote(name)} on edge ({l},{i},{j}), which this library of functions does not know.{NearestName.Hint(name, _library.Functions.Select(known => known.Name))} Load it with a SymbolicLibrary that has the function.");
                edges.Add(new SymbolicEdge(i, j, function));
                ReadOnlySpan<double> constants = affine.AsSpan((j * inputs + i) * 4, 4);
                _parameters.AddRange([constants[0], constants[1], weight * constants[2], weight * constants[3]]);
            }
        }
        return edges.ToImmutable();
    }

    private Matrix? ReadCache()
    {
        long inputs = _config.Inputs;
        if (!_config.HasCache && !File.Exists(_files.Cache))
            return null;
        using FileStream stream = _files.Open(_files.Cache);
        var file = new TorchFile(stream, _files.Cache);
        if (file.Content is null)
            return null;
        if (file.Content is not PickledTensor { Shape: [_, var columns] } tensor || columns != inputs)
            throw Damage.Of(_files.Cache, $"it is not a matrix with a column for each of the {inputs} inputs");
        double[] values = file.Tensor("cache_data", tensor).Values;
        var matrix = new Matrix((int)tensor.Shape[0], (int)inputs);
        for (int i = 0; i < values.Length; i++)
            matrix[i / (int)inputs, i % (int)inputs] = values[i];
        return matrix;
    }

    /// <summary>The tensor with this name, each of its lengths as given; -1 is any.</summary>
    private (TensorShape Shape, double[] Values) Take(string name, params ReadOnlySpan<long> lengths)
    {
        if (!_tensors.Remove(name, out (TensorShape Shape, double[] Values) tensor))
            throw Damaged($"tensor '{name}' is missing");
        bool fits = tensor.Shape.Dimensions.Length == lengths.Length;
        for (int d = 0; fits && d < lengths.Length; d++)
            fits = lengths[d] < 0 || tensor.Shape.Dimensions[d] == lengths[d];
        if (!fits)
            throw Damaged($"tensor '{name}' has shape {TensorShape.Format(tensor.Shape.Dimensions)}; [{string.Join(", ", lengths.ToArray().Select(length => length < 0 ? "any" : $"{length}"))}] is expected");
        int bad = tensor.Values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
            throw Damaged($"value {bad} of tensor '{name}' is {tensor.Values[bad]}; a finite number is expected");
        return tensor;
    }

    private KanFormatException Damaged(string what) => Damage.Of(_files.State, what);
}
