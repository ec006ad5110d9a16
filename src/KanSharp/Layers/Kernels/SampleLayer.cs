using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KanSharp.Numerics;
using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// One layer at one sample at a time, the outputs in the lanes: of each input the k + 1 basis functions that are not zero, times their weights of all outputs.
/// Immutable, so that several threads may share it.
/// </summary>
internal sealed class SampleLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KanLayer _layer;
    private readonly CellTable<T>[] _tables;
    private readonly BaseFunction _baseFunction;
    private readonly bool[] _numeric;
    private readonly T[] _weights;
    private readonly double[] _constants;
    private readonly T[] _scales;
    private readonly T[] _offsets;
    private readonly int _rows;
    private readonly int _width;

    public SampleLayer(KanLayer layer, CellTable<T>[] tables, BaseFunction baseFunction, LayerParameters parameters)
    {
        int outputs = layer.SubnodeCount, basisCount = layer.BasisCount;
        _layer = layer;
        _tables = tables;
        _baseFunction = baseFunction;
        _rows = basisCount + 1;
        _width = Pad(outputs);
        _numeric = new bool[layer.InputCount];
        _weights = new T[layer.InputCount * _rows * _width];
        _constants = parameters.Constants.All.ToArray();
        for (int i = 0; i < layer.InputCount; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                int edge = i * outputs + j, start = i * _rows * _width + j;
                double mask = layer.NumericMask[edge], scale = layer.HasSplines ? mask * parameters.SplineScales[edge] : 0;
                ReadOnlySpan<double> coefficients = parameters.EdgeCoefficients(i, j);
                for (int r = 0; r < basisCount; r++)
                    _weights[start + r * _width] = T.CreateTruncating(scale * coefficients[r]);
                _weights[start + basisCount * _width] = T.CreateTruncating(mask * parameters.BaseScales[edge]);
                _numeric[i] |= mask != 0;
            }
        }
        // A sum node's two affine maps are one.
        var constants = parameters.Constants;
        _scales = new T[layer.Output.Sums];
        _offsets = new T[layer.Output.Sums];
        for (int node = 0; node < layer.Output.Sums; node++)
        {
            _scales[node] = T.CreateTruncating(constants.NodeScales[node] * constants.SubnodeScales[node]);
            _offsets[node] = T.CreateTruncating(constants.NodeScales[node] * constants.SubnodeBiases[node] + constants.NodeBiases[node]);
        }
    }

    /// <summary>Room that every span of <see cref="Evaluate"/> needs.</summary>
    public int Room => Math.Max(_width, Math.Max(Pad(_layer.InputCount), _layer.NodeCount));

    /// <summary>
    /// The nodes after the layer from those before it. Each span has <see cref="Room"/> numbers; <paramref name="bases"/> and <paramref name="subnodes"/> are
    /// for intermediate results.
    /// </summary>
    public void Evaluate(Span<T> inputs, Span<T> bases, Span<T> subnodes, Span<T> nodes)
    {
        int padded = Pad(_layer.InputCount);
        BaseFunctionKernel.Evaluate(_baseFunction, inputs[..padded], bases[..padded], []);
        subnodes[.._width].Clear();
        Span<T> taps = stackalloc T[_layer.HasSplines ? _tables[0].Stride : 0];
        for (int i = 0; i < _layer.InputCount; i++)
        {
            if (!_numeric[i])
                continue;
            int first = taps.IsEmpty ? 0 : TapKernel.Evaluate(_tables[i], inputs[i], taps);
            AddInput(i, first, taps[..(_layer.HasSplines ? _tables[i].Taps : 0)], bases[i], subnodes);
        }
        for (int s = 0; s < _layer.SymbolicEdges.Length; s++)
        {
            SymbolicEdge edge = _layer.SymbolicEdges[s];
            Span<double> affine = new LayerConstants(_layer, _constants).Affine(s);
            double u = affine[0] * double.CreateTruncating(inputs[edge.Input]) + affine[1];
            subnodes[edge.Output] += T.CreateTruncating(affine[2] * edge.Function.Value(u) + affine[3]);
        }
        for (int node = 0; node < _scales.Length; node++)
            nodes[node] = _scales[node] * subnodes[node] + _offsets[node];
        if (_layer.NodeCount > _scales.Length)
            Multiply(subnodes, nodes);
    }

    private void Multiply(ReadOnlySpan<T> subnodes, Span<T> nodes)
    {
        var constants = new LayerConstants(_layer, _constants);
        for (int node = _layer.Output.Sums, subnode = node; node < _layer.NodeCount; node++)
        {
            double product = 1;
            for (int end = subnode + _layer.Output.SubnodesOf(node); subnode < end; subnode++)
                product *= constants.SubnodeScales[subnode] * double.CreateTruncating(subnodes[subnode]) + constants.SubnodeBiases[subnode];
            nodes[node] = T.CreateTruncating(constants.NodeScales[node] * product + constants.NodeBiases[node]);
        }
    }

    private static int Pad(int count) => (count + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;

    private void AddInput(int input, int first, ReadOnlySpan<T> taps, T baseValue, Span<T> sums)
    {
        ref T weights = ref _weights[input * _rows * _width];
        ref T sum = ref MemoryMarshal.GetReference(sums);
        if (Vector512.IsHardwareAccelerated)
            AddInput<Lanes512<T>, Vector512<T>>(ref weights, _width, first, _rows - 1, taps, baseValue, ref sum);
        else if (Vector256.IsHardwareAccelerated)
            AddInput<Lanes256<T>, Vector256<T>>(ref weights, _width, first, _rows - 1, taps, baseValue, ref sum);
        else
            AddInput<Lanes128<T>, Vector128<T>>(ref weights, _width, first, _rows - 1, taps, baseValue, ref sum);
    }

    private static void AddInput<TLanes, TVector>(ref T weights, int width, int first, int baseRow, ReadOnlySpan<T> taps, T baseValue, ref T sums)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
    {
        for (int j = 0; j < width; j += TLanes.Count)
        {
            TVector sum = TLanes.MultiplyAdd(TLanes.Create(baseValue), TLanes.Load(ref Unsafe.Add(ref weights, baseRow * width + j)), TLanes.Load(ref Unsafe.Add(ref sums, j)));
            ref T row = ref Unsafe.Add(ref weights, first * width + j);
            foreach (T tap in taps)
            {
                sum = TLanes.MultiplyAdd(TLanes.Create(tap), TLanes.Load(ref row), sum);
                row = ref Unsafe.Add(ref row, width);
            }
            TLanes.Store(sum, ref Unsafe.Add(ref sums, j));
        }
    }
}
