using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan tree</c>: tells how a model combines its inputs.</summary>
internal sealed class TreeVerb : Verb
{
    /// <summary>Enough for stable averages; the work grows with rows times inputs squared.</summary>
    private const int MostRows = 1000;

    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Option<string?> _data = OptionOf.Text("--data", "F.csv", $"A table with the model's inputs, of which up to {MostRows} rows are used; without it, {MostRows} points spread over the model's range");
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly Option<string?> _output = OptionOf.Text("--output", "y", "Which output, where the model has several");
    private readonly Option<double> _symmetry = OptionOf.Number("--symmetry", "Deviation up to which inputs are taken to act through one combination", 0, double.PositiveInfinity, FunctionStructure.ModelThreshold);
    private readonly Option<double> _separability = OptionOf.Number("--separability", "Deviation up to which a combination is taken to be a sum or a product", 0, double.PositiveInfinity, FunctionStructure.ModelThreshold);
    private readonly Option<string?> _out = OptionOf.Text("--out", "T.svg", "Where to draw the tree");

    public TreeVerb() : base("tree", "Tells how a model combines its inputs: which act through one combination, and whether by sum or product.",
        "kan tree hello.kan --data samples/hello.csv --out tree.svg")
    {
        Add(_model);
        Add(_data);
        Add(_missing);
        Add(_output);
        Add(_symmetry);
        Add(_separability);
        Add(_out);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string? data = parsed.GetValue(_data), path = parsed.GetValue(_out);
        if (path is not null)
            OutputFile.Check(path, data, parsed.GetValue(_model));
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        int output = OutputOf(model, parsed.GetValue(_output));
        Matrix rows = data is null ? Spread(model) : Thinned(ModelData.ForModel(model, data, parsed.Policy(_missing), withTargets: false, session).Inputs);
        FunctionTree tree = FunctionStructure.Of(model, rows, output).FindTree(parsed.GetValue(_symmetry), parsed.GetValue(_separability));
        string name = model.Info.OutputNames[output];
        if (path is not null)
            AtomicFile.WriteText(path, TreePlot.Draw(tree, name).ToSvg());
        session.Finish(ToJson(tree, name, path), text =>
        {
            Write(text, tree, tree.Root, name, "");
            if (!tree.UnusedInputs.IsEmpty)
                text.WriteLine($"unused     {string.Join(", ", tree.UnusedInputs.Select(i => tree.Names[i]))}");
            text.WriteLine($"groups     the same for every --symmetry from {tree.LowestThreshold:G3}{(double.IsFinite(tree.HighestThreshold) ? $" to just below {tree.HighestThreshold:G3}" : " on")}");
            if (path is not null)
                text.WriteLine($"picture    {path}");
        });
        return ExitCode.Done;
    }

    private static int OutputOf(KanModel model, string? name)
    {
        if (name is null && model.OutputCount > 1 && model.Info.Classes.IsEmpty)
            throw new KanSharpException($"The model has {model.OutputCount} outputs ({string.Join(", ", model.Info.OutputNames)}); say which with --output.");
        int output = name is null ? 0 : model.Info.OutputNames.IndexOf(name);
        return output >= 0 ? output
            : throw new KanSharpException($"The model has no output '{name}', but {string.Join(", ", model.Info.OutputNames)}.{NearestName.Hint(name!, model.Info.OutputNames)}");
    }

    /// <summary>Points that fill the range of the inputs' grids evenly.</summary>
    private static Matrix Spread(KanModel model)
    {
        var random = new SeededRandom(1);
        var points = new Matrix(MostRows, model.InputCount);
        for (int i = 0; i < model.InputCount; i++)
        {
            (double low, double high) = model.InputRange(i);
            foreach (ref double value in points.Column(i))
                value = low + (high - low) * random.NextDouble();
        }
        return points;
    }

    private static Matrix Thinned(Matrix rows) => rows.Rows <= MostRows ? rows
        : rows.SelectRows([.. Enumerable.Range(0, MostRows).Select(row => (int)((long)row * rows.Rows / MostRows))]);

    private static void Write(TextWriter text, FunctionTree tree, FunctionTreeNode node, string name, string indent)
    {
        text.WriteLine(node.Kind == FunctionTreeNodeKind.Input
            ? indent + (indent.Length == 0 ? $"{name}, a function of {tree.Names[node.Inputs[0]]}" : tree.Names[node.Inputs[0]])
            : $"{indent}{(name.Length > 0 ? name + ", " : "")}{Words(node)}");
        foreach (FunctionTreeNode child in node.Children)
            Write(text, tree, child, "", indent + "  ");
    }

    private static string Words(FunctionTreeNode node) => node switch
    {
        { Children.IsEmpty: true } => "constant",
        { Kind: FunctionTreeNodeKind.Sum } => "sum of functions of",
        { Kind: FunctionTreeNodeKind.Product } => "product of functions of",
        { Kind: FunctionTreeNodeKind.TransformedSum } => "function of a sum, or product, of functions of",
        _ => "function of",
    };

    private static JsonObject ToJson(FunctionTree tree, string name, string? path) => new()
    {
        ["output"] = name,
        ["groups"] = tree.ToString(),
        ["tree"] = ToJson(tree, tree.Root),
        ["unused"] = new JsonArray([.. tree.UnusedInputs.Select(i => JsonValue.Create(tree.Names[i]))]),
        ["lowest_symmetry"] = Session.Number(tree.LowestThreshold),
        ["highest_symmetry"] = Session.Number(tree.HighestThreshold),
        ["out"] = path,
    };

    private static JsonNode ToJson(FunctionTree tree, FunctionTreeNode node) => node.Kind == FunctionTreeNodeKind.Input
        ? JsonValue.Create(tree.Names[node.Inputs[0]])
        : new JsonObject { ["kind"] = KindName(node.Kind), ["of"] = new JsonArray([.. node.Children.Select(child => ToJson(tree, child))]) };

    private static string KindName(FunctionTreeNodeKind kind) => kind switch
    {
        FunctionTreeNodeKind.Sum => "sum",
        FunctionTreeNodeKind.Product => "product",
        FunctionTreeNodeKind.TransformedSum => "transformed_sum",
        _ => "joint",
    };
}
