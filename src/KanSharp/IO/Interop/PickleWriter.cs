using System.Buffers.Binary;
using System.Text;

namespace KanSharp.IO.Interop;

/// <summary>Writes the pickles of torch.save (protocol 2) for tensors of doubles and dictionaries of them; <see cref="PickleReader"/> names the instructions.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream _pickle = new();

    public PickleWriter() => Put(0x80, 2);

    /// <summary>The finished pickle.</summary>
    public byte[] Finish()
    {
        Put('.');
        return _pickle.ToArray();
    }

    public PickleWriter None() => Put('N');

    /// <summary>An ordered dictionary of dense tensors.</summary>
    public PickleWriter Dictionary(IEnumerable<(string Name, int Storage, int[] Shape)> tensors)
    {
        Global("collections", "OrderedDict").Put(')', 'R', '(');
        foreach ((string name, int storage, int[] shape) in tensors)
            Text(name).Tensor(storage, shape);
        return Put('u');
    }

    private PickleWriter Tensor(int storage, int[] shape)
    {
        int count = shape.Aggregate(1, (product, length) => product * length);
        Global("torch._utils", "_rebuild_tensor_v2").Put('(');
        Put('(').Text("storage").Global("torch", "DoubleStorage").Text($"{storage}").Text("cpu").Number(count).Put('t', 'Q');
        Number(0).Numbers(shape);
        int[] strides = new int[shape.Length];
        for (int d = shape.Length - 1, stride = 1; d >= 0; stride *= shape[d--])
            strides[d] = stride;
        return Numbers(strides).Put(0x89).Global("collections", "OrderedDict").Put(')', 'R', 't', 'R');
    }

    private PickleWriter Numbers(int[] numbers)
    {
        Put('(');
        foreach (int number in numbers)
            Number(number);
        return Put('t');
    }

    private PickleWriter Number(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        Put('J');
        _pickle.Write(bytes);
        return this;
    }

    private PickleWriter Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Put('X');
        _pickle.Write(length);
        _pickle.Write(bytes);
        return this;
    }

    private PickleWriter Global(string module, string name)
    {
        _pickle.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));
        return this;
    }

    private PickleWriter Put(params ReadOnlySpan<int> bytes)
    {
        foreach (int value in bytes)
            _pickle.WriteByte((byte)value);
        return this;
    }
}
