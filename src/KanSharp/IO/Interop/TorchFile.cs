using KanSharp.IO.Checkpoints;

namespace KanSharp.IO.Interop;

/// <summary>
/// Reads a file that torch.save wrote: a zip archive with a pickle, data.pkl, that describes tensors, and one entry of raw little-endian numbers
/// for each storage.
/// </summary>
internal sealed class TorchFile
{
    private readonly StoredZip _zip;
    private readonly string _source;
    private readonly string _folder;
    private long _bytesLeft;

    public TorchFile(Stream stream, string source)
    {
        const string pickle = "/data.pkl";
        _source = source;
        _zip = new StoredZip(stream, source);
        _bytesLeft = _zip.Length;
        string[] pickles = [.. _zip.Names.Where(name => name.EndsWith(pickle, StringComparison.Ordinal))];
        if (pickles.Length != 1)
            throw Damage.Of(source, $"it has {pickles.Length} entries data.pkl; one is expected in a file of torch.save");
        _folder = pickles[0][..^pickle.Length];
        if (_zip.Has(_folder + "/byteorder") && !_zip.Read(_folder + "/byteorder").AsSpan().SequenceEqual("little"u8))
            throw Damage.Of(source, "its numbers are not little-endian");
        long length = _zip.LengthOf(pickles[0]);
        if (length > PickleReader.MaxLength)
            throw Damage.Of(source, $"its pickle has {length} bytes; at most {PickleReader.MaxLength} are read");
        Content = PickleReader.Read(_zip.Read(pickles[0]), source);
    }

    /// <summary>What was saved: null, a <see cref="PickledTensor"/> or a <see cref="PickledDictionary"/>.</summary>
    public object? Content { get; }

    /// <summary>The values of a tensor, last index fastest. All tensors together may not have more bytes than the file.</summary>
    public (TensorShape Shape, double[] Values) Tensor(string name, PickledTensor tensor)
    {
        PickledStorage storage = tensor.Storage;
        int size = storage.IsDouble ? sizeof(double) : sizeof(float);
        string entry = $"{_folder}/data/{storage.Key}";
        var shape = new TensorShape(name, [.. tensor.Shape]);
        if (!_zip.Has(entry) || storage.Count < 0 || (Int128)storage.Count * size != _zip.LengthOf(entry))
            throw Damage.Of(_source, $"tensor {Damage.Quote(name)} has a storage of {storage.Count} numbers; the entry {Damage.Quote(entry)} has {_zip.LengthOf(entry)} bytes");
        Int128 count = 1, last = tensor.Offset;
        bool isPossible = tensor.Offset >= 0 && tensor.Strides.Length == tensor.Shape.Length;
        for (int d = 0; isPossible && d < tensor.Shape.Length; d++)
        {
            isPossible = tensor.Shape[d] is >= 0 and <= int.MaxValue && tensor.Strides[d] is >= 0 and <= int.MaxValue;
            count *= tensor.Shape[d];
            last += (Int128)(tensor.Shape[d] - 1) * tensor.Strides[d];
        }
        if (!isPossible || count > storage.Count || (count > 0 && last >= storage.Count))
            throw Damage.Of(_source, $"tensor {Damage.Quote(name)} of shape {TensorShape.Format(shape.Dimensions)} with strides {TensorShape.Format([.. tensor.Strides])} from number {tensor.Offset} on does not lie within its storage of {storage.Count} numbers");
        _bytesLeft -= _zip.LengthOf(entry);
        if (_bytesLeft < 0)
            throw Damage.Of(_source, "its tensors have more numbers than the file");
        return (shape, Gather(Numbers(_zip.Read(entry), storage.IsDouble), tensor, (int)count));
    }

    private static double[] Numbers(byte[] bytes, bool isDouble)
    {
        double[] values = new double[bytes.Length / (isDouble ? sizeof(double) : sizeof(float))];
        if (isDouble)
        {
            Safetensors.ReadLittleEndian(new MemoryStream(bytes), values);
            return values;
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return values;
    }

    /// <summary>The tensor's numbers in the order of its indices.</summary>
    private static double[] Gather(double[] storage, PickledTensor tensor, int count)
    {
        double[] values = new double[count];
        int rank = tensor.Shape.Length;
        Span<long> index = stackalloc long[rank];
        long place = tensor.Offset;
        for (int i = 0; i < count; i++)
        {
            values[i] = storage[place];
            for (int d = rank - 1; d >= 0; d--)
            {
                place += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d])
                    break;
                place -= tensor.Strides[d] * tensor.Shape[d];
                index[d] = 0;
            }
        }
        return values;
    }
}
