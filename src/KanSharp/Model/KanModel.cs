using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Layers;
using KanSharp.Layers.Kernels;
using KanSharp.Numerics;
using KanSharp.Splines;

namespace KanSharp.Model;

/// <summary>
/// A Kolmogorov-Arnold network (arXiv 2404.19756): on every edge a learnable function of one variable, in every node a sum or a product.
/// A model is a value: whatever changes it returns another model. All its trainable numbers stand in one contiguous buffer.
/// </summary>
public sealed class KanModel
{
    private readonly double[] _parameters;
    private SampleEvaluator? _sampleEvaluator;

    internal KanModel(KanNetwork network, double[] parameters, ModelInfo info)
    {
        if (parameters.Length != network.ParameterCount)
            throw new KanSharpException($"{parameters.Length} parameters were given for a network that has {network.ParameterCount}.");
        info.CheckAgainst(network);
        Network = network;
        _parameters = parameters;
        Info = info;
    }

    /// <summary>Builds a model from its parts; the parameters are copied.</summary>
    public KanModel(ImmutableArray<KanLayer> layers, BaseFunction baseFunction, RangePolicy rangePolicy, ReadOnlySpan<double> parameters, ModelInfo? info = null)
        : this(new KanNetwork(layers, baseFunction, rangePolicy), parameters.ToArray(), info ?? ModelInfo.Default(layers[0].InputCount, layers[^1].NodeCount))
    {
    }

    internal KanNetwork Network { get; }

    /// <summary>Names, units, classes, history.</summary>
    public ModelInfo Info { get; }

    /// <summary>The layers of edges, from the inputs on.</summary>
    public ImmutableArray<KanLayer> Layers => Network.Layers;

    /// <summary>What kind of network this is, in words.</summary>
    internal string Kind => HasSplines ? "Kolmogorov-Arnold network" : "multilayer perceptron";

    /// <summary>Whether edges have splines; those of a multilayer perceptron (<see cref="KanSpec.Perceptron"/>) are weights.</summary>
    public bool HasSplines => Layers.Any(layer => layer.HasSplines);

    /// <summary>The base function of every edge, where a layer has no other.</summary>
    public BaseFunction BaseFunction => Network.BaseFunction;

    /// <summary>What splines do outside their grid.</summary>
    public RangePolicy RangePolicy => Network.RangePolicy;

    /// <summary>All trainable numbers; <see cref="KanLayer"/> says in which order.</summary>
    public ReadOnlySpan<double> Parameters => _parameters;

    /// <summary>Number of inputs that the network reads.</summary>
    public int InputCount => Network.InputCount;

    /// <summary>Number of outputs.</summary>
    public int OutputCount => Network.OutputCount;

    /// <summary>Nodes of each level, inputs first.</summary>
    public ImmutableArray<LayerWidth> Widths => [new LayerWidth(InputCount), .. Layers.Select(layer => layer.Output)];

    /// <summary>The shape as <see cref="KanSpec.Parse"/> reads it, such as `2,[5,2],1`.</summary>
    public string Shape => KanSpec.Format(Widths);

    /// <summary>Number of edges that are not masked.</summary>
    public int ActiveEdgeCount => Layers.Sum(layer => Enumerable.Range(0, layer.EdgeCount)
        .Count(edge => layer.IsActive(edge / layer.SubnodeCount, edge % layer.SubnodeCount)));

    /// <summary>Number of edges with a numeric part; none in a symbolic model.</summary>
    public int NumericEdgeCount => Layers.Sum(layer => layer.NumericMask.Count(mask => mask != 0));

    /// <summary>A new model; the same seed gives the same model.</summary>
    public static KanModel Create(KanSpec spec, ulong seed = 1, ModelInfo? info = null) => ModelInitializer.Create(spec, seed, info);

    /// <summary>
    /// Evaluates the model. <paramref name="inputs"/> has one row per sample and one column per input, in the user's units.
    /// </summary>
    /// <exception cref="KanDataException">The number of columns is wrong, a value is not finite, or a row is outside the range and the policy is to refuse it.</exception>
    public Prediction Predict(Matrix inputs)
    {
        CheckColumns(inputs);
        var values = new Matrix(inputs.Rows, OutputCount);
        bool[] outside = new bool[inputs.Rows];
        if (Info.Precision == Precision.Single)
            Predict<float>(inputs, values, outside);
        else
            Predict<double>(inputs, values, outside);
        if (!Info.Classes.IsEmpty)
            Softmax(values);
        return new Prediction(values, outside.AsSpan().Count(true)) { Farthest = Farthest(inputs, outside) };
    }

    /// <summary>
    /// Evaluates the model at one sample, for programs that ask row by row. The first call prepares the model (it copies the parameters, once for each
    /// model); from then on nothing is allocated. Any number of threads may call at the same time. The outputs are those of
    /// <see cref="Predict(Matrix)"/> up to rounding.
    /// </summary>
    /// <param name="inputs">One number per input, in the user's units.</param>
    /// <param name="outputs">Receives one number per output, in the user's units; probabilities for a classifier.</param>
    /// <returns>Whether all inputs are in the range of the grids that read them; false where the model extrapolates.</returns>
    /// <exception cref="KanSharpException">A span has the wrong length.</exception>
    /// <exception cref="KanDataException">A value is not finite, or outside the range and the policy is to refuse it.</exception>
    public bool Predict(ReadOnlySpan<double> inputs, Span<double> outputs)
    {
        if (inputs.Length != InputCount || outputs.Length != OutputCount)
            throw new KanSharpException($"{inputs.Length} inputs and room for {outputs.Length} outputs were given; the model {Shape} reads {InputCount} and gives {OutputCount}.");
        // Two threads that come first at the same time make two of them, which are the same.
        SampleEvaluator evaluator = _sampleEvaluator ??= SampleEvaluator.Create(this);
        double[]? rented = inputs.Length > 256 ? ArrayPool<double>.Shared.Rent(inputs.Length) : null;
        Span<double> scaled = rented is null ? stackalloc double[inputs.Length] : rented.AsSpan(0, inputs.Length);
        bool inside = true;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!double.IsFinite(inputs[i]))
                throw new KanDataException($"Input {Info.InputNames[i]} is {inputs[i]}; a model needs finite numbers.");
            scaled[i] = Info.InputScaling.Apply(i, inputs[i]);
            if (IsInside(i, scaled[i]) || !HasGrid(i))
                continue;
            if (RangePolicy == RangePolicy.Error)
                throw new KanDataException($"Input {Info.InputNames[i]} is {inputs[i]:R}, outside the model's range, and the model's range policy is to refuse that; do not ask for it, or train with policy linear, clamp or zero.");
            inside = false;
        }
        evaluator.Evaluate(scaled, outputs);
        for (int o = 0; o < outputs.Length; o++)
            outputs[o] = Info.OutputScaling.Invert(o, outputs[o]);
        if (!Info.Classes.IsEmpty)
            Softmax(outputs);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return inside;
    }

    /// <summary>
    /// The outputs and their exact derivatives by the inputs, all in the user's units; <paramref name="inputs"/> has one row per sample and one
    /// column per input. Where a spline has a knot, derivatives that jump there are those to the right.
    /// </summary>
    /// <exception cref="KanSharpException">The request does not fit the model, or the model is a classifier.</exception>
    /// <exception cref="KanDataException">As for <see cref="Predict(Matrix)"/>.</exception>
    public Derivatives Differentiate(Matrix inputs, DerivativeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckInputs(inputs);
        request.CheckAgainst(this);
        Matrix scaled = Info.InputScaling.Apply(inputs);
        bool[] outside = new bool[inputs.Rows];
        for (int i = 0; i < InputCount; i++)
            MarkOutside<double>(i, inputs, 0, scaled.Column(i), outside);
        return JetEvaluator.Differentiate(this, inputs, request);
    }

    /// <summary>Node values of every level for these inputs, in the network's units.</summary>
    public Activations Activate(Matrix inputs)
    {
        CheckInputs(inputs);
        return Activations.Measure(this, Info.InputScaling.Apply(inputs));
    }

    /// <summary>The value of one edge, numeric and symbolic part, at each x, in the network's units.</summary>
    public double[] EvaluateEdge(EdgeIndex edge, ReadOnlySpan<double> x)
    {
        CheckEdge(edge);
        KanLayer layer = Layers[edge.Layer];
        int e = edge.Input * layer.SubnodeCount + edge.Output;
        LayerParameters parameters = Network.View(edge.Layer, _parameters);
        int s = layer.SymbolicIndex(edge.Input, edge.Output);
        ImmutableArray<SymbolicEdge> symbolic = s < 0 ? [] : [new SymbolicEdge(0, 0, layer.SymbolicEdges[s].Function)];
        var single = new KanLayer([layer.Grids[edge.Input]], new LayerWidth(1), [layer.NumericMask[e]], symbolic);
        double[] values =
        [
            .. parameters.EdgeCoefficients(edge.Input, edge.Output), parameters.BaseScales[e], .. layer.HasSplines ? [parameters.SplineScales[e]] : ReadOnlySpan<double>.Empty,
            .. s < 0 ? [] : parameters.Affine(s), 1, 0, 1, 0,
        ];
        var model = new KanModel([single], Network.BaseFunctionOf(edge.Layer), RangePolicy, values);
        return model.Evaluate(Matrix.FromColumns([x.ToArray()])).Column(0).ToArray();
    }

    /// <summary>a, b, c, d of a symbolic edge's c f(a x + b) + d.</summary>
    public ReadOnlySpan<double> Affine(EdgeIndex edge)
    {
        CheckEdge(edge);
        int s = Layers[edge.Layer].SymbolicIndex(edge.Input, edge.Output);
        if (s < 0)
            throw new KanSharpException($"Edge ({edge}) is not symbolic; fix it to a function first.");
        return Network.View(edge.Layer, _parameters).Affine(s);
    }

    /// <summary>Coefficients of an edge's spline, one per basis function of its grid.</summary>
    public ReadOnlySpan<double> Coefficients(EdgeIndex edge)
    {
        CheckEdge(edge);
        return Network.View(edge.Layer, _parameters).EdgeCoefficients(edge.Input, edge.Output);
    }

    /// <summary>The factors of an edge's base function and of its spline.</summary>
    public (double Base, double Spline) Scales(EdgeIndex edge)
    {
        CheckEdge(edge);
        LayerParameters parameters = Network.View(edge.Layer, _parameters);
        int e = edge.Input * Layers[edge.Layer].SubnodeCount + edge.Output;
        return (parameters.BaseScales[e], parameters.SplineScales[e]);
    }

    /// <summary>The same model, trained further and evaluated in these numbers.</summary>
    public KanModel WithPrecision(Precision precision) => precision == Info.Precision ? this : With(Info with { Precision = precision });

    internal double[] ParameterArray => _parameters;

    /// <summary>Outputs in the network's units for inputs in the network's units.</summary>
    internal Matrix Evaluate(Matrix scaled, int threads = 1, double? guard = null) =>
        Info.Precision == Precision.Single ? Evaluate<float>(scaled, threads, guard) : Evaluate<double>(scaled, threads, guard);

    internal KanModel With(double[] parameters) => new(Network, parameters, Info);

    internal KanModel With(ModelInfo info) => new(Network, _parameters, info);

    internal KanModel WithHistory(string operation) => With(Info with { History = Info.History.Add(operation) });

    internal void CheckEdge(EdgeIndex edge)
    {
        if ((uint)edge.Layer >= (uint)Layers.Length)
            throw new KanSharpException($"Edge ({edge}) is in layer {edge.Layer}; the model {Shape} has layers 0 to {Layers.Length - 1}.");
        KanLayer layer = Layers[edge.Layer];
        if ((uint)edge.Input >= (uint)layer.InputCount || (uint)edge.Output >= (uint)layer.SubnodeCount)
            throw new KanSharpException($"Edge ({edge}) does not exist; layer {edge.Layer} of the model {Shape} has inputs 0 to {layer.InputCount - 1} and outputs 0 to {layer.SubnodeCount - 1}.");
    }

    /// <summary>Refuses what is about splines where there are none.</summary>
    internal void RequireSplines(string operation)
    {
        if (!HasSplines)
            throw new KanSharpException($"{operation} needs a KAN, but the model {Shape} is a multilayer perceptron, whose edges are weights without splines.");
    }

    internal void CheckInputs(Matrix inputs)
    {
        CheckColumns(inputs);
        for (int i = 0; i < InputCount; i++)
            CheckFinite(inputs, i, 0, inputs.Rows);
    }

    private void CheckColumns(Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Columns != InputCount)
            throw new KanDataException($"The data has {inputs.Columns} input columns, the model reads {InputCount} ({string.Join(", ", Info.InputNames)}).");
    }

    private void CheckFinite(Matrix inputs, int input, int start, int count)
    {
        int at = inputs.Column(input).Slice(start, count).IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (at >= 0)
            throw new KanDataException($"Input {Info.InputNames[input]} of row {start + at + 1} is {inputs[start + at, input]}; a model needs finite numbers.");
    }

    /// <summary>Whether an input is read by a spline; a symbolic function has no grid to leave.</summary>
    private bool HasGrid(int input) => Layers[0].NumericMask.AsSpan(input * Layers[0].SubnodeCount, Layers[0].SubnodeCount).ContainsAnyExcept(0.0);

    private bool IsInside(int input, double scaled) => scaled >= Layers[0].Grids[input].Start && scaled <= Layers[0].Grids[input].End;

    /// <summary>
    /// Marks the rows where an input, given in the network's units from row <paramref name="start"/> on, leaves its grid; refuses them if that is the policy, and what is
    /// not a finite number always.
    /// </summary>
    private void MarkOutside<T>(int input, Matrix inputs, int start, ReadOnlySpan<T> scaled, Span<bool> outside)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        KnotGrid grid = Layers[0].Grids[input];
        // Saturating: a range without end ends with the finite numbers.
        T low = T.CreateSaturating(Math.Max(grid.Start, double.MinValue)), high = T.CreateSaturating(Math.Min(grid.End, double.MaxValue));
        if (NodeKernels.AreWithin(scaled, low, high))
            return;
        CheckFinite(inputs, input, start, scaled.Length);
        if (!HasGrid(input))
            return;
        for (int n = 0; n < scaled.Length; n++)
        {
            if (scaled[n] >= low && scaled[n] <= high)
                continue;
            int row = start + n;
            if (RangePolicy == RangePolicy.Error)
                throw new KanDataException($"Input {Info.InputNames[input]} of row {row + 1} is {inputs[row, input]:R}, outside the model's range, and the model's range policy is to refuse that; leave the row out, or train with policy linear, clamp or zero.");
            outside[n] = true;
        }
    }

    /// <summary>Of the rows outside the range, the value that is farthest outside.</summary>
    private OutsideRange? Farthest(Matrix inputs, bool[] outside)
    {
        OutsideRange? farthest = null;
        for (int i = 0; i < InputCount && outside.Contains(true); i++)
        {
            if (!HasGrid(i))
                continue;
            KnotGrid grid = Layers[0].Grids[i];
            double offset = Info.InputScaling.Offsets[i], scale = Info.InputScaling.Scales[i];
            var range = new OutsideRange(Info.InputNames[i], 0, offset + scale * grid.Start, offset + scale * grid.End);
            for (int row = 0; row < inputs.Rows; row++)
            {
                if (outside[row] && !IsInside(i, Info.InputScaling.Apply(i, inputs[row, i])))
                    farthest = OutsideRange.Farther(farthest, range with { Value = inputs[row, i] });
            }
        }
        return farthest;
    }

    /// <summary>Fills <paramref name="values"/> with the outputs in the user's units, tile by tile, and marks the rows outside.</summary>
    private void Predict<T>(Matrix inputs, Matrix values, bool[] outside)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new NetworkEvaluator<T>(Network).Forward(_parameters, inputs, (start, pass) =>
        {
            for (int i = 0; i < InputCount; i++)
                MarkOutside<T>(i, inputs, start, pass.Nodes(0).Slice(i * NetworkPass<T>.TileSamples, pass.Count), outside.AsSpan(start));
            for (int o = 0; o < OutputCount; o++)
            {
                Span<double> column = values.Column(o).Slice(start, pass.Count);
                TensorPrimitives.ConvertTruncating<T, double>(pass.Outputs.Slice(o * NetworkPass<T>.TileSamples, pass.Count), column);
                Info.OutputScaling.Invert(o, column);
            }
        }, Info.InputScaling);
    }

    private Matrix Evaluate<T>(Matrix scaled, int threads, double? guard)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new Matrix(scaled.Rows, OutputCount);
        new NetworkEvaluator<T>(Network, threads, guard).Forward(_parameters, scaled, (start, pass) =>
        {
            for (int o = 0; o < OutputCount; o++)
                TensorPrimitives.ConvertTruncating<T, double>(pass.Outputs.Slice(o * NetworkPass<T>.TileSamples, pass.Count), result.Column(o)[start..]);
        });
        return result;
    }

    private static void Softmax(Matrix values)
    {
        double[] row = new double[values.Columns];
        for (int n = 0; n < values.Rows; n++)
        {
            for (int o = 0; o < row.Length; o++)
                row[o] = values[n, o];
            Softmax(row);
            for (int o = 0; o < row.Length; o++)
                values[n, o] = row[o];
        }
    }

    private static void Softmax(Span<double> row)
    {
        double max = TensorPrimitives.Max(row), sum = 0;
        foreach (ref double value in row)
            sum += value = Math.Exp(value - max);
        TensorPrimitives.Divide(row, sum, row);
    }
}
