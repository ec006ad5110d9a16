using KanSharp.Splines.Kernels;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// One layer's forward and backward pass over one tile of samples with derivatives by the network's inputs: every node carries a jet, the
/// components of a <see cref="JetShape"/>. Holds the tile's jets between the two passes; everything is [quantity][component][sample].
/// </summary>
internal sealed partial class JetTile
{
    private const int Samples = JetRows.Samples;

    private readonly KanLayer _layer;
    private readonly BaseFunction _baseFunction;
    private readonly JetShape _shape;
    private readonly int _jet;
    private readonly JetBasis?[] _bases;
    private readonly double[] _baseRows;
    private readonly JetSymbolic[] _symbolic;
    private readonly double[]? _seeds;
    private readonly double[]? _seedSquares;
    private readonly double[] _squares;
    private readonly double[] _subnodes;
    private readonly double[] _scaled;
    private readonly double[] _products;
    private readonly double[] _edge = new double[4 * Samples];

    /// <param name="layer">The layer.</param>
    /// <param name="tables">Basis polynomials of each input.</param>
    /// <param name="baseFunction">The base function of the layer's edges.</param>
    /// <param name="shape">The derivatives that travel along.</param>
    /// <param name="seeds">
    /// For the first layer: derivative of each input along each direction, [input][direction]. They are the same at all samples, and second
    /// derivatives are zero; only values of <see cref="Inputs"/> are then read. Null for the other layers.
    /// </param>
    public JetTile(KanLayer layer, CellTable<double>[] tables, BaseFunction baseFunction, JetShape shape, double[]? seeds)
    {
        _layer = layer;
        _baseFunction = baseFunction;
        _shape = shape;
        _jet = shape.Components * Samples;
        _bases = [.. tables.Select((table, i) => HasNumericEdge(i) ? new JetBasis(table, shape.Order) : null)];
        _symbolic = [.. layer.SymbolicEdges.Select(edge => new JetSymbolic(edge))];
        _baseRows = new double[layer.InputCount * 4 * Samples];
        Inputs = new double[layer.InputCount * _jet];
        _seeds = seeds;
        _squares = seeds is null ? new double[layer.InputCount * shape.Forms.Length * Samples] : [];
        if (seeds is not null)
        {
            _seedSquares = new double[layer.InputCount * shape.Forms.Length];
            for (int k = 0; k < _seedSquares.Length; k++)
            {
                int first = k / shape.Forms.Length * shape.Directions;
                _seedSquares[k] = shape.Forms[k % shape.Forms.Length].Sum(term => term.Weight * seeds[first + term.First] * seeds[first + term.Second]);
            }
        }
        _subnodes = new double[layer.SubnodeCount * _jet];
        _scaled = new double[_subnodes.Length];
        _products = new double[_subnodes.Length];
        _subnodeAdjoints = new double[_subnodes.Length];
        _scaledAdjoints = new double[_subnodes.Length];
        InputAdjoints = seeds is null ? new double[Inputs.Length] : [];
        _formSums = new double[shape.Forms.Length * Samples];
        _productAdjoint = new double[2 * _jet];
    }

    /// <summary>The jets of the nodes before the layer; filled by the caller.</summary>
    public double[] Inputs { get; }

    /// <summary>Evaluates the layer at <see cref="Inputs"/>; <paramref name="nodes"/> receives the jets of its nodes.</summary>
    public void Forward(PiecewiseLayer weights, LayerParameters parameters, Span<double> nodes)
    {
        Array.Clear(_subnodes);
        int symbolic = 0;
        for (int i = 0; i < _layer.InputCount; i++)
        {
            ReadOnlySpan<double> x = Input(i, 0);
            if (_seeds is null)
                FillSquares(i);
            if (_bases[i] is JetBasis basis)
            {
                basis.Fill(x);
                JetBaseFunction.Evaluate(_baseFunction, x, BaseRows(i));
                for (int j = 0; j < _layer.SubnodeCount; j++)
                {
                    if (_layer.NumericMask[Edge(i, j)] == 0)
                        continue;
                    weights.Evaluate(Edge(i, j), basis, BaseRows(i), _edge);
                    AddEdge(i, j);
                }
            }
            for (; symbolic < _symbolic.Length && _symbolic[symbolic].Edge.Input == i; symbolic++)
            {
                ReadOnlySpan<double> affine = parameters.Affine(symbolic);
                _symbolic[symbolic].Fill(x, affine);
                _symbolic[symbolic].Evaluate(affine, _edge);
                AddEdge(i, _symbolic[symbolic].Edge.Output);
            }
        }
        for (int j = 0; j < _layer.SubnodeCount; j++)
            Affine(Jet(_subnodes, j), parameters.SubnodeScales[j], parameters.SubnodeBiases[j], Jet(_scaled, j));
        for (int node = 0; node < _layer.NodeCount; node++)
            Affine(NodeProduct(node), parameters.NodeScales[node], parameters.NodeBiases[node], Jet(nodes, node));
    }

    /// <summary>Adds the edge whose derivatives stand in <see cref="_edge"/> to its subnode: z_a += phi' v_a, z_ab += phi'' v_a v_b + phi' v_ab.</summary>
    private void AddEdge(int i, int j)
    {
        JetRows.Add(Derivative(0), Subnode(j, 0));
        for (int a = 1; a <= _shape.Directions; a++)
        {
            if (_seeds is null)
                JetRows.AddProduct(Derivative(1), Input(i, a), Subnode(j, a));
            else if (Seed(i, a) is not 0 and double seed)
                JetRows.AddScaled(Derivative(1), seed, Subnode(j, a));
        }
        for (int q = 0; q < _shape.Forms.Length; q++)
        {
            int c = _shape.FirstForm + q;
            if (_seeds is null)
                JetRows.AddProducts(Derivative(2), Squares(i, q), Derivative(1), Input(i, c), Subnode(j, c));
            else if (SeedSquare(i, q) is not 0 and double square)
                JetRows.AddScaled(Derivative(2), square, Subnode(j, c));
        }
    }

    /// <summary>For each form its weighted sum of v_a v_b, which every edge of the input multiplies.</summary>
    private void FillSquares(int i)
    {
        for (int q = 0; q < _shape.Forms.Length; q++)
        {
            Span<double> sum = Squares(i, q);
            sum.Clear();
            foreach (JetTerm term in _shape.Forms[q])
                JetRows.AddProduct(Input(i, 1 + term.First), Input(i, 1 + term.Second), term.Weight, sum);
        }
    }

    /// <summary>The product of a node's subnodes; the partial products stay for the backward pass.</summary>
    private ReadOnlySpan<double> NodeProduct(int node)
    {
        int first = _layer.Output.FirstSubnode(node), last = first + _layer.Output.SubnodesOf(node) - 1;
        for (int j = first + 1; j <= last; j++)
            JetProduct.Multiply(_shape, Partial(j - 1, first), Jet(_scaled, j), Jet(_products, j));
        return Partial(last, first);
    }

    /// <summary>The product of a node's subnodes from its first one to this.</summary>
    private Span<double> Partial(int subnode, int first) => Jet(subnode == first ? _scaled : _products, subnode);

    private void Affine(ReadOnlySpan<double> x, double scale, double bias, Span<double> result)
    {
        for (int c = 0; c < _shape.Components; c++)
            JetRows.Affine(x.Slice(c * Samples, Samples), scale, c == 0 ? bias : 0, JetRows.Row(result, c));
    }

    private bool HasNumericEdge(int input) =>
        _layer.NumericMask.AsSpan(input * _layer.SubnodeCount, _layer.SubnodeCount).ContainsAnyExcept(0.0);

    private int Edge(int input, int output) => input * _layer.SubnodeCount + output;

    private Span<double> Jet(Span<double> values, int index) => values.Slice(index * _jet, _jet);

    private Span<double> Input(int node, int component) => Inputs.AsSpan(node * _jet + component * Samples, Samples);

    private Span<double> Subnode(int subnode, int component) => _subnodes.AsSpan(subnode * _jet + component * Samples, Samples);

    private Span<double> BaseRows(int input) => _baseRows.AsSpan(input * 4 * Samples, 4 * Samples);

    private Span<double> Squares(int input, int form) => _squares.AsSpan((input * _shape.Forms.Length + form) * Samples, Samples);

    private ReadOnlySpan<double> Derivative(int order) => _edge.AsSpan(order * Samples, Samples);

    private double Seed(int input, int component) => _seeds![input * _shape.Directions + component - 1];

    private double SeedSquare(int input, int form) => _seedSquares![input * _shape.Forms.Length + form];
}
