using System.Buffers;
using System.Numerics;
using KanSharp.Layers.Kernels;

namespace KanSharp.Model;

/// <summary>A model prepared for one sample at a time. Immutable, so that several threads may share it; evaluates without allocating.</summary>
internal abstract class SampleEvaluator
{
    /// <summary>Prepares the model in the numbers that it is evaluated in.</summary>
    public static SampleEvaluator Create(KanModel model) =>
        model.Info.Precision == Precision.Single ? new SampleEvaluator<float>(model) : new SampleEvaluator<double>(model);

    /// <summary>Outputs in the network's units for inputs in the network's units.</summary>
    public abstract void Evaluate(ReadOnlySpan<double> scaled, Span<double> outputs);
}

/// <inheritdoc/>
internal sealed class SampleEvaluator<T> : SampleEvaluator
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Up to so many numbers the intermediate results are kept on the stack.</summary>
    private const int OnStack = 1024;

    private readonly SampleLayer<T>[] _layers;
    private readonly int _room;

    public SampleEvaluator(KanModel model)
    {
        _layers = new SampleLayer<T>[model.Layers.Length];
        for (int l = 0; l < _layers.Length; l++)
            _layers[l] = new SampleLayer<T>(model.Layers[l], model.Network.Tables<T>()[l], model.Network.BaseFunctionOf(l), model.Network.View(l, model.ParameterArray));
        _room = _layers.Max(layer => layer.Room);
    }

    public override void Evaluate(ReadOnlySpan<double> scaled, Span<double> outputs)
    {
        int length = 4 * _room;
        T[]? rented = length > OnStack ? ArrayPool<T>.Shared.Rent(length) : null;
        Span<T> memory = rented ?? stackalloc T[length];
        Span<T> nodes = memory[.._room], next = memory.Slice(_room, _room), bases = memory.Slice(2 * _room, _room), subnodes = memory.Slice(3 * _room, _room);
        for (int i = 0; i < scaled.Length; i++)
            nodes[i] = T.CreateTruncating(scaled[i]);
        foreach (SampleLayer<T> layer in _layers)
        {
            layer.Evaluate(nodes, bases, subnodes, next);
            Span<T> swap = nodes;
            nodes = next;
            next = swap;
        }
        for (int o = 0; o < outputs.Length; o++)
            outputs[o] = double.CreateTruncating(nodes[o]);
        if (rented is not null)
            ArrayPool<T>.Shared.Return(rented);
    }
}
