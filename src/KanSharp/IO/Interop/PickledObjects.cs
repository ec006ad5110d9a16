namespace KanSharp.IO.Interop;

/// <summary>All that a pickle of tensors may construct.</summary>
internal enum PickleConstructor
{
    /// <summary>collections.OrderedDict.</summary>
    Dictionary,

    /// <summary>torch._utils._rebuild_tensor_v2.</summary>
    Tensor,

    /// <summary>torch.FloatStorage.</summary>
    Singles,

    /// <summary>torch.DoubleStorage.</summary>
    Doubles,
}

/// <summary>A run of numbers in an entry of its own.</summary>
internal sealed record PickledStorage(string Key, bool IsDouble, long Count);

/// <summary>A view of a storage; lengths and strides in elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>A dictionary by text.</summary>
internal sealed class PickledDictionary
{
    private Dictionary<string, object?>? _items;

    public IEnumerable<KeyValuePair<string, object?>> Items => _items ?? [];

    public bool TryAdd(string key, object? value) => (_items ??= new(StringComparer.Ordinal)).TryAdd(key, value);
}
