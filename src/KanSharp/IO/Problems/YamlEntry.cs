using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace KanSharp.IO.Problems;

/// <summary>A node of a YAML document, whose faults are named with file and line.</summary>
internal sealed class YamlEntry(YamlNode node, string source)
{
    private const int MaxLength = 100_000, MaxDepth = 10;

    public int Line => (int)node.Start.Line;

    /// <summary>Reads a document that has to be one mapping.</summary>
    public static YamlEntry Parse(string text, string source)
    {
        if (text.Length > MaxLength)
            throw new KanFormatException($"{source} has {text.Length} characters; a problem has at most {MaxLength}. Measured values belong in a CSV file of their own.");
        var stream = new YamlStream();
        try
        {
            CheckDepth(text, source);
            stream.Load(new StringReader(text));
        }
        // On what is no YAML the parser also runs into exceptions that are not its own.
        catch (Exception fault) when (fault is not KanSharpException)
        {
            string line = fault is YamlException at ? $", line {at.Start.Line}" : "";
            throw new KanFormatException($"{source}{line}: this is no YAML: {fault.Message.TrimEnd('.')}.", fault);
        }
        if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode root)
            throw new KanFormatException($"{source} is no problem: a YAML mapping with inputs, unknowns, equations and conditions is expected.");
        return new YamlEntry(root, source);
    }

    /// <summary>Reading into a tree recurses, which deep nesting would make an end of.</summary>
    private static void CheckDepth(string text, string source)
    {
        var parser = new Parser(new StringReader(text));
        for (int depth = 0; parser.MoveNext();)
        {
            depth += parser.Current is MappingStart or SequenceStart ? 1 : parser.Current is MappingEnd or SequenceEnd ? -1 : 0;
            if (depth > MaxDepth)
                throw new KanFormatException($"{source}, line {parser.Current!.Start.Line}: the nesting is deeper than that of any problem.");
        }
    }

    public KanFormatException Fault(string message) => new($"{source}, line {Line}: {message}");

    /// <summary>The entries of a mapping by name; if <paramref name="known"/> is given, there may be no others.</summary>
    public IReadOnlyDictionary<string, YamlEntry> Map(string what, params string[] known)
    {
        if (node is not YamlMappingNode mapping)
            throw Fault($"{what} must be a mapping of names to values.");
        var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            string name = new YamlEntry(key, source).Text($"A name in {what}");
            if (known.Length > 0 && !known.Contains(name))
                throw new YamlEntry(key, source).Fault($"'{name}' is unknown in {what}.{NearestName.Hint(name, known)} Known are {string.Join(", ", known)}.");
            entries.Add(name, new YamlEntry(value, source));
        }
        return entries;
    }

    public IReadOnlyList<YamlEntry> List(string what) => node is YamlSequenceNode sequence
        ? [.. sequence.Children.Select(child => new YamlEntry(child, source))]
        : throw Fault($"{what} must be a list.");

    public bool IsMapping => node is YamlMappingNode;

    public bool IsList => node is YamlSequenceNode;

    public string Text(string what) => node is YamlScalarNode { Value: { Length: > 0 } value } ? value.Trim() : throw Fault($"{what} must be a text or number.");

    public double Number(string what)
    {
        string text = Text(what);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value : throw Fault($"{what} is '{text}', which is no number.");
    }

    public int Whole(string what, int low, int high)
    {
        string text = Text(what);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= low && value <= high
            ? value : throw Fault($"{what} is '{text}'; expected a whole number from {low} to {high}.");
    }

    public string Choice(string what, params string[] choices)
    {
        string text = Text(what);
        return choices.Contains(text) ? text : throw Fault($"{what} is '{text}'.{NearestName.Hint(text, choices)} Expected one of: {string.Join(", ", choices)}.");
    }
}
