using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KanSharp.IO.Interop;

/// <summary>A piece of a YAML file: a <see cref="YamlText"/>, a <see cref="YamlList"/> or a <see cref="YamlMap"/>. Tags are kept as text and construct nothing.</summary>
internal abstract record YamlNode(string Tag);

/// <summary>A text, number or truth value, as it is written.</summary>
internal sealed record YamlText(string Tag, string Value) : YamlNode(Tag);

/// <summary>A sequence.</summary>
internal sealed record YamlList(string Tag, List<YamlNode> Items) : YamlNode(Tag);

/// <summary>A mapping by text.</summary>
internal sealed record YamlMap(string Tag, Dictionary<string, YamlNode> Items) : YamlNode(Tag);

/// <summary>Reads the tree of a YAML file from the events of a parser. What an alias stands for is shared, never copied.</summary>
internal static class YamlTree
{
    /// <summary>Characters that a node takes at most on average; indentation and a name of a function are a dozen.</summary>
    private const int MaxNodeLength = 60;

    private const int MaxDepth = 20;

    /// <summary>What a Python function without a name is called in a tag.</summary>
    public const string Lambda = "lambda";

    /// <summary>The mapping that the file's only document is, of at most <paramref name="maxNodes"/> nodes: a parser takes its time for each.</summary>
    public static YamlMap Read(TextReader text, string source, int maxNodes)
    {
        int maxLength = MaxNodeLength * maxNodes;
        var content = new StringBuilder();
        char[] block = new char[1 << 14];
        for (int read; content.Length <= maxLength && (read = text.ReadBlock(block)) > 0;)
            content.Append(block, 0, read);
        if (content.Length > maxLength)
            throw Damage.Of(source, $"it is longer than the {maxLength} characters that a network of this size needs");
        // The one tag of pykan's that the parser, which wants tags to be URIs, refuses: of a network without base function, once its inputs are pruned.
        string yaml = content.Replace("%3Clambda%3E", Lambda).ToString();
        try
        {
            return Read(new Parser(new StringReader(yaml)), source, maxNodes);
        }
        // On what is no YAML the parser also runs into exceptions that are not its own.
        catch (Exception failure) when (failure is not KanSharpException)
        {
            string where = failure is YamlException at ? $"line {at.Start.Line}: " : "";
            throw Damage.Of(source, $"it is not YAML ({where}{failure.Message.TrimEnd('.')})", failure);
        }
    }

    private static YamlMap Read(Parser parser, string source, int maxNodes)
    {
        var open = new Stack<(YamlNode Node, string? Key)>();
        var anchors = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        YamlNode? root = null;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case Scalar scalar when open.TryPeek(out var top) && top is { Node: YamlMap, Key: null }:
                    open.Pop();
                    open.Push((top.Node, scalar.Value));
                    break;
                case Scalar scalar:
                    Add(new YamlText(Tag(scalar), scalar.Value), scalar);
                    break;
                case SequenceStart start:
                    Open(new YamlList(Tag(start), []), start);
                    break;
                case MappingStart start:
                    Open(new YamlMap(Tag(start), new(StringComparer.Ordinal)), start);
                    break;
                case SequenceEnd or MappingEnd:
                    open.Pop();
                    break;
                case AnchorAlias alias:
                    Attach(anchors.GetValueOrDefault(alias.Value.Value) ?? throw Damage.Of(source, $"line {alias.Start.Line} names the unknown anchor {Damage.Quote(alias.Value.Value)}"));
                    break;
            }
        }
        return root as YamlMap ?? throw Damage.Of(source, "it is no mapping of names to values");

        void Open(YamlNode node, NodeEvent start)
        {
            Add(node, start);
            if (open.Count == MaxDepth)
                throw Damage.Of(source, $"line {start.Start.Line} is nested deeper than {MaxDepth} levels");
            open.Push((node, null));
        }

        void Add(YamlNode node, NodeEvent written)
        {
            Attach(node);
            if (!written.Anchor.IsEmpty)
                anchors[written.Anchor.Value] = node;
        }

        void Attach(YamlNode node)
        {
            if (--maxNodes < 0)
                throw Damage.Of(source, "it has more entries than a network of this size needs");
            if (open.Count == 0)
            {
                root = root is null ? node : throw Damage.Of(source, "it has more than one document");
                return;
            }
            (YamlNode parent, string? key) = open.Pop();
            if (parent is YamlList list)
                list.Items.Add(node);
            else if (key is null || !((YamlMap)parent).Items.TryAdd(key, node))
                throw Damage.Of(source, key is null ? "a name in it is no text" : $"{Damage.Quote(key)} is there twice");
            open.Push((parent, null));
        }
    }

    private static string Tag(NodeEvent node) => node.Tag.IsEmpty || node.Tag.IsNonSpecific ? "" : node.Tag.Value;
}
