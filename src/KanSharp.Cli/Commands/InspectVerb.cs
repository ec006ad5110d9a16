using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan inspect</c>: tells what a model file holds.</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };

    public InspectVerb() : base("inspect", "Tells what a model is: shape, columns, ranges, functions, history.", "kan inspect hello.kan") => Add(_model);

    public override int Run(ParseResult parsed, Session session)
    {
        KanModel model = ModelFile.Load(parsed.GetValue(_model)!);
        session.Finish(ToJson(model), output => Write(model, output));
        return ExitCode.Done;
    }

    internal static JsonObject ToJson(KanModel model)
    {
        ModelInfo info = model.Info;
        var json = new JsonObject
        {
            ["shape"] = model.Shape,
            ["network"] = OptionNames.NetworkOf(model),
            ["parameters"] = model.Parameters.Length,
            ["trained_parameters"] = TrainableParts.Default.Count(model),
            ["edges"] = model.ActiveEdgeCount,
            ["grid"] = Array(model.Layers, layer => layer.Intervals),
            ["order"] = Array(model.Layers, layer => layer.Order),
            ["base_function"] = OptionNames.Of(model.BaseFunction),
            ["range_policy"] = OptionNames.Of(model.RangePolicy),
            ["precision"] = OptionNames.Of(model.Info.Precision),
            ["inputs"] = Array(Enumerable.Range(0, model.InputCount), i => InputToJson(model, i)),
            ["labels"] = info.Categories.IsEmpty ? null : new JsonObject(info.Categories.Select(column => KeyValuePair.Create(column.Name, (JsonNode?)Array(column.Labels, label => label)))),
            ["outputs"] = Array(info.OutputNames, name => name),
            ["target"] = info.Classes.IsEmpty ? null : info.TargetName,
            ["symbolic_edges"] = Array(SymbolicEdges(model), edge => new JsonObject
            {
                ["edge"] = edge.Index.ToString(),
                ["function"] = edge.Function,
                ["affine"] = Array(edge.Affine, Session.Number),
                ["held"] = edge.Held,
            }),
            ["history"] = Array(info.History, line => line),
        };
        if (info.Fit is { } fit)
            json["fit"] = new JsonObject { ["train_rmse"] = fit.TrainRmse, ["steps"] = fit.Steps, ["stop_reason"] = fit.StopReason };
        return json;
    }

    private static JsonObject InputToJson(KanModel model, int input)
    {
        (double low, double high) = model.InputRange(input);
        var json = new JsonObject { ["name"] = model.Info.InputNames[input], ["low"] = Session.Number(low), ["high"] = Session.Number(high) };
        if (Derived(model.Info, input) is { } derived)
            json["formula"] = derived.Formula.ToText();
        return json;
    }

    internal static void Write(KanModel model, TextWriter output)
    {
        ModelInfo info = model.Info;
        output.WriteLine($"shape     {model.Shape}, {model.SizeInWords()}");
        string precision = info.Precision == Precision.Single ? ", single precision" : "";
        output.WriteLine(model.HasSplines
            ? $"splines   {model.GridsInWords()}, base function {OptionNames.Of(model.BaseFunction)}, outside the range {OptionNames.Of(model.RangePolicy)}{precision}"
            : $"network   multilayer perceptron, activation {OptionNames.Of(model.BaseFunction)}{precision}");
        for (int i = 0; i < model.InputCount; i++)
        {
            (double low, double high) = model.InputRange(i);
            output.WriteLine($"{(i == 0 ? "inputs    " : "          ")}{Derived(info, i)?.ToString() ?? info.InputNames[i]}, from {low:G6} to {high:G6}");
        }
        foreach (CategoricalColumn column in info.Categories)
            output.WriteLine($"labels    of {column.Name}: {string.Join(", ", column.Labels)}");
        output.WriteLine(info.Classes.IsEmpty
            ? $"outputs   {string.Join(", ", info.OutputNames)}"
            : $"classes   of {info.TargetName}: {string.Join(", ", info.Classes)}");
        foreach ((EdgeIndex index, string function, double[] affine, bool held) in SymbolicEdges(model))
            output.WriteLine($"edge      {index}: {affine[2]:G6} * {function}({affine[0]:G6} * x + {affine[1]:G6}) + {affine[3]:G6}{(held ? ", held" : "")}");
        if (info.Fit is { } fit)
            output.WriteLine($"fit       {(fit.TrainRmse is double rmse ? $"train RMSE {rmse:G6} after " : "")}{fit.Steps} steps, ended by {fit.StopReason.Replace('_', ' ')}");
        for (int i = 0; i < info.History.Length; i++)
            output.WriteLine($"{(i == 0 ? "history   " : "          ")}{info.History[i]}");
    }

    private static DerivedInput? Derived(ModelInfo info, int input) => info.DerivedInputs.FirstOrDefault(derived => derived.Name == info.InputNames[input]);

    private static IEnumerable<(EdgeIndex Index, string Function, double[] Affine, bool Held)> SymbolicEdges(KanModel model)
    {
        for (int l = 0; l < model.Layers.Length; l++)
        {
            foreach (SymbolicEdge edge in model.Layers[l].SymbolicEdges)
            {
                var index = new EdgeIndex(l, edge.Input, edge.Output);
                yield return (index, edge.Function.Name, model.Affine(index).ToArray(), edge.IsHeld);
            }
        }
    }

    private static JsonArray Array<T>(IEnumerable<T> values, Func<T, JsonNode?> toJson) => new([.. values.Select(toJson)]);
}
