using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Tests.IO;

public class DamagedModelFileTests
{
    private static readonly KanModel s_model = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [1], SplineOrders = [1] });

    [Fact]
    public void A_file_with_any_byte_changed_gives_the_same_model_or_an_error()
    {
        byte[] file = ModelFileTests.Bytes(s_model);
        int loaded = 0;
        for (int i = 0; i < file.Length; i++)
        {
            byte original = file[i];
            foreach (byte value in new[] { (byte)(original ^ 1), (byte)(original ^ 0x80), (byte)0, (byte)0xFF, (byte)'"', (byte)'9', (byte)'-' })
            {
                if (value == original)
                    continue;
                file[i] = value;
                loaded += LoadsTheSameOrFails(file) ? 1 : 0;
            }
            file[i] = original;
        }
        Assert.True(LoadsTheSameOrFails(file));
        // Space around the header's end, and the name of the checksum, which may be missing.
        Assert.InRange(loaded, 1, 100);
    }

    [Fact]
    public void A_file_that_was_cut_off_anywhere_or_went_on_is_an_error()
    {
        byte[] file = ModelFileTests.Bytes(s_model);
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<KanFormatException>(() => Load(file[..length]));
        Assert.Throws<KanFormatException>(() => Load([.. file, 0]));
    }

    [Fact]
    public void A_checksum_that_does_not_match_is_an_error_and_one_that_is_missing_is_not()
    {
        byte[] file = ModelFileTests.Bytes(s_model);
        file[^1] ^= 1;
        Fails(file, "checksum");
        FixtureModel.AssertSame(s_model, Load(Edited(_ => { })));
    }

    [Theory]
    [InlineData("", "too few")]
    [InlineData("PK\u0003\u0004 and what follows in a zip file", "does not start like a safetensors file")]
    [InlineData("x1,x2,y\n1,2,3\n", "does not start like a safetensors file")]
    [InlineData("\u0010\0\0\0\0\0\0\0{}", "its header should have 16 bytes, but only 2 are there")]
    [InlineData("\u0004\0\0\0\0\0\0\0{\"a\"", "its header cannot be read")]
    [InlineData("\u0002\0\0\0\0\0\0\0[]", "its header cannot be read")]
    [InlineData("\u0002\0\0\0\0\0\0\0{}", "not a KanSharp model")]
    public void What_is_no_model_file_is_told_so(string content, string expected) => Fails(Encoding.Latin1.GetBytes(content), expected);

    [Fact]
    public void A_huge_header_length_allocates_nothing()
    {
        byte[] file = ModelFileTests.Bytes(s_model);
        foreach (ulong length in (ulong[])[ulong.MaxValue, long.MaxValue, 1UL << 40, 99_999_999, (ulong)file.Length])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file, length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<KanFormatException>(() => Load(file));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Fact]
    public void A_newer_file_asks_for_an_update()
    {
        Fails(Edited(header => header["__metadata__"]!["version"] = "2"), "has format version 2, and this version of KanSharp reads versions up to 1");
        Fails(Edited(header => header["__metadata__"]!["version"] = "two"), "format version is 'two'");
    }

    [Theory]
    [InlineData("shape", "[1, 1, -3]", "contradict each other")]
    [InlineData("shape", "[4611686018427387904, 4611686018427387904]", "contradict each other")]
    [InlineData("shape", "[2]", "has shape [2], expected [1, 1, 2]")]
    [InlineData("shape", "[1.5]", "its header cannot be read")]
    [InlineData("shape", "\"2\"", "its header cannot be read")]
    [InlineData("data_offsets", "[-16, 0]", "should start at")]
    [InlineData("data_offsets", "[0, 16]", "should start at")]
    [InlineData("data_offsets", "[32, 48]", "should start at 40")]
    [InlineData("data_offsets", "[40, 24]", "it should start at 40")]
    [InlineData("data_offsets", "[40, 9223372036854775807]", "only")]
    [InlineData("data_offsets", "[48, 64]", "should start at 40")]
    [InlineData("data_offsets", "[40]", "its header cannot be read")]
    [InlineData("dtype", "\"F32\"", "has type 'F32'; F64 is expected")]
    [InlineData("dtype", "null", "its header cannot be read")]
    public void A_tensor_with_an_impossible_place_is_an_error(string member, string value, string expected) =>
        Fails(Edited(header => header["layers.0.coefficients"]![member] = JsonNode.Parse(value)), expected);

    [Fact]
    public void A_missing_or_foreign_tensor_is_an_error()
    {
        Fails(Edited(header => Rename(header, "layers.0.knots", "layers.0.knobs")), "tensor 'layers.0.knots' is missing");
        Fails(Edited(header => header["extra"] = JsonNode.Parse($$"""{"dtype":"F64","shape":[0],"data_offsets":[{{DataLength()}},{{DataLength()}}]}""")), "tensor 'extra' does not belong to a model");
        Fails(Edited(header => header["extra"] = JsonNode.Parse("[]")), "its header cannot be read");
    }

    [Theory]
    [InlineData("inputs", "-1", "layers.0.knots' has shape [1, 4], expected [-1, 4]")]
    [InlineData("inputs", "2000000000", "expected [2000000000, 4]")]
    [InlineData("inputs", "\"1\"", "description cannot be read")]
    [InlineData("layers", "[]", "it has no layers")]
    [InlineData("layers", "[null]", "layer 0 has no description")]
    [InlineData("layers", """[{"order":1,"intervals":1,"sums":2000000000,"products":[2000000000,2000000000],"symbolic":[]}]""", "expected [1, 6000000000]")]
    [InlineData("layers", """[{"order":1,"intervals":1,"sums":0,"products":[0],"symbolic":[]}]""", "product node without subnodes")]
    [InlineData("layers", """[{"order":99,"intervals":1,"sums":1,"products":[],"symbolic":[]}]""", "spline order 99")]
    [InlineData("layers", """[{"order":1,"intervals":1,"sums":1,"products":[],"symbolic":[{"input":0,"output":0,"function":"sin"}]}]""", "symbolic_affine' has shape [0, 4], expected [1, 4]")]
    [InlineData("layers", """[{"order":1,"intervals":1,"sums":1,"products":[]}]""", "description cannot be read")]
    [InlineData("base_function", "\"relu\"", "its base function is 'relu'; expected silu, identity, zero")]
    [InlineData("range_policy", "\"1\"", "its range policy is '1'; expected linear, clamp, zero, error")]
    [InlineData("input_names", "[null]", "its input names have a gap")]
    [InlineData("input_names", "null", "description cannot be read")]
    [InlineData("input_names", "[\"a\",\"b\"]", "The network has 1 inputs, but 2 input names")]
    [InlineData("output_names", "[\"\\ud800\"]", "description cannot be read")]
    [InlineData("classes", "[\"a\",\"b\"]", "2 classes")]
    [InlineData("plugin", "\"rm -rf\"", "description cannot be read")]
    [InlineData("derived_inputs", "[null]", "a computed input has no description")]
    [InlineData("derived_inputs", """[{"name":"b","formula":"v/","columns":["v"]}]""", "the formula of the input 'b' cannot be read")]
    [InlineData("derived_inputs", """[{"name":"b","formula":"v/w","columns":["v"]}]""", "'w' is unknown")]
    [InlineData("derived_inputs", """[{"name":"b","formula":"v","columns":["v"]}]""", "'b' is to be computed, but is no input")]
    public void A_description_that_does_not_fit_is_an_error(string member, string value, string expected) => Fails(Edited(header =>
    {
        string text = header["__metadata__"]!["model"]!.GetValue<string>();
        JsonNode description = JsonNode.Parse(text)!;
        description[member] = null;
        header["__metadata__"]!["model"] = description.ToJsonString().Replace($"\"{member}\":null", $"\"{member}\":{value}");
    }), expected);

    [Fact]
    public void A_value_that_is_not_finite_or_no_grid_is_an_error()
    {
        byte[] file = Edited(_ => { });
        int data = file.Length - DataLength();
        BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(data + 8), double.NaN);
        Fails(file, "value 1 of tensor 'layers.0.knots' is NaN");
        BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(data + 8), -4);
        Fails(file, "knots must not decrease");
    }

    [Fact]
    public void A_scale_of_zero_is_an_error()
    {
        byte[] file = Edited(_ => { });
        BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(file.Length - 8), 0);
        Fails(file, "scale positive");
    }

    private static KanModel Load(byte[] file) => ModelFile.Load(new MemoryStream(file, writable: false), "m.kan");

    private static bool LoadsTheSameOrFails(byte[] file)
    {
        try
        {
            FixtureModel.AssertSame(s_model, Load(file));
            return true;
        }
        catch (KanFormatException failure)
        {
            Assert.StartsWith("m.kan ", failure.Message);
            return false;
        }
    }

    private static void Fails(byte[] file, string expected)
    {
        string message = Assert.Throws<KanFormatException>(() => Load(file)).Message;
        Assert.StartsWith("m.kan ", message);
        Assert.Contains(expected, message);
    }

    private static int DataLength()
    {
        byte[] file = ModelFileTests.Bytes(s_model);
        return file.Length - 8 - (int)BinaryPrimitives.ReadInt64LittleEndian(file);
    }

    /// <summary>The small model's file without checksum and with an edited header.</summary>
    private static byte[] Edited(Action<JsonObject> edit)
    {
        byte[] file = ModelFileTests.Bytes(s_model);
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        JsonObject header = JsonNode.Parse(file.AsSpan(8, headerLength))!.AsObject();
        header["__metadata__"]!.AsObject().Remove("sha256");
        edit(header);
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. file[(8 + headerLength)..]];
    }

    private static void Rename(JsonObject header, string from, string to)
    {
        JsonNode value = header[from]!;
        header.Remove(from);
        header[to] = value;
    }
}
