using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>Writes a model as a checkpoint of pykan.</summary>
internal static class PykanWriter
{
    /// <summary>The functions of pykan's SYMBOLIC_LIB by our names; only 1/sqrt has another there.</summary>
    private static readonly string[] s_pykanFunctions =
    [
        "x", "x^2", "x^3", "x^4", "x^5", "1/x", "1/x^2", "1/x^3", "1/x^4", "1/x^5", "sqrt", "x^1.5", "1/sqrt", "exp", "log", "abs", "sin", "cos", "tan", "tanh",
        "sgn", "arcsin", "arccos", "arctan", "arctanh", "0", "gaussian",
    ];

    public static ImmutableArray<string> Write(KanModel model, PykanFiles files)
    {
        Check(model);
        KanModel network = WithEnds(Unscaled(model));
        string config = Config(network);
        string name = Path.GetFileName(files.State);
        foreach (string path in (string[])[files.Config, files.State, files.Cache])
            AtomicFile.EnsureWritable(path);
        AtomicFile.WriteText(files.Config, config);
        AtomicFile.Write(files.State, stream => TorchWriter.Write(stream, name, [.. Tensors(network)]));
        AtomicFile.Write(files.Cache, stream => TorchWriter.WriteNone(stream, name));
        return [.. Notes(model)];
    }

    /// <summary>Refuses what pykan has no place for.</summary>
    private static void Check(KanModel model)
    {
        model.RequireSplines("A checkpoint of pykan");
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            if (layer.Order == 0)
                throw new KanSharpException($"Layer {l} has splines of order 0, which pykan cannot create; it needs order 1 or more. Train the network with such an order to take it there.");
            if (layer.Output.Arities.Contains(1))
                throw new KanSharpException($"Level {l + 1} of the network {model.Shape} has a product node of arity 1, which pykan cannot evaluate; it needs arities from 2 on. Use a sum node instead.");
            foreach (SymbolicEdge edge in layer.SymbolicEdges)
            {
                if (PykanName(edge.Function) is null)
                    throw new KanSharpException($"Edge ({l},{edge.Input},{edge.Output}) has the function '{edge.Function}', which pykan's SYMBOLIC_LIB lacks and a checkpoint cannot bring along. Fix the edge to a built-in function, or export the model as source code.");
            }
        }
    }

    /// <summary>pykan's name of a function; null where it has none.</summary>
    private static string? PykanName(SymbolicFunction function) =>
        !s_pykanFunctions.Contains(function.Name) || !ReferenceEquals(SymbolicLibrary.Default[function.Name], function) ? null
        : function.Name == "1/sqrt" ? "1/sqrt(x)"
        : function.Name;

    /// <summary>The same function of the user's inputs without scaling: a layer in front that scales them, and node scales of the last layer that undo it.</summary>
    private static KanModel Unscaled(KanModel model)
    {
        Scaling inputs = model.Info.InputScaling, outputs = model.Info.OutputScaling;
        double[] parameters = [.. model.Parameters];
        LayerParameters last = model.Network.View(model.Layers.Length - 1, parameters);
        for (int node = 0; node < outputs.Columns; node++)
        {
            last.NodeScales[node] *= outputs.Scales[node];
            last.NodeBiases[node] = outputs.Offsets[node] + outputs.Scales[node] * last.NodeBiases[node];
        }
        if (inputs.IsIdentity)
            return new KanModel(model.Layers, model.BaseFunction, model.RangePolicy, parameters);
        int count = inputs.Columns;
        KanLayer first = model.Layers[0];
        var scaling = new KanLayer(
            [.. Enumerable.Repeat(KnotGrid.Uniform(-1, 1, first.Intervals, first.Order), count)],
            new LayerWidth(count),
            [.. new double[count * count]],
            [.. Enumerable.Range(0, count).Select(i => new SymbolicEdge(i, i, SymbolicLibrary.Default["x"]))]);
        double[] values = new double[scaling.ParameterCount];
        var view = new LayerParameters(scaling, values);
        for (int i = 0; i < count; i++)
        {
            // The difference first: it loses nothing where an input varies little about a large value.
            ReadOnlySpan<double> affine = [1, -inputs.Offsets[i], 1 / inputs.Scales[i], 0];
            affine.CopyTo(view.Affine(i));
        }
        view.SubnodeScales.Fill(1);
        view.NodeScales.Fill(1);
        return new KanModel([scaling, .. model.Layers], model.BaseFunction, model.RangePolicy, [.. values, .. parameters]);
    }

    private static bool HasCurves(KanLayer layer) => layer.NumericMask.AsSpan().ContainsAnyExcept(0.0);

    /// <summary>The same function with splines that may fall to zero outside their grids, as pykan's do.</summary>
    private static KanModel WithEnds(KanModel model)
    {
        if (model.RangePolicy == RangePolicy.Zero)
            return model;
        var layers = ImmutableArray.CreateBuilder<KanLayer>();
        var parameters = new List<double>();
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            int start = model.Network.Offsets[l];
            (KanLayer wider, double[] values) = HasCurves(layer)
                ? LinearEnds.Of(layer, model.Network.View(l, model.ParameterArray), flat: model.RangePolicy == RangePolicy.Clamp)
                : (layer, model.ParameterArray[start..(start + layer.ParameterCount)]);
            layers.Add(wider);
            parameters.AddRange(values);
        }
        return new KanModel(layers.ToImmutable(), model.BaseFunction, RangePolicy.Zero, [.. parameters]);
    }

    private static IEnumerable<string> Notes(KanModel model)
    {
        ModelInfo info = model.Info, plain = ModelInfo.Default(model.InputCount, model.OutputCount);
        if (!info.InputScaling.IsIdentity)
            yield return "pykan does not scale inputs: a first layer of linear functions does it there, so the network has one layer more.";
        if (model.RangePolicy != RangePolicy.Zero && model.Layers.Any(HasCurves))
        {
            bool flat = model.RangePolicy == RangePolicy.Clamp;
            string added = string.Join(", ", model.Layers.Where(HasCurves).Select(layer => 2 * LinearEnds.MoreIntervals(layer.Order, flat)).Distinct());
            yield return $"Outside their grids splines {(flat ? "keep their end values" : "go on linearly")} here and fall to zero in pykan: there the grids have {added} intervals more, for the same outputs up to {LinearEnds.Reach:0} times the width of a grid outside.";
        }
        if (model.Layers.Any(layer => layer.Grids.Any(HasRepeatedKnots)))
            yield return "Some knots are there more than once. pykan loses basis functions at such knots, so its outputs may differ.";
        if (model.Layers.Any(layer => layer.SymbolicEdges.Any(edge => edge.IsHeld)))
            yield return "pykan does not save that functions are held to their constants: it trains them like others.";
        if (!info.Classes.IsEmpty)
            yield return $"pykan has no classes: the outputs are the scores of {string.Join(", ", info.Classes)}, in this order, before the softmax that makes probabilities of them.";
        if (!info.InputNames.SequenceEqual(plain.InputNames) || (info.Classes.IsEmpty && !info.OutputNames.SequenceEqual(plain.OutputNames)))
            yield return $"pykan has no column names: the inputs are {Listed(info.InputNames)}, in this order{(info.Classes.IsEmpty ? $", the outputs {Listed(info.OutputNames)}" : "")}.";
    }

    /// <summary>The names, or the first and the last of many.</summary>
    private static string Listed(ImmutableArray<string> names) => names.Length <= 12 ? string.Join(", ", names) : $"{string.Join(", ", names[..10])}, .., {names[^1]}";

    private static bool HasRepeatedKnots(KnotGrid grid)
    {
        for (int i = 1; i < grid.Knots.Length; i++)
        {
            if (grid.Knots[i] == grid.Knots[i - 1])
                return true;
        }
        return false;
    }

    private static IEnumerable<(string, int[], double[])> Tensors(KanModel network)
    {
        for (int l = 0; l < network.Layers.Length; l++)
        {
            KanLayer layer = network.Layers[l];
            int inputs = layer.InputCount, outputs = layer.SubnodeCount;
            double[] mask = new double[outputs * inputs], affine = new double[mask.Length * 4];
            LayerParameters parameters = network.Network.View(l, network.ParameterArray);
            for (int s = 0; s < layer.SymbolicEdges.Length; s++)
            {
                int edge = layer.SymbolicEdges[s].Output * inputs + layer.SymbolicEdges[s].Input;
                mask[edge] = 1;
                parameters.Affine(s).CopyTo(affine.AsSpan(4 * edge));
            }
            (string, int[], double[])[] tensors =
            [
                ($"node_bias_{l}", [layer.NodeCount], parameters.NodeBiases.ToArray()),
                ($"node_scale_{l}", [layer.NodeCount], parameters.NodeScales.ToArray()),
                ($"subnode_bias_{l}", [outputs], parameters.SubnodeBiases.ToArray()),
                ($"subnode_scale_{l}", [outputs], parameters.SubnodeScales.ToArray()),
                ($"act_fun.{l}.grid", [inputs, layer.Grids[0].Knots.Length], [.. layer.Grids.SelectMany(grid => grid.Knots.ToArray())]),
                ($"act_fun.{l}.coef", [inputs, outputs, layer.BasisCount], parameters.Coefficients.ToArray()),
                ($"act_fun.{l}.mask", [inputs, outputs], [.. layer.NumericMask]),
                ($"act_fun.{l}.scale_base", [inputs, outputs], parameters.BaseScales.ToArray()),
                ($"act_fun.{l}.scale_sp", [inputs, outputs], parameters.SplineScales.ToArray()),
                ($"symbolic_fun.{l}.mask", [outputs, inputs], mask),
                ($"symbolic_fun.{l}.affine", [outputs, inputs, 4], affine),
            ];
            foreach ((string, int[], double[]) tensor in tensors)
                yield return tensor;
        }
    }

    /// <summary>The configuration, field by field as saveckpt writes it.</summary>
    private static string Config(KanModel network)
    {
        ImmutableArray<LayerWidth> widths = network.Widths;
        var text = new StringBuilder();
        Field("affine_trainable", "false");
        Field("auto_save", "false");
        Field("base_fun_name", network.BaseFunction switch
        {
            BaseFunction.Silu => "silu",
            BaseFunction.Identity => "identity",
            BaseFunction.Zero => "zero",
            _ => throw new KanSharpException($"The network's base function is {network.BaseFunction}; pykan has silu, identity and zero."),
        });
        Field("ckpt_path", "./model");
        Field("device", "cpu");
        Field("grid", OneOrAll([.. network.Layers.Select(layer => layer.Intervals)]));
        Field("grid_eps", "0.02");
        Field("grid_range", "[-1, 1]");
        Field("k", OneOrAll([.. network.Layers.Select(layer => layer.Order)]));
        int[] arities = [.. widths.SelectMany(width => width.Arities).Distinct()];
        Field("mult_arity", arities.Length switch
        {
            0 => "2",
            1 => Text(arities[0]),
            _ => List(widths.Select(width => List(width.Arities.Select(Text)))),
        });
        Field("round", "0");
        Field("sb_trainable", "true");
        Field("sp_trainable", "true");
        Field("state_id", "0");
        for (int l = 0; l < network.Layers.Length; l++)
        {
            KanLayer layer = network.Layers[l];
            string[][] names = [.. Enumerable.Range(0, layer.SubnodeCount).Select(_ => Enumerable.Repeat("'0'", layer.InputCount).ToArray())];
            foreach (SymbolicEdge edge in layer.SymbolicEdges)
                names[edge.Output][edge.Input] = $"'{PykanName(edge.Function)}'";
            text.Append(CultureInfo.InvariantCulture, $"symbolic.funs_name.{l}:\n");
            foreach (string[] row in names)
                text.Append("- ").Append(List(row)).Append('\n');
        }
        Field("symbolic_enabled", "true");
        Field("width", List(widths.Select(width => List([Text(width.Sums), Text(width.Arities.Length)]))));
        return text.ToString();

        void Field(string name, string value) => text.Append(name).Append(": ").Append(value).Append('\n');
    }

    /// <summary>The number that all have, or the list of them.</summary>
    private static string OneOrAll(int[] numbers) => numbers.Distinct().Count() == 1 ? Text(numbers[0]) : List(numbers.Select(Text));

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
