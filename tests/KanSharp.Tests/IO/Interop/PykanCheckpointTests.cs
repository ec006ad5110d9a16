using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using KanSharp.Formulas;
using KanSharp.IO;
using KanSharp.IO.Interop;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.IO.Interop;

public sealed class PykanCheckpointTests : IDisposable
{
    private const string Width = "width:\n- - 1\n  - 0\n- - 1\n  - 0\n";

    private const string Config = """
        base_fun_name: silu
        k: 1
        mult_arity: 2
        round: 0
        symbolic.funs_name.0:
        - - '0'
        symbolic_enabled: true
        width:
        - - 1
          - 0
        - - 1
          - 0

        """;

    private static readonly KanModel s_tiny = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [1], SplineOrders = [1], RangePolicy = RangePolicy.Zero });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Prefix => _folder.File("m");

    [Fact]
    public void What_was_saved_comes_back_to_the_bit()
    {
        foreach (string shape in (string[])["2,3,1", "3,[2,2],2", "2,[0,1:3],[1,2:2/4],1"])
        {
            KanModel model = KanModel.Create(KanSpec.Parse(shape) with { GridIntervals = [4], SplineOrders = [2], RangePolicy = RangePolicy.Zero }, seed: 5);
            Assert.Empty(PykanCheckpoint.Save(model, Prefix));
            PykanCheckpoint back = PykanCheckpoint.Load(Prefix);
            Assert.Equal(shape, back.Model.Shape);
            Assert.Equal(model.Parameters.ToArray(), back.Model.Parameters.ToArray());
            Assert.Null(back.CachedInputs);
            Assert.Empty(back.Notes);
        }
        Assert.Equal(["m_cache_data", "m_config.yml", "m_state"], _folder.Names());
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        PykanCheckpoint.Save(s_tiny, Prefix);
        byte[] first = File.ReadAllBytes(Prefix + "_state");
        PykanCheckpoint.Save(s_tiny, Prefix);
        Assert.Equal(first, File.ReadAllBytes(Prefix + "_state"));
    }

    [Fact]
    public void Scaling_becomes_part_of_the_network_and_what_pykan_lacks_is_told()
    {
        SymbolicLibrary library = SymbolicLibrary.Default;
        KanModel model = KanModel.Create(KanSpec.Parse("2,[1,1],2") with { GridIntervals = [3], GridRange = (-50, 50) }, seed: 3);
        KanLayer first = model.Layers[0];
        var symbolic = new KanLayer(first.Grids, first.Output, [1, 0.5, 1, 0, 1, 1], [new SymbolicEdge(1, 0, library["1/sqrt"]), new SymbolicEdge(0, 0, library["sin"])]);
        double[] parameters = [.. model.Parameters[..symbolic.SplineScaleOffset], .. Enumerable.Repeat(1.0, 6), .. (double[])[1, 2, 3, 4, 0.1, 9, 2, -1], .. model.Parameters[symbolic.AffineOffset..]];
        model = new KanModel([symbolic, model.Layers[1]], BaseFunction.Silu, RangePolicy.Linear, parameters, new ModelInfo
        {
            InputNames = ["time", "mass"],
            OutputNames = ["a", "b"],
            Classes = [],
            InputScaling = new Scaling([1.7e9, -0.1], [3, 0.5]),
            OutputScaling = new Scaling([0.25, -1], [10, 1]),
        });
        ImmutableArray<string> notes = PykanCheckpoint.Save(model, Prefix);
        Assert.Equal(3, notes.Length);
        Assert.Contains("one layer more", notes[0]);
        Assert.Contains("go on linearly here and fall to zero in pykan: there the grids have 4 intervals more", notes[1]);
        Assert.Contains("the inputs are time, mass, in this order, the outputs a, b", notes[2]);
        Matrix x = Matrix.FromRows([[1.7e9 + 1.25, 0.1], [1.7e9 - 2.5, 0.3]]);
        KanModel back = PykanCheckpoint.Load(Prefix).Model;
        Assert.Equal("2,2,[1,1],2", back.Shape);
        var differences = new Differences(1e-12);
        differences.Check("outputs", back.Predict(x).Values.Values, model.Predict(x).Values.Values);
        differences.Assert();
    }

    [Theory]
    [InlineData(RangePolicy.Linear)]
    [InlineData(RangePolicy.Clamp)]
    public void Splines_that_go_on_outside_their_grids_do_so_in_pykan(RangePolicy policy)
    {
        foreach (int order in (int[])[1, 2, 3, 4])
        {
            foreach (int intervals in (int[])[1, 2, 7])
            {
                // Hidden nodes leave their grids by far.
                KanModel model = RandomNets.Create("2,[2,1],2", order, intervals, BaseFunction.Silu, policy, false, new SeededRandom((ulong)(10 * order + intervals)));
                Assert.Contains("the same outputs", Assert.Single(PykanCheckpoint.Save(model, Prefix)));
                KanModel back = PykanCheckpoint.Load(Prefix).Model;
                Assert.Equal(RangePolicy.Zero, back.RangePolicy);
                Matrix x = RandomNets.Inputs(new SeededRandom(5), 200, 2);
                foreach (ref double value in x.Values)
                    value *= 3;
                double[] expected = model.Predict(x).Values.Values.ToArray();
                var differences = new Differences(1e-10);
                differences.Check($"order {order}, {intervals} intervals", back.Predict(x).Values.Values, expected);
                differences.Assert();
            }
        }
    }

    [Fact]
    public void What_pykan_cannot_hold_is_refused_and_nothing_is_written()
    {
        KanLayer layer = s_tiny.Layers[0];
        SymbolicFunction own = SymbolicFunction.Define("ricker", "(1 - x^2)*exp(-x^2/2)"), sine = SymbolicFunction.Define("sin", "2*x");
        Refuses(KanModel.Create(new KanSpec(1, 1) { SplineOrders = [0] }), "order 0, which pykan cannot create");
        Refuses(KanModel.Create(KanSpec.Parse("1,[1,1:1],1")), "product node of arity 1");
        foreach (SymbolicFunction function in (SymbolicFunction[])[own, sine, SymbolicLibrary.Default["sinh"]])
        {
            var edge = new KanLayer(layer.Grids, layer.Output, layer.NumericMask, [new SymbolicEdge(0, 0, function)]);
            Refuses(new KanModel([edge], BaseFunction.Silu, RangePolicy.Zero, new double[edge.ParameterCount]), $"Edge (0,0,0) has the function '{function.Name}', which pykan's SYMBOLIC_LIB lacks");
        }
        Assert.Empty(_folder.Names());
        Assert.Contains("no folder", Assert.Throws<KanSharpException>(() => PykanCheckpoint.Save(s_tiny, _folder.File("none/m"))).Message);

        void Refuses(KanModel model, string expected) => Assert.Contains(expected, Assert.Throws<KanSharpException>(() => PykanCheckpoint.Save(model, Prefix)).Message);
    }

    [Theory]
    [InlineData("_config.yml")]
    [InlineData("_state")]
    [InlineData("_cache_data")]
    public void A_missing_file_is_named(string suffix)
    {
        PykanCheckpoint.Save(s_tiny, Prefix);
        File.Delete(Prefix + suffix);
        string message = Assert.Throws<KanSharpException>(() => PykanCheckpoint.Load(Prefix)).Message;
        Assert.StartsWith($"There is no file {Prefix}{suffix}.", message);
        Assert.Contains("m_config.yml, m_state, m_cache_data", message);
        PykanCheckpoint.Save(s_tiny, Prefix);
        Assert.Contains($"have in common, {Prefix}.", Assert.Throws<KanSharpException>(() => PykanCheckpoint.Load(Prefix + suffix)).Message);
    }

    [Fact]
    public void Versions_that_wrote_no_inputs_need_none()
    {
        PykanCheckpoint.Save(s_tiny, Prefix);
        File.Delete(Prefix + "_cache_data");
        Configure(Config.Replace("round: 0\n", ""));
        Assert.Null(PykanCheckpoint.Load(Prefix).CachedInputs);
    }

    [Theory]
    [InlineData("base_fun_name: silu", "base_fun_name: !!python/object:torch.nn.modules.activation.SiLU\n  _buffers: !!python/object/apply:collections.OrderedDict\n  - []\n  _set: !!set {}", BaseFunction.Silu)]
    [InlineData("base_fun_name: silu", "base_fun_name: !!python/object:torch.nn.modules.linear.Identity\n  training: true", BaseFunction.Identity)]
    [InlineData("base_fun_name: silu", "base_fun_name: !!python/name:kan.MultKAN.%3Clambda%3E ''", BaseFunction.Zero)]
    [InlineData("base_fun_name: silu", "base_fun_name: zero", BaseFunction.Zero)]
    [InlineData(Width, "width:\n- &id001\n  - 1\n  - 0\n- *id001\n", BaseFunction.Silu)]
    [InlineData(Width, "width: [1, 1]\n", BaseFunction.Silu)]
    [InlineData("- - '0'", "- ['']", BaseFunction.Silu)]
    [InlineData("k: 1", "k: [1]\ngrid: 1\ndevice: !!python/object/apply:torch.device\n- cpu", BaseFunction.Silu)]
    [InlineData("mult_arity: 2", "mult_arity:\n- []\n- []", BaseFunction.Silu)]
    public void A_configuration_may_be_written_in_all_the_ways_of_pykan(string part, string by, BaseFunction expected)
    {
        Assert.Contains(part, Config);
        PykanCheckpoint.Save(s_tiny, Prefix);
        Configure(Config.Replace(part, by));
        KanModel model = PykanCheckpoint.Load(Prefix).Model;
        Assert.Equal(expected, model.BaseFunction);
        Assert.Equal(s_tiny.Parameters.ToArray(), model.Parameters.ToArray());
    }

    [Theory]
    [InlineData("base_fun_name: silu", "base_fun_name: !!python/object:torch.nn.modules.activation.Tanh {}", "base function 'object:torch.nn.modules.activation.Tanh'")]
    [InlineData("base_fun_name: silu\n", "", "it has no base_fun_name")]
    [InlineData("round: 0", "round: 0\nround: 1", "'round' is there twice")]
    [InlineData("k: 1", "k: 2", "the configuration says order 2")]
    [InlineData("k: 1", "k: one", "has 'one' where a whole number is expected")]
    [InlineData("symbolic_enabled: true", "symbolic_enabled: maybe", "neither true nor false")]
    [InlineData("mult_arity: 2", "mult_arity: [[]]", "one for each level")]
    [InlineData("- - '0'", "- - '0'\n  - '0'", "1 lists of 1 names are expected")]
    [InlineData(Width, "width:\n- - 1\n  - 0\n- - 2000000000\n  - 2000000000\n", "says 2000000000 sum and 2000000000 product nodes on level 1; the network has 1")]
    [InlineData(Width, "width:\n- - 1\n  - 0\n- - 0\n  - 1\n", "2 subnodes on level 1; the network has 1 there")]
    [InlineData(Width, "width: [7, 1]\n", "tensor 'act_fun.0.grid' has shape [1, 4]; [7, any] is expected")]
    [InlineData(Width, "width: [1, 1, 1]\n", "tensor 'act_fun.1.grid' is missing")]
    [InlineData(Width, "width: [1]\n", "has 1 levels")]
    [InlineData(Width, "width: [-1, 1]\n", "'-1' where a whole number")]
    [InlineData(Width, "width: *nowhere\n", "unknown anchor 'nowhere'")]
    [InlineData("k: 1", "k: {", "it is not YAML")]
    [InlineData("k: 1", "? [1, 2]\n: 3", "a name in it is no text")]
    [InlineData("k: 1", "k: !<> 1", "it is not YAML")]
    public void A_configuration_that_does_not_fit_is_an_error(string part, string by, string expected)
    {
        Assert.Contains(part, Config);
        PykanCheckpoint.Save(s_tiny, Prefix);
        Configure(Config.Replace(part, by));
        string message = Assert.Throws<KanFormatException>(() => PykanCheckpoint.Load(Prefix)).Message;
        Assert.StartsWith(Prefix + "_", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void An_unknown_function_is_named_and_a_library_that_has_it_helps()
    {
        KanLayer layer = s_tiny.Layers[0];
        var edge = new KanLayer(layer.Grids, layer.Output, layer.NumericMask, [new SymbolicEdge(0, 0, SymbolicLibrary.Default["sin"])]);
        PykanCheckpoint.Save(new KanModel([edge], BaseFunction.Silu, RangePolicy.Zero, new double[edge.ParameterCount]), Prefix);
        Configure(Config.Replace("'0'", "'ricker'"));
        Assert.Contains("has the function 'ricker' on edge (0,0,0)", Assert.Throws<KanFormatException>(() => PykanCheckpoint.Load(Prefix)).Message);
        SymbolicFunction own = SymbolicFunction.Define("ricker", "(1 - x^2)*exp(-x^2/2)");
        Assert.Same(own, Assert.Single(PykanCheckpoint.Load(Prefix, SymbolicLibrary.Default.With(own)).Model.Layers[0].SymbolicEdges).Function);
        Configure(Config.Replace("'0'", "'ricker'").Replace("symbolic_enabled: true", "symbolic_enabled: false"));
        PykanCheckpoint off = PykanCheckpoint.Load(Prefix);
        Assert.Empty(off.Model.Layers[0].SymbolicEdges);
        Assert.Contains("symbolic_enabled is false", Assert.Single(off.Notes));
    }

    [Fact]
    public void Knots_that_are_all_the_same_make_a_spline_of_zero()
    {
        WriteState(knots: [7, 7, 7, 7], coefficients: [3, 4]);
        PykanCheckpoint checkpoint = PykanCheckpoint.Load(Prefix);
        Assert.Contains("All knots of input 0 of layer 0 are 7", Assert.Single(checkpoint.Notes));
        Matrix x = Matrix.FromRows([[7], [6.5], [-3]]);
        Assert.Equal(x.Values.ToArray().Select(v => 0.5 * v / (1 + Math.Exp(-v))), checkpoint.Model.Predict(x).Values.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Node_scales_that_expand_depth_forgot_are_one_and_zero()
    {
        KanModel model = KanModel.Create(KanSpec.Parse("1,2,[0,1]") with { GridIntervals = [1], SplineOrders = [1], RangePolicy = RangePolicy.Zero }, seed: 4);
        PykanCheckpoint.Save(model, Prefix);
        (string Name, int[] Shape, double[] Values)[] tensors = [.. ReadState()];
        RewriteState(tensors.Where(tensor => !tensor.Name.Contains("node_", StringComparison.Ordinal) || !tensor.Name.EndsWith('1')));
        PykanCheckpoint checkpoint = PykanCheckpoint.Load(Prefix);
        Assert.Contains("node scales and biases of layer 1 are missing", Assert.Single(checkpoint.Notes));
        Assert.Equal(model.Parameters.ToArray(), checkpoint.Model.Parameters.ToArray());
        RewriteState(tensors.Where(tensor => tensor.Name != "node_scale_1"));
        Assert.Contains("tensor 'node_scale_1' is missing", Assert.Throws<KanFormatException>(() => PykanCheckpoint.Load(Prefix)).Message);
        RewriteState(tensors.Where(tensor => !tensor.Name.Contains("node_", StringComparison.Ordinal) || !tensor.Name.EndsWith('0')));
        Assert.Contains("tensor 'subnode_scale_0' is missing", Assert.Throws<KanFormatException>(() => PykanCheckpoint.Load(Prefix)).Message);
    }

    [Fact]
    public void Knots_that_repeat_are_told()
    {
        WriteState(knots: [0, 1, 1, 2, 3], coefficients: [3, 4, 5]);
        Assert.Contains("Input 0 of layer 0 has several knots at 1. pykan loses basis functions there", Assert.Single(PykanCheckpoint.Load(Prefix).Notes));
        Assert.Contains("Some knots are there more than once", Assert.Single(PykanCheckpoint.Save(PykanCheckpoint.Load(Prefix).Model, Prefix)));
    }

    [Property(MaxTest = 300)]
    public Property Any_edit_of_a_configuration_is_read_or_an_error() => Prop.ForAll(
        Gen.Choose(0, Config.Length).Zip(Gen.Choose(0, 12)).Zip(Gen.Elements("[", "]", "{", "}", ":", "- ", "\n", "\t", "&a", "*a", "!!x ", "'", "\"", "|\n", "? ", "#", "%", ",", "\0", "é", "99999999999999999999", "---\n", "...\n", "<<: ").ListOf()).ToArbitrary(),
        edit =>
        {
            ((int place, int length), IEnumerable<string> pieces) = edit;
            string text = Config[..place] + string.Concat(pieces) + Config[Math.Min(Config.Length, place + length)..];
            try
            {
                _ = new PykanConfig(new StringReader(text), "c", edges: 1);
            }
            catch (KanFormatException failure)
            {
                Assert.StartsWith("c ", failure.Message);
            }
        });

    [Fact]
    public void Hostile_configurations_take_little_memory()
    {
        string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n")) + "width: *a30\n";
        foreach (string text in (string[])[bomb, new string('[', 50_000), new string('{', 50_000), string.Concat(Enumerable.Repeat("- ", 30_000)), string.Concat(Enumerable.Repeat("a: {", 10_000)),
            string.Concat(Enumerable.Range(0, 300).Select(i => new string(' ', i) + "a:\n")), "width: '" + new string('x', 50_000) + "'", new string('x', 5_000_000), string.Concat(Enumerable.Repeat("? ", 30_000)),
            string.Concat(Enumerable.Repeat("- '0'\n", 10_000)), string.Concat(Enumerable.Range(0, 5000).Select(i => $"a{i}: 0\n"))])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<KanFormatException>(() => new PykanConfig(new StringReader(text), "c", edges: 1));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        }
    }

    /// <summary>The files of a network of one edge, half its base function and a spline.</summary>
    private void WriteState(double[] knots, double[] coefficients)
    {
        PykanCheckpoint.Save(s_tiny, Prefix);
        using FileStream stream = File.Create(Prefix + "_state");
        TorchWriter.Write(stream, "m_state",
        [
            ("node_bias_0", [1], [0]), ("node_scale_0", [1], [1]), ("subnode_bias_0", [1], [0]), ("subnode_scale_0", [1], [1]),
            ("act_fun.0.grid", [1, knots.Length], knots), ("act_fun.0.coef", [1, 1, coefficients.Length], coefficients), ("act_fun.0.mask", [1, 1], [1]),
            ("act_fun.0.scale_base", [1, 1], [0.5]), ("act_fun.0.scale_sp", [1, 1], [1]), ("symbolic_fun.0.mask", [1, 1], [0]), ("symbolic_fun.0.affine", [1, 1, 4], [0, 0, 0, 0]),
        ]);
    }

    private (string, int[], double[])[] ReadState()
    {
        using FileStream stream = File.OpenRead(Prefix + "_state");
        var file = new TorchFile(stream, "m_state");
        return [.. ((PickledDictionary)file.Content!).Items.Select(item => (Name: item.Key, Tensor: file.Tensor(item.Key, (PickledTensor)item.Value!)))
            .Select(item => (item.Name, item.Tensor.Shape.Dimensions.Select(length => (int)length).ToArray(), item.Tensor.Values))];
    }

    private void RewriteState(IEnumerable<(string Name, int[] Shape, double[] Values)> tensors)
    {
        using FileStream stream = File.Create(Prefix + "_state");
        TorchWriter.Write(stream, "m_state", [.. tensors]);
    }

    private void Configure(string text) => File.WriteAllText(Prefix + "_config.yml", text);
}
