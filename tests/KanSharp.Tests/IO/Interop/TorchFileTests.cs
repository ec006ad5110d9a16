using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck.Xunit;
using KanSharp.IO;
using KanSharp.IO.Checkpoints;
using KanSharp.IO.Interop;
using KanSharp.Model;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO.Interop;

/// <summary>Files of torch.save that are damaged, or made to do harm: they are an error, soon and with little memory.</summary>
public class TorchFileTests
{
    /// <summary>A tensor of two doubles as torch pickles it: storage 0, from number 0 on, shape (2,), stride (1,).</summary>
    private const string Tensor = "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nDoubleStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0002tQK\0K\u0002\u0085K\u0001\u0085\u0089ccollections\nOrderedDict\n)RtR";

    [Fact]
    public void A_tensor_is_read_with_its_strides()
    {
        Assert.Equal([1, 2], Values(Tensor, Doubles(1, 2)));
        // Two rows of three, of which the file has the columns: shape (2, 3), strides (1, 2), from number 1 on.
        string transposed = Tensor.Replace("K\u0002tQK\0K\u0002\u0085K\u0001\u0085", "K\u0007tQK\u0001K\u0002K\u0003\u0086K\u0001K\u0002\u0086");
        Assert.Equal([1, 3, 5, 2, 4, 6], Values(transposed, Doubles(0, 1, 2, 3, 4, 5, 6)));
        Assert.Equal([0.5, -2], Values(Tensor.Replace("Double", "Float"), [.. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(-2f)]));
    }

    [Fact]
    public void A_file_with_any_byte_changed_gives_the_same_numbers_or_an_error()
    {
        byte[] file = State();
        string expected = Content(file)!;
        int same = 0;
        for (int i = 0; i < file.Length; i++)
        {
            byte original = file[i];
            foreach (byte value in new[] { (byte)(original ^ 1), (byte)(original ^ 0x80), (byte)0, (byte)0xFF })
            {
                if (value == original)
                    continue;
                file[i] = value;
                string? content = Content(file);
                Assert.True(content is null || content == expected, $"byte {i} as {value}");
                same += content is null ? 0 : 1;
            }
            file[i] = original;
        }
        // Times, attributes and the copies of sizes in the local headers.
        Assert.InRange(same, 1, file.Length * 2);
    }

    [Fact]
    public void A_file_that_was_cut_off_anywhere_or_went_on_is_an_error()
    {
        byte[] file = State();
        for (int length = 0; length < file.Length; length++)
            Assert.Null(Content(file[..length]));
        Assert.Null(Content([.. file, 0]));
    }

    [Property(MaxTest = 2000)]
    public void Any_bytes_in_place_of_the_pickle_give_an_object_or_an_error(byte[] pickle)
    {
        ReadPickle(pickle);
        ReadPickle([0x80, 2, .. pickle]);
    }

    [Property(MaxTest = 2000)]
    public void Any_instructions_give_an_object_or_an_error(byte[] choices)
    {
        string[] pieces = ["(", ")", "N", "\u0088", "K\u0001", "M\0\u0001", "J\0\0\0\0", "\u008a\u0001\u0001", "X\u0001\0\0\0a", "q\0", "h\0", "\u0085", "\u0086", "\u0087", "t", "}", "s", "u", "Q", "R", "b", ".",
            "ccollections\nOrderedDict\n", "ctorch\nDoubleStorage\n", "ctorch._utils\n_rebuild_tensor_v2\n", "X\u0007\0\0\0storage", Tensor];
        ReadPickle(Latin1("\u0080\u0002" + string.Concat(choices.Select(choice => pieces[choice % pieces.Length])) + "."));
    }

    [Theory]
    [InlineData("cos\nsystem\nX\u0002\0\0\0ls\u0085R.", "asks for 'os.system'")]
    [InlineData("c__builtin__\neval\nX\u0001\0\0\01\u0085R.", "asks for '__builtin__.eval'")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v3\n.", "asks for 'torch._utils._rebuild_tensor_v3'")]
    [InlineData("ctorch\nLongStorage\n.", "a tensor is a 'LongStorage'")]
    [InlineData("ctorch.storage\n_load_from_bytes\n.", "asks for 'torch.storage._load_from_bytes'")]
    [InlineData("(X\u0002\0\0\0lsios\nsystem\n.", "instruction 0x69")]
    [InlineData("(cos\nsystem\no.", "asks for 'os.system'")]
    [InlineData("X\u0002\0\0\0osX\u0006\0\0\0system\u0093.", "instruction 0x93")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "instruction 0x81")]
    [InlineData("P1\n.", "instruction 0x50")]
    [InlineData("I1\n.", "instruction 0x49")]
    [InlineData("ccollections\nOrderedDict\n(X\u0001\0\0\0at\u0085R.", "arguments that do not belong to it")]
    [InlineData("NNb.", "sets the state of an object")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffa.", "but 4294967295 more are expected")]
    [InlineData("X\u0001\0\0\0\u00ff.", "not UTF-8")]
    [InlineData("\u008a\u00ff.", "but 255 more are expected")]
    [InlineData("h\u0007.", "recalls number 7")]
    [InlineData("t.", "did not open")]
    [InlineData("N(R.", "is not there")]
    [InlineData("N(K\u0001K\u0002u.", "no dictionary")]
    [InlineData("}K\u0001K\u0002s.", "key that is no text")]
    [InlineData("}X\u0001\0\0\0aNsX\u0001\0\0\0aNs.", "'a' is there twice")]
    [InlineData("NN.", "goes on where it should end")]
    [InlineData("N", "ends at byte")]
    [InlineData("cos\nsys", "ends within a name")]
    public void A_pickle_that_is_none_of_tensors_is_refused_and_nothing_of_it_is_run(string pickle, string expected) =>
        Assert.Contains(expected, Assert.Throws<KanFormatException>(() => PickleReader.Read(Latin1("\u0080\u0002" + pickle), "f")).Message);

    [Theory]
    [InlineData("K\u0002tQK\0K\u0002", "K\u0002tQK\0K\u0003", "does not lie within its storage")]
    [InlineData("K\u0002tQK\0K\u0002", "K\u0002tQK\u0001K\u0002", "does not lie within its storage")]
    [InlineData("K\u0002tQK\0K\u0002", "K\u0002tQJ\u00ff\u00ff\u00ff\u00ffK\u0002", "does not lie within its storage")]
    [InlineData("K\u0001\u0085\u0089", "K\u0002\u0085\u0089", "does not lie within its storage")]
    [InlineData("K\u0001\u0085\u0089", "J\u00ff\u00ff\u00ff\u00ff\u0085\u0089", "does not lie within its storage")]
    [InlineData("K\u0001\u0085\u0089", ")\u0089", "does not lie within its storage")]
    [InlineData("K\0K\u0002\u0085K\u0001\u0085", "K\0J\u00ff\u00ff\u00ff\u007f\u0085K\0\u0085", "does not lie within its storage")]
    [InlineData("K\0K\u0002\u0085K\u0001\u0085", "K\0(J\0\0\0\u007fJ\0\0\0\u007fJ\0\0\0\u007fJ\0\0\0\u007ft(K\0K\0K\0K\0t", "does not lie within its storage")]
    [InlineData("K\u0002tQ", "K\u0003tQ", "has a storage of 3 numbers")]
    [InlineData("K\u0002tQ", "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007ftQ", "has a storage of 9223372036854775807 numbers")]
    [InlineData("K\u0002tQ", "J\u00ff\u00ff\u00ff\u00fftQ", "has a storage of -1 numbers")]
    [InlineData("X\u0001\0\0\00", "X\u0009\0\0\0../../etc", "archive/data/../../etc' has 0 bytes")]
    [InlineData("Double", "Float", "has a storage of 2 numbers")]
    public void A_tensor_that_does_not_lie_in_its_storage_is_an_error(string part, string by, string expected)
    {
        Assert.Contains(part, Tensor);
        string message = Assert.Throws<KanFormatException>(() => Values(Tensor.Replace(part, by), Doubles(1, 2))).Message;
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Tensors_that_share_a_storage_may_not_have_more_numbers_than_the_file()
    {
        byte[] pickle = Latin1("\u0080\u0002ccollections\nOrderedDict\n)R(" + string.Concat(Enumerable.Range(0, 900).Select(i => $"X\u0003\0\0\0{i:000}" + Tensor.Replace("K\u0002", "M\u00e8\u0003"))) + "u.");
        var file = new TorchFile(new MemoryStream(Zip(("archive/data.pkl", pickle), ("archive/data/0", new byte[8000]))), "f");
        var tensors = ((PickledDictionary)file.Content!).Items.Select(item => (item.Key, (PickledTensor)item.Value!)).ToList();
        Assert.Equal(900, tensors.Count);
        Assert.Contains("more numbers than the file", Assert.Throws<KanFormatException>(() => tensors.ForEach(tensor => file.Tensor(tensor.Key, tensor.Item2))).Message);
    }

    [Fact]
    public void An_archive_that_torch_would_not_write_is_an_error()
    {
        (string, byte[])[] plain = [("archive/data.pkl", Latin1("\u0080\u0002N."))];
        Assert.Null(new TorchFile(new MemoryStream(Zip(plain)), "f").Content);
        Fails(Zip(plain, CompressionLevel.Optimal), "compressed or encrypted");
        Fails(Zip(("a/data.pkl", [1]), ("b/data.pkl", [1])), "2 entries data.pkl");
        Fails(Zip(("a/other", [1])), "0 entries data.pkl");
        Fails(Zip(plain[0], ("archive/byteorder", "big"u8.ToArray())), "not little-endian");
        Fails(Zip(("archive/data.pkl", new byte[PickleReader.MaxLength + 1])), "its pickle has 1000001 bytes");
        Fails(Zip(plain[0], plain[0]), "there twice");
        Fails(Edited(end => BinaryPrimitives.WriteUInt16LittleEndian(end[10..], 0xFFFF)), "65535 entries");
        Fails(Edited(end => BinaryPrimitives.WriteUInt16LittleEndian(end[10..], 2)), "ends after 1 entries");
        Fails(Edited(end => BinaryPrimitives.WriteUInt32LittleEndian(end[12..], 0xFFFFFFFF)), "in 4294967295 bytes");
        Fails(Edited(end => BinaryPrimitives.WriteUInt32LittleEndian(end[16..], 0xFFFFFFFF)), "from byte 4294967295 on");
        Fails(Edited(end => BinaryPrimitives.WriteUInt16LittleEndian(end[20..], 1)), "does not end like a zip archive");
        Fails(Directory(entry => BinaryPrimitives.WriteUInt64LittleEndian(entry[20..], ulong.MaxValue)), "should have 4294967295 bytes");
        Fails(Directory(entry => BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], 0xFFFFFFF0)), "does not lie where");
        Fails(Directory(entry => entry[8] |= 1), "compressed or encrypted");

        byte[] Edited(Edit edit)
        {
            byte[] file = Zip(plain);
            edit(file.AsSpan(file.Length - 22));
            return file;
        }

        byte[] Directory(Edit edit) => Edited(end => { }) is var file && BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 6)) is var start ? With(file, start, edit) : [];
    }

    [Fact]
    public void Hostile_files_take_little_memory()
    {
        const int length = PickleReader.MaxLength - 3;
        foreach (string unit in (string[])["}", "(", ")", "N", "K\0", "})\u0086", ")\u0085", "N\u0085", "}q\0", "}(t", "X\0\0\0\0", "ccollections\nOrderedDict\n", "ccollections\nOrderedDict\n)R", "X\u0001\0\0\0aq\u0001h\u0001\u0086"])
        {
            byte[] pickle = Latin1("\u0080\u0002" + string.Concat(Enumerable.Repeat(unit, length / unit.Length)) + ".");
            byte[] file = Zip(("archive/data.pkl", pickle));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Fails(file, "");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
        }
        // Tuples of the same tuple twice: 2 to the power of a hundred thousand, were it ever written out.
        string doubled = "\u0080\u0002)" + string.Concat(Enumerable.Repeat("q\0h\0\u0086", 100_000)) + ".";
        Assert.IsType<object?[]>(PickleReader.Read(Latin1(doubled), "f"));
    }

    private delegate void Edit(Span<byte> bytes);

    private static byte[] With(byte[] file, int start, Edit edit)
    {
        edit(file.AsSpan(start));
        return file;
    }

    private static void ReadPickle(byte[] pickle)
    {
        try
        {
            PickleReader.Read(pickle, "f");
        }
        catch (KanFormatException failure)
        {
            Assert.StartsWith("f is not readable", failure.Message);
        }
    }

    private static void Fails(byte[] file, string expected) =>
        Assert.Contains(expected, Assert.Throws<KanFormatException>(() => new TorchFile(new MemoryStream(file), "f")).Message);

    private static double[] Values(string tensor, byte[] storage)
    {
        byte[] pickle = Latin1("\u0080\u0002" + tensor + ".");
        var file = new TorchFile(new MemoryStream(Zip(("archive/data.pkl", pickle), ("archive/data/0", storage))), "f");
        return file.Tensor("t", (PickledTensor)file.Content!).Values;
    }

    /// <summary>All names, shapes and values of a file, or null where it is an error.</summary>
    private static string? Content(byte[] bytes)
    {
        try
        {
            var file = new TorchFile(new MemoryStream(bytes), "f");
            var text = new StringBuilder();
            foreach ((string name, object? value) in ((PickledDictionary)file.Content!).Items)
            {
                (TensorShape shape, double[] values) = file.Tensor(name, (PickledTensor)value!);
                text.AppendLine($"{name} {TensorShape.Format(shape.Dimensions)} {string.Join(' ', values.Select(v => v.ToString("R")))}");
            }
            return text.ToString();
        }
        catch (KanFormatException failure)
        {
            Assert.StartsWith("f is not readable", failure.Message);
            return null;
        }
    }

    private static byte[] State()
    {
        using var folder = new TemporaryFolder();
        PykanCheckpoint.Save(KanModel.Create(new KanSpec(1, 1) { GridIntervals = [1], SplineOrders = [1] }), folder.File("m"));
        return File.ReadAllBytes(folder.File("m_state"));
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries) => Zip(entries, CompressionLevel.NoCompression);

    private static byte[] Zip((string Name, byte[] Content)[] entries, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
