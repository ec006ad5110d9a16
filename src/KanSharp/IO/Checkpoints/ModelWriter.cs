using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.IO.Checkpoints;

/// <summary>Lays a model out as a model file.</summary>
internal static class ModelWriter
{
    public const string Format = "kansharp";

    public const int Version = 1;

    public static void Write(KanModel model, Stream stream)
    {
        int bad = model.Parameters.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
            throw new KanSharpException($"The model cannot be saved: parameter {bad} is {model.Parameters[bad]}, and a model needs finite numbers. Save an earlier state of it.");
        string description = ModelDescriptionJson.Write(Describe(model));
        List<(TensorShape Shape, ReadOnlyMemory<double> Values)> tensors = Tensors(model);
        Safetensors.Write(stream,
        [
            new("format", Format),
            new("version", $"{Version}"),
            new("model", description),
            new("sha256", Safetensors.Digest(description, tensors.Select(tensor => tensor.Values))),
        ], tensors);
    }

    /// <summary>The checksum of a model's content, as its file has it.</summary>
    public static string Digest(KanModel model) => Safetensors.Digest(ModelDescriptionJson.Write(Describe(model)), Tensors(model).Select(tensor => tensor.Values));

    /// <summary>The name of an enumeration's value in a model file.</summary>
    public static string NameOf<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>What a model file says in words.</summary>
    public static ModelDescription Describe(KanModel model) => new(
        NameOf(model.BaseFunction),
        NameOf(model.RangePolicy),
        model.InputCount,
        [.. model.Layers.Select(layer => new LayerDescription(layer.Order, layer.Intervals, layer.Output.Sums, [.. layer.Output.Arities],
            [.. layer.SymbolicEdges.Select(edge => new SymbolicDescription(edge.Input, edge.Output, edge.Function.Name, edge.IsHeld ? true : null))],
            layer.BaseFunction is { } own ? NameOf(own) : null))],
        [.. model.Info.InputNames],
        [.. model.Info.OutputNames],
        [.. model.Info.Classes],
        model.Info.TargetName,
        [.. model.Info.History],
        model.Info.Fit is { } fit ? new FitDescription(fit.Steps, fit.StopReason, fit.TrainRmse) : null,
        model.Info.Precision == Precision.Single ? NameOf(model.Info.Precision) : null,
        model.Info.Categories.IsEmpty ? null : [.. model.Info.Categories.Select(column => new CategoryDescription(column.Name, [.. column.Labels]))],
        model.Info.DerivedInputs.IsEmpty ? null : [.. model.Info.DerivedInputs.Select(input => new DerivedDescription(input.Name, input.Formula.ToText(), [.. input.Formula.Variables]))]);

    /// <summary>The numbers of a model, in a model file's order.</summary>
    public static List<(TensorShape Shape, ReadOnlyMemory<double> Values)> Tensors(KanModel model)
    {
        var tensors = new List<(TensorShape Shape, ReadOnlyMemory<double> Values)>();
        int offset = 0;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            tensors.Add((ModelTensors.Knots(l, layer.InputCount, layer.Intervals, layer.Order), layer.Grids.SelectMany(grid => grid.Knots.ToArray()).ToArray()));
            tensors.Add((ModelTensors.NumericMask(l, layer.InputCount, layer.SubnodeCount), layer.NumericMask.AsMemory()));
            foreach (TensorShape shape in ModelTensors.Parameters(l, layer.InputCount, layer.NodeCount, layer.SubnodeCount, layer.BasisCount, layer.SymbolicEdges.Length))
            {
                int length = checked((int)shape.Dimensions.Aggregate(1L, (product, dimension) => product * dimension));
                tensors.Add((shape, model.ParameterArray.AsMemory(offset, length)));
                offset += length;
            }
        }
        AddScaling(tensors, "input", model.Info.InputScaling);
        AddScaling(tensors, "output", model.Info.OutputScaling);
        return tensors;
    }

    private static void AddScaling(List<(TensorShape Shape, ReadOnlyMemory<double> Values)> tensors, string side, Scaling scaling)
    {
        tensors.Add((ModelTensors.Scaling(side, "offsets", scaling.Columns), scaling.Offsets.ToArray()));
        tensors.Add((ModelTensors.Scaling(side, "scales", scaling.Columns), scaling.Scales.ToArray()));
    }
}
