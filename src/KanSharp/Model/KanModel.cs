using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using KanSharp.Layers;
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
        CheckInputs(inputs);
        Matrix scaled = Info.InputScaling.Apply(inputs);
        int outside = CountOutside(inputs, scaled);
        Matrix values = Info.OutputScaling.Invert(Evaluate(scaled));
        if (!Info.Classes.IsEmpty)
            Softmax(values);
        return new Prediction(values, outside);
    }

    /// <summary>
    /// The outputs and their exact derivatives by the inputs, all in the user's units; <paramref name="inputs"/> has one row per sample and one
    /// column per input. Where a spline has a knot, derivatives that jump there are those to the right.
    /// </summary>
    /// <exception cref="KanSharpException">The request does not fit the model, or the model is a classifier.</exception>
    /// <exception cref="KanDataException">As for <see cref="Predict"/>.</exception>
    public Derivatives Differentiate(Matrix inputs, DerivativeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckInputs(inputs);
        request.CheckAgainst(this);
        CountOutside(inputs, Info.InputScaling.Apply(inputs));
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
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Columns != InputCount)
            throw new KanDataException($"The data has {inputs.Columns} input columns, the model reads {InputCount} ({string.Join(", ", Info.InputNames)}).");
        for (int i = 0; i < InputCount; i++)
        {
            int row = inputs.Column(i).IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
            if (row >= 0)
                throw new KanDataException($"Input {Info.InputNames[i]} of row {row + 1} is {inputs[row, i]}; a model needs finite numbers.");
        }
    }

    private int CountOutside(Matrix inputs, Matrix scaled)
    {
        bool[] outside = new bool[scaled.Rows];
        for (int i = 0; i < InputCount; i++)
        {
            // A symbolic function has no grid to leave.
            if (!Layers[0].NumericMask.AsSpan(i * Layers[0].SubnodeCount, Layers[0].SubnodeCount).ContainsAnyExcept(0.0))
                continue;
            KnotGrid grid = Layers[0].Grids[i];
            ReadOnlySpan<double> x = scaled.Column(i);
            for (int row = 0; row < x.Length; row++)
            {
                if (x[row] >= grid.Start && x[row] <= grid.End)
                    continue;
                if (RangePolicy == RangePolicy.Error)
                    throw new KanDataException($"Input {Info.InputNames[i]} of row {row + 1} is {inputs[row, i]:R}, outside the model's range, and the model's range policy is to refuse that; leave the row out, or train with policy linear, clamp or zero.");
                outside[row] = true;
            }
        }
        return outside.Count(flag => flag);
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
        for (int row = 0; row < values.Rows; row++)
        {
            double max = double.NegativeInfinity, sum = 0;
            for (int o = 0; o < values.Columns; o++)
                max = Math.Max(max, values[row, o]);
            for (int o = 0; o < values.Columns; o++)
                sum += values[row, o] = Math.Exp(values[row, o] - max);
            for (int o = 0; o < values.Columns; o++)
                values[row, o] /= sum;
        }
    }
}
