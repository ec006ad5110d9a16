using System.Globalization;
using KanSharp.Layers;

namespace KanSharp.IO.Interop;

/// <summary>
/// What <c>prefix_config.yml</c> says of a network's structure. Counts in it are claims: they are held against the tensors before anything of
/// their size is made.
/// </summary>
internal sealed class PykanConfig
{
    private readonly YamlMap _map;
    private readonly string _source;

    /// <param name="text">The file.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="edges">How many edges the network has; the file is not read further than it can be long for as many.</param>
    public PykanConfig(TextReader text, string source, int edges)
    {
        _source = source;
        _map = YamlTree.Read(text, source, maxNodes: 1000 + 8 * Math.Min(edges, 1_000_000));
        Widths = [.. List(Field("width"), "width").Select(Width)];
        if (Widths.Length < 2 || Inputs == 0)
            throw Damage.Of(source, $"its width has {Widths.Length} levels with {(Widths.Length == 0 ? 0 : Inputs)} inputs; one input and one more level at least are expected");
        BaseFunction = ReadBaseFunction(Field("base_fun_name"));
        IsSymbolicEnabled = Field("symbolic_enabled") is YamlText { Value: "true" or "false" } enabled
            ? enabled.Value == "true"
            : throw Damage.Of(source, "its symbolic_enabled is neither true nor false");
        HasCache = _map.Items.ContainsKey("round");
    }

    /// <summary>Sum and product nodes of each level.</summary>
    public (long Sums, long Products)[] Widths { get; }

    /// <summary>Number of inputs; pykan would read product nodes among them like any others.</summary>
    public long Inputs => Widths[0].Sums + Widths[0].Products;

    public BaseFunction BaseFunction { get; }

    /// <summary>Whether pykan evaluates the symbolic functions at all.</summary>
    public bool IsSymbolicEnabled { get; }

    /// <summary>Whether the version of pykan that wrote it writes the inputs too: since 0.2.2, as it counts rounds.</summary>
    public bool HasCache { get; }

    /// <summary>The spline order that a layer is said to have.</summary>
    public long Order(int layer) => Field("k") is YamlList { Items: var list } ? Number(ItemAt(list, layer, "k"), "k") : Number(Field("k"), "k");

    /// <summary>The arity of each product node of a level, of which there are <paramref name="products"/>.</summary>
    public IEnumerable<long> Arities(int level, int products)
    {
        YamlNode field = Field("mult_arity");
        if (field is YamlText)
            return Enumerable.Repeat(Number(field, "mult_arity"), products);
        List<YamlNode> arities = List(ItemAt(List(field, "mult_arity"), level, "mult_arity"), "mult_arity");
        return arities.Count == products
            ? arities.Select(arity => Number(arity, "mult_arity"))
            : throw Damage.Of(_source, $"its mult_arity has {arities.Count} numbers for the {products} product nodes of level {level}");
    }

    /// <summary>The name of each edge's function, [output][input].</summary>
    public string[][] FunctionNames(int layer, int inputs, int outputs)
    {
        string name = $"symbolic.funs_name.{layer}";
        List<YamlNode> rows = List(Field(name), name);
        return [.. Checked(rows, outputs).Select(row => Checked(List(row, name), inputs).Select(item => item is YamlText text ? text.Value : throw Damage.Of(_source, $"its {name} has an entry that is no name")).ToArray())];

        List<YamlNode> Checked(List<YamlNode> list, int count) => list.Count == count
            ? list
            : throw Damage.Of(_source, $"its {name} has a list of {list.Count}; {outputs} lists of {inputs} names are expected");
    }

    private (long, long) Width(YamlNode node) => node is YamlList { Items: [var sums, var products] }
        ? (Number(sums, "width"), Number(products, "width"))
        : (Number(node, "width"), 0);

    /// <summary>By name, or, where pykan has lost the name, as the Python object that stands for it.</summary>
    private BaseFunction ReadBaseFunction(YamlNode node)
    {
        const string prefix = "tag:yaml.org,2002:python/";
        string name = node.Tag.StartsWith(prefix, StringComparison.Ordinal) ? node.Tag[prefix.Length..] : node is YamlText text ? text.Value : "";
        return name switch
        {
            "silu" or "object:torch.nn.modules.activation.SiLU" => BaseFunction.Silu,
            "identity" or "object:torch.nn.modules.linear.Identity" => BaseFunction.Identity,
            "zero" or "name:kan.MultKAN." + YamlTree.Lambda => BaseFunction.Zero,
            _ => throw new KanFormatException($"{_source} has the base function {Damage.Quote(name)}; a model has silu, identity or zero. Train the network with one of these to bring it here."),
        };
    }

    private YamlNode Field(string name) => _map.Items.TryGetValue(name, out YamlNode? node) ? node : throw Damage.Of(_source, $"it has no {name}");

    private YamlNode ItemAt(List<YamlNode> list, int index, string name) => index < list.Count ? list[index] : throw Damage.Of(_source, $"its {name} has {list.Count} entries; one for each level or layer is expected");

    private List<YamlNode> List(YamlNode node, string name) => node is YamlList list ? list.Items : throw Damage.Of(_source, $"its {name} is no list");

    private long Number(YamlNode node, string name) => node is YamlText text && long.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= int.MaxValue
        ? value
        : throw Damage.Of(_source, $"its {name} has {(node is YamlText other ? Damage.Quote(other.Value) : "a list")} where a whole number is expected");
}
