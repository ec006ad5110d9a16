using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using KanSharp.Formulas;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO;

public class ModelFileTests
{
    [Fact]
    public void What_is_loaded_is_bit_for_bit_what_was_saved()
    {
        using var folder = new TemporaryFolder();
        foreach (KanModel model in new[] { FixtureModel.Build(), KanModel.Create(new KanSpec(2, 5, 1)), KanModel.Create(KanSpec.Parse("2,5,[1,1],2") with { Perceptron = true }), KanModel.Create(KanSpec.Parse("1,[0,1:3],2") with { GridIntervals = [7, 1], SplineOrders = [0, 5] }) })
        {
            string path = folder.File("m.kan");
            ModelFile.Save(model, path);
            FixtureModel.AssertSame(model, ModelFile.Load(path));
            Assert.Equal(["m.kan"], folder.Names());
        }
    }

    [Theory]
    [InlineData(1.0 / 3)]
    [InlineData(null)]
    public void The_record_of_the_last_training_is_kept(double? rmse)
    {
        KanModel fixture = FixtureModel.Build();
        var record = new FitRecord(rmse, 50, "max_steps");
        var model = new KanModel(fixture.Layers, fixture.BaseFunction, fixture.RangePolicy, fixture.Parameters, fixture.Info with { Fit = record });
        Assert.Equal(record, ModelFile.Load(new MemoryStream(Bytes(model)), "m").Info.Fit);
        Assert.Null(ModelFile.Load(new MemoryStream(Bytes(fixture)), "m").Info.Fit);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes() => Assert.Equal(Bytes(FixtureModel.Build()), Bytes(FixtureModel.Build()));

    [Fact]
    public void A_file_of_the_first_version_stays_readable() =>
        FixtureModel.AssertSame(FixtureModel.Build(), ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "IO", "Fixtures", "model-1.kan")));

    /// <summary>Whoever adds a property to a model's description decides here what becomes of it in files.</summary>
    [Fact]
    public void Everything_a_model_knows_is_in_the_file() => Assert.Equal(
        ["Categories", "Classes", "DerivedInputs", "Fit", "History", "InputNames", "InputScaling", "OutputNames", "OutputScaling", "Precision", "TargetName"],
        typeof(ModelInfo).GetProperties().Select(property => property.Name).Order());

    [Fact]
    public void Text_columns_and_their_labels_survive()
    {
        CategoricalColumn[] columns = [new("colour", ["blue", "r\"ed"]), new("größe", ["", "L", "XL"])];
        KanModel loaded = ModelFile.Load(new MemoryStream(Bytes(WithColumns(columns))), "m");
        Assert.Equal(columns.Select(column => column.Name), loaded.Info.Categories.Select(column => column.Name));
        Assert.Equal(columns.SelectMany(column => column.Labels), loaded.Info.Categories.SelectMany(column => column.Labels));
        Assert.Contains("'colour' has no two different labels", Assert.Throws<KanFormatException>(() => ModelFile.Load(new MemoryStream(Bytes(WithColumns(new CategoricalColumn("colour", ["red", "red"])))), "m")).Message);

        static KanModel WithColumns(params CategoricalColumn[] columns) => KanModel.Create(new KanSpec(2, 1), 1, ModelInfo.Default(2, 1) with { Categories = [.. columns] });
    }

    /// <summary>The rules of the reference implementation, checked by another reader than the library's own.</summary>
    [Fact]
    public void A_file_is_a_valid_safetensors_file()
    {
        byte[] file = Bytes(FixtureModel.Build());
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal((byte)'{', file[8]);
        Assert.Equal(0, headerLength % 8);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, (int)headerLength));
        long end = 0;
        var names = new List<string>();
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject())
        {
            if (tensor.Name == "__metadata__")
            {
                Assert.All(tensor.Value.EnumerateObject(), text => Assert.Equal(JsonValueKind.String, text.Value.ValueKind));
                continue;
            }
            names.Add(tensor.Name);
            Assert.Equal("F64", tensor.Value.GetProperty("dtype").GetString());
            long elements = tensor.Value.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, dimension) => product * dimension.GetInt64());
            Assert.Equal(end, tensor.Value.GetProperty("data_offsets")[0].GetInt64());
            end = tensor.Value.GetProperty("data_offsets")[1].GetInt64();
            Assert.Equal(elements * 8, end - tensor.Value.GetProperty("data_offsets")[0].GetInt64());
        }
        Assert.Equal(file.Length, 8 + headerLength + end);
        Assert.Contains("layers.1.coefficients", names);
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands_whether_it_can_seek_or_not()
    {
        byte[] file = Bytes(FixtureModel.Build());
        using var stream = new MemoryStream([1, 2, 3, .. file]) { Position = 3 };
        FixtureModel.AssertSame(FixtureModel.Build(), ModelFile.Load(stream, "m"));
        Assert.True(stream.CanRead);
        using var pipe = new System.IO.Compression.DeflateStream(new MemoryStream(Deflate(file)), System.IO.Compression.CompressionMode.Decompress);
        Assert.False(pipe.CanSeek);
        FixtureModel.AssertSame(FixtureModel.Build(), ModelFile.Load(pipe, "m"));
    }

    [Fact]
    public void A_function_of_the_user_is_found_in_the_library_that_is_given()
    {
        var sinc = new SymbolicFunction { Name = "sinc", Value = x => x == 0 ? 1 : Math.Sin(x) / x, FirstDerivative = x => 0, SecondDerivative = x => 0, Complexity = 3 };
        KanModel plain = KanModel.Create(new KanSpec(1, 1));
        KanModel model = new([plain.Layers[0].With(symbolicEdges: [new SymbolicEdge(0, 0, sinc)])], plain.BaseFunction, plain.RangePolicy,
            [.. plain.Parameters[..^4], 1, 2, 3, 4, .. plain.Parameters[^4..]]);
        byte[] file = Bytes(model);
        FixtureModel.AssertSame(model, ModelFile.Load(new MemoryStream(file), "m.kan", SymbolicLibrary.Default.With(sinc)));
        string message = Assert.Throws<KanFormatException>(() => ModelFile.Load(new MemoryStream(file), "m.kan")).Message;
        Assert.Contains("m.kan has the function 'sinc' on edge (0,0,0)", message);
        Assert.Contains("Did you mean 'sin'?", message);
    }

    [Fact]
    public void A_model_that_is_not_finite_is_not_saved()
    {
        using var folder = new TemporaryFolder();
        KanModel model = KanModel.Create(new KanSpec(1, 1));
        double[] parameters = model.Parameters.ToArray();
        parameters[3] = double.NaN;
        ModelFile.Save(model, folder.File("m.kan"));
        Assert.Contains("parameter 3 is NaN", Assert.Throws<KanSharpException>(() => ModelFile.Save(model.With(parameters), folder.File("m.kan"))).Message);
        FixtureModel.AssertSame(model, ModelFile.Load(folder.File("m.kan")));
        Assert.Equal(["m.kan"], folder.Names());
    }

    [Fact]
    public void What_is_no_file_is_told_so()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("There is no file", Assert.Throws<KanSharpException>(() => ModelFile.Load(folder.File("none.kan"))).Message);
        Assert.Contains("is a folder", Assert.Throws<KanSharpException>(() => ModelFile.Load(folder.Path)).Message);
    }

    internal static byte[] Bytes(KanModel model)
    {
        using var stream = new MemoryStream();
        ModelFile.Save(model, stream);
        return stream.ToArray();
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(target, System.IO.Compression.CompressionLevel.Fastest))
            deflate.Write(bytes);
        return target.ToArray();
    }
}
