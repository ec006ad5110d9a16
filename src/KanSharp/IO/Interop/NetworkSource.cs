using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;

namespace KanSharp.IO.Interop;

/// <summary>
/// Writes a network edge by edge: h1_0 is node 0 of level 1 (level 0 are the scaled inputs), s1_2 a factor of a product node. Nodes that reach no
/// output are left out.
/// </summary>
internal sealed class NetworkSource
{
    private readonly KanModel _model;
    private readonly SourceSyntax _syntax;
    private readonly string[] _columns;
    private readonly Dictionary<string, string> _names;
    private readonly bool[][] _reaching;
    private readonly List<string> _arrays = [];
    private readonly Dictionary<string, string> _knots = new(StringComparer.Ordinal);
    private readonly List<string> _body = [];

    private NetworkSource(KanModel model, SourceSyntax syntax)
    {
        _model = model;
        _syntax = syntax;
        _columns = [.. model.Info.SourceNames];
        _names = Names.Distinct([.. _columns.Union(model.Info.InputNames)], syntax.Identifier, syntax.IsTaken);
        _reaching = Connectivity.ToOutputs(model.Layers);
    }

    public static string Write(KanModel model, SourceSyntax syntax) => new NetworkSource(model, syntax).Write();

    public static string Write(KanModel model, IReadOnlyList<Expression> formulas, SourceSyntax syntax) => new NetworkSource(model, syntax).Write(formulas);

    private string Write(IReadOnlyList<Expression> formulas)
    {
        WriteColumns([.. formulas.SelectMany(formula => formula.Variables)]);
        return _syntax.File(Content([.. formulas.Select(Formula)], "a formula"));
    }

    /// <summary>A formula over columns and inputs, by their names in the file.</summary>
    private string Formula(Expression formula) =>
        _syntax.Formula(formula.Substitute(_names.ToDictionary(name => name.Key, name => (Expression)new Variable(name.Value), StringComparer.Ordinal)));

    /// <summary>Computes the derived inputs among those that are used, and ignores the columns that nothing is made of.</summary>
    private void WriteColumns(IReadOnlyCollection<string> used)
    {
        DerivedInput[] derived = [.. _model.Info.DerivedInputs.Where(input => used.Contains(input.Name))];
        foreach (string unused in _columns.Except(used).Except(derived.SelectMany(input => input.Formula.Variables)))
        {
            if (_syntax.Ignore(_names[unused]) is { Length: > 0 } statement)
                _body.Add(statement);
        }
        foreach (DerivedInput input in derived)
            _body.Add(_syntax.Declare(_names[input.Name], Formula(input.Formula)));
    }

    private string Write()
    {
        ModelInfo info = _model.Info;
        bool usesSilu = false;
        int[] used = [.. Enumerable.Range(0, _model.InputCount).Where(i => _reaching[0][i])];
        WriteColumns([.. used.Select(i => info.InputNames[i])]);
        foreach (int input in used)
            WriteInput(input);
        for (int l = 0; l < _model.Layers.Length; l++)
        {
            KanLayer layer = _model.Layers[l];
            LayerParameters parameters = _model.Network.View(l, _model.ParameterArray);
            _body.Add("");
            _body.Add(_syntax.Comment($"Layer {l}: {_model.Widths[l]} to {layer.Output}"));
            for (int i = 0; i < layer.InputCount; i++)
                usesSilu |= _model.Network.BaseFunctionOf(l) == BaseFunction.Silu && WriteSilu(l, i, parameters);
            for (int node = 0; node < layer.NodeCount; node++)
            {
                if (_reaching[l + 1][node])
                    WriteNode(l, node, parameters);
            }
        }
        string[] results = [.. Enumerable.Range(0, _model.OutputCount).Select(o => Affine(Node(_model.Layers.Length, o), info.OutputScaling.Scales[o], info.OutputScaling.Offsets[o]))];
        return _syntax.File(Content(results, $"a {_model.Kind} {_model.Shape}") with { SplinePolicy = _arrays.Count == 0 ? null : _model.RangePolicy, UsesSilu = usesSilu });
    }

    private SourceContent Content(string[] results, string kind)
    {
        ModelInfo info = _model.Info;
        string target = info.Classes.IsEmpty ? string.Join(", ", info.OutputNames) : $"{info.TargetName}, one of {string.Join(", ", info.Classes)}";
        return new SourceContent
        {
            Title = $"Predicts {target} from {string.Join(", ", _columns)}: {kind}, written by KanSharp",
            Parameters = [.. _columns.Select(name => (_names[name], name))],
            OutputNames = info.OutputNames,
            Classes = info.Classes,
            Arrays = _arrays,
            Body = _body,
            Results = results,
        };
    }

    private void WriteInput(int input)
    {
        Scaling scaling = _model.Info.InputScaling;
        string name = _names[_model.Info.InputNames[input]];
        double offset = scaling.Offsets[input], scale = scaling.Scales[input];
        string difference = offset == 0 ? name : offset < 0 ? $"{name} + {SourceSyntax.Number(-offset)}" : $"{name} - {SourceSyntax.Number(offset)}";
        _body.Add(_syntax.Declare(Node(0, input), scale == 1 ? difference : $"({difference}) / {SourceSyntax.Number(scale)}"));
        KanLayer first = _model.Layers[0];
        if (_model.RangePolicy == RangePolicy.Error && first.HasSplines && first.NumericMask.AsSpan(input * first.SubnodeCount, first.SubnodeCount).ContainsAnyExcept(0.0))
            _body.Add(_syntax.RequireRange(Node(0, input), first.Grids[input].Start, first.Grids[input].End, _model.Info.InputNames[input], _model.OutputCount == 1 && _model.Info.Classes.IsEmpty, _model.OutputCount));
    }

    /// <summary>The base function of a node, once for all edges from it that use it.</summary>
    private bool WriteSilu(int l, int input, LayerParameters parameters)
    {
        KanLayer layer = _model.Layers[l];
        if (!_reaching[l][input] || !Enumerable.Range(0, layer.SubnodeCount).Any(IsUsed(parameters.BaseScales.ToArray())))
            return false;
        _body.Add(_syntax.Declare($"silu{l}_{input}", _syntax.Silu(Node(l, input))));
        return true;

        Func<int, bool> IsUsed(double[] scales) => j => _reaching[l + 1][layer.Output.NodeOf(j)] && layer.NumericMask[input * layer.SubnodeCount + j] * scales[input * layer.SubnodeCount + j] != 0;
    }

    private void WriteNode(int l, int node, LayerParameters parameters)
    {
        LayerWidth width = _model.Layers[l].Output;
        string name = Node(l + 1, node);
        int first = width.FirstSubnode(node), count = width.SubnodesOf(node);
        string[] factors = [.. Enumerable.Range(first, count).Select(j => node < width.Sums ? name : $"s{l + 1}_{j}")];
        for (int f = 0; f < count; f++)
            WriteSubnode(l, first + f, factors[f], parameters);
        if (node >= width.Sums)
            _body.Add(_syntax.Declare(name, string.Join(" * ", factors)));
        WriteAffine(name, parameters.NodeScales[node], parameters.NodeBiases[node]);
    }

    private void WriteSubnode(int l, int output, string name, LayerParameters parameters)
    {
        KanLayer layer = _model.Layers[l];
        bool begun = false;
        for (int input = 0; input < layer.InputCount; input++)
        {
            foreach (string term in EdgeTerms(l, input, output, parameters))
            {
                _body.Add(begun ? _syntax.Add(name, term) : _syntax.Declare(name, term));
                begun = true;
            }
        }
        if (!begun)
            _body.Add(_syntax.Declare(name, SourceSyntax.Number(0)));
        WriteAffine(name, parameters.SubnodeScales[output], parameters.SubnodeBiases[output]);
    }

    /// <summary>Base function and spline of an edge, then its function.</summary>
    private List<string> EdgeTerms(int l, int input, int output, LayerParameters parameters)
    {
        KanLayer layer = _model.Layers[l];
        int edge = input * layer.SubnodeCount + output;
        double mask = layer.NumericMask[edge], baseWeight = mask * parameters.BaseScales[edge], splineWeight = layer.HasSplines ? mask * parameters.SplineScales[edge] : 0;
        BaseFunction baseFunction = _model.Network.BaseFunctionOf(l);
        string x = Node(l, input);
        var terms = new List<string>();
        if (baseWeight != 0 && baseFunction != BaseFunction.Zero)
            terms.Add($"{SourceSyntax.Number(baseWeight)} * {(baseFunction == BaseFunction.Silu ? $"silu{l}_{input}" : x)}");
        double[] coefficients = [.. parameters.EdgeCoefficients(input, output).ToArray().Select(coefficient => splineWeight * coefficient)];
        if (coefficients.AsSpan().ContainsAnyExcept(0.0))
            terms.Add(Spline(l, input, output, coefficients));
        if (layer.SymbolicIndex(input, output) is >= 0 and int s)
        {
            ReadOnlySpan<double> affine = parameters.Affine(s);
            terms.Add(_syntax.Formula(affine[2] * layer.SymbolicEdges[s].Function.ToExpression(affine[0] * new Variable(x) + affine[1]) + affine[3]));
        }
        return terms;
    }

    /// <summary>
    /// The spline of an edge. Where it falls to zero outside its grid, it is written on a wider one: k knots more on each side, whose basis functions
    /// have coefficients of zero, so that the range of the wider grid is all where the spline is not zero.
    /// </summary>
    private string Spline(int l, int input, int output, double[] coefficients)
    {
        KnotGrid grid = _model.Layers[l].Grids[input];
        int order = grid.Order;
        double[] knots = grid.Knots.ToArray();
        if (_model.RangePolicy == RangePolicy.Zero)
        {
            double step = (grid.End - grid.Start) / grid.Intervals;
            double[] zeros = new double[order];
            knots = [.. zeros.Select((_, i) => knots[0] - step * (order - i)), .. knots, .. zeros.Select((_, i) => knots[^1] + step * (i + 1))];
            coefficients = [.. zeros, .. coefficients, .. zeros];
        }
        string knotsKey = string.Join(' ', knots.Select(SourceSyntax.Number)), coefficientsName = $"COEFFICIENTS_{l}_{input}_{output}";
        if (!_knots.TryGetValue(knotsKey, out string? knotsName))
        {
            _knots.Add(knotsKey, knotsName = $"KNOTS_{l}_{input}");
            _arrays.Add(_syntax.Array(knotsName, knots));
        }
        _arrays.Add(_syntax.Array(coefficientsName, coefficients));
        return _syntax.Spline(Node(l, input), knotsName, coefficientsName, coefficients.Length, order);
    }

    private void WriteAffine(string name, double scale, double bias)
    {
        if (scale != 1 || bias != 0)
            _body.Add(_syntax.Assign(name, Affine(name, scale, bias)));
    }

    private static string Affine(string x, double scale, double offset)
    {
        string product = scale == 1 ? x : $"{SourceSyntax.Number(scale)} * {x}";
        return offset == 0 ? product : offset < 0 ? $"{product} - {SourceSyntax.Number(-offset)}" : $"{product} + {SourceSyntax.Number(offset)}";
    }

    private static string Node(int level, int node) => $"h{level}_{node}";
}
