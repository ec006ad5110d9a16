using System.Buffers.Binary;
using System.Text;

namespace KanSharp.IO.Interop;

/// <summary>
/// Reads what torch.save pickles for tensors and dictionaries of tensors (protocol 2). It is a small machine that knows numbers, texts, tuples,
/// dictionaries and the constructors of <see cref="PickleConstructor"/>, and refuses every other instruction and name: there is nothing it could
/// run. Each byte of the pickle makes at most one small object, and the pickle's length is limited, so memory is too.
/// </summary>
internal sealed class PickleReader
{
    /// <summary>The longest pickle that is read, bytes; a network of a hundred layers needs a tenth.</summary>
    public const int MaxLength = 1_000_000;

    private readonly byte[] _pickle;
    private readonly string _source;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;

    private PickleReader(byte[] pickle, string source)
    {
        _pickle = pickle;
        _source = source;
    }

    /// <summary>The one object that the pickle makes: null, a <see cref="PickledTensor"/> or a <see cref="PickledDictionary"/>.</summary>
    public static object? Read(byte[] pickle, string source) => new PickleReader(pickle, source).Run();

    private object? Run()
    {
        if (Byte() != 0x80 || Byte() != 2)
            throw Damaged("its pickle does not start with protocol 2");
        while (true)
        {
            int at = _position;
            byte instruction = Byte();
            switch (instruction)
            {
                case (byte)'.': // STOP
                    object? result = Pop();
                    if (_stack.Count > 0 || _marks.Count > 0 || _position != _pickle.Length)
                        throw Damaged("its pickle goes on where it should end");
                    return result;
                case (byte)'(': // MARK
                    _marks.Add(_stack.Count);
                    break;
                case (byte)'N': // NONE
                    _stack.Add(null);
                    break;
                case 0x88: // NEWTRUE
                    _stack.Add(true);
                    break;
                case 0x89: // NEWFALSE
                    _stack.Add(false);
                    break;
                case (byte)'K': // BININT1
                    _stack.Add((long)Byte());
                    break;
                case (byte)'M': // BININT2
                    _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                    break;
                case (byte)'J': // BININT
                    _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                    break;
                case 0x8a: // LONG1
                    _stack.Add(Long(Bytes(Byte())));
                    break;
                case (byte)'X': // BINUNICODE
                    _stack.Add(Text(Bytes(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))));
                    break;
                case (byte)'c': // GLOBAL
                    _stack.Add(Constructor(Line(), Line()));
                    break;
                case (byte)'q': // BINPUT
                    _memo[Byte()] = Peek();
                    break;
                case (byte)'r': // LONG_BINPUT
                    _memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Peek();
                    break;
                case (byte)'h': // BINGET
                    _stack.Add(Memo(Byte()));
                    break;
                case (byte)'j': // LONG_BINGET
                    _stack.Add(Memo(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))));
                    break;
                case (byte)')': // EMPTY_TUPLE
                    _stack.Add(Array.Empty<object?>());
                    break;
                case 0x85: // TUPLE1
                case 0x86: // TUPLE2
                case 0x87: // TUPLE3
                    _stack.Add(PopMany(instruction - 0x84));
                    break;
                case (byte)'t': // TUPLE
                    _stack.Add(PopToMark());
                    break;
                case (byte)'}': // EMPTY_DICT
                    _stack.Add(new PickledDictionary());
                    break;
                case (byte)'s': // SETITEM
                    Set(PopMany(2));
                    break;
                case (byte)'u': // SETITEMS
                    Set(PopToMark());
                    break;
                case (byte)'Q': // BINPERSID
                    _stack.Add(Storage(Pop()));
                    break;
                case (byte)'R': // REDUCE
                    object? arguments = Pop();
                    _stack.Add(Construct(Pop(), arguments));
                    break;
                case (byte)'b': // BUILD: a state dictionary's versions of its modules, which nothing here depends on
                    if (Pop() is not PickledDictionary || Peek() is not PickledDictionary)
                        throw Damaged($"its pickle sets the state of an object at byte {at}; only that of a dictionary is expected");
                    break;
                default:
                    throw Damaged($"its pickle has the instruction 0x{instruction:X2} at byte {at}, which a file of tensors has no use for");
            }
        }
    }

    private static PickleConstructor? Known(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleConstructor.Dictionary,
        ("torch._utils", "_rebuild_tensor_v2") => PickleConstructor.Tensor,
        ("torch", "FloatStorage") => PickleConstructor.Singles,
        ("torch", "DoubleStorage") => PickleConstructor.Doubles,
        _ => null,
    };

    private object Constructor(string module, string name) => Known(module, name)
        ?? throw (module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal)
            ? Damaged($"a tensor is a {Damage.Quote(name)}; numbers of single or double precision are expected")
            : Damaged($"its pickle asks for {Damage.Quote($"{module}.{name}")}, which a file of tensors has no use for; nothing of it was run"));

    private object Construct(object? constructor, object? arguments) => (constructor, arguments) switch
    {
        (PickleConstructor.Dictionary, object?[] { Length: 0 }) => new PickledDictionary(),
        (PickleConstructor.Tensor, object?[] and [PickledStorage storage, long offset, object?[] shape, object?[] strides, bool, PickledDictionary]) =>
            new PickledTensor(storage, offset, Numbers(shape), Numbers(strides)),
        _ => throw Damaged($"its pickle calls a constructor at byte {_position - 1} with arguments that do not belong to it"),
    };

    private PickledStorage Storage(object? identity) => identity switch
    {
        object?[] and ["storage", PickleConstructor.Singles or PickleConstructor.Doubles, string key, string, long count] =>
            new PickledStorage(key, ((object?[])identity)[1] is PickleConstructor.Doubles, count),
        _ => throw Damaged("its pickle names a storage in an unknown way"),
    };

    private long[] Numbers(object?[] tuple) => tuple.All(item => item is long) && tuple.Length <= 4
        ? [.. tuple.Cast<long>()]
        : throw Damaged("a tensor's shape is not a tuple of up to four whole numbers");

    private void Set(object?[] pairs)
    {
        if (pairs.Length % 2 != 0 || Peek() is not PickledDictionary dictionary)
            throw Damaged($"its pickle adds to something at byte {_position - 1} that is no dictionary");
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] is not string key)
                throw Damaged("a dictionary of its pickle has a key that is no text");
            if (!dictionary.TryAdd(key, pairs[i + 1]))
                throw Damaged($"{Damage.Quote(key)} is there twice");
        }
    }

    private byte Byte() => Bytes(1)[0];

    private ReadOnlySpan<byte> Bytes(long count)
    {
        if (count > _pickle.Length - _position)
            throw Damaged($"its pickle ends at byte {_pickle.Length}, but {count} more are expected from byte {_position} on");
        ReadOnlySpan<byte> bytes = _pickle.AsSpan(_position, (int)count);
        _position += (int)count;
        return bytes;
    }

    private string Line()
    {
        int length = _pickle.AsSpan(_position).IndexOf((byte)'\n');
        if (length < 0)
            throw Damaged("its pickle ends within a name");
        string line = Text(Bytes(length));
        _position++;
        return line;
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (ArgumentException failure)
        {
            throw Damage.Of(_source, "a text of its pickle is not UTF-8", failure);
        }
    }

    private long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
            throw Damaged($"its pickle has a number of {bytes.Length} bytes");
        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    private object? Memo(uint index) => _memo.TryGetValue(index, out object? value) ? value : throw Damaged($"its pickle recalls number {index}, which it did not store");

    private object? Peek() => _stack.Count > (_marks.Count > 0 ? _marks[^1] : 0) ? _stack[^1] : throw Damaged($"its pickle takes something at byte {_position - 1} that is not there");

    private object? Pop()
    {
        object? top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            items[i] = Pop();
        return items;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Damaged($"its pickle closes something at byte {_position - 1} that it did not open");
        int mark = _marks[^1];
        object?[] items = [.. _stack[mark..]];
        _stack.RemoveRange(mark, items.Length);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    private KanFormatException Damaged(string what) => Damage.Of(_source, what);
}
