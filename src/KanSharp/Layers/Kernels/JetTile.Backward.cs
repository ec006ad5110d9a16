namespace KanSharp.Layers.Kernels;

/// <content>The backward pass: from adjoints of the jets after the layer to those before it, and to the gradient.</content>
internal sealed partial class JetTile
{
    private readonly double[] _subnodeAdjoints;
    private readonly double[] _scaledAdjoints;
    private readonly double[] _formSums;
    private readonly double[] _productAdjoint;
    private readonly double[] _factors = new double[2 * Samples];
    private readonly double[] _constantRows = new double[4 * Samples];

    /// <summary>Adjoints of the jets of the nodes before the layer; valid after a backward pass, empty for the first layer.</summary>
    public double[] InputAdjoints { get; }

    /// <summary>Propagates adjoints of the node jets (zero in padding samples) to the inputs and adds to the gradients.</summary>
    public void Backward(PiecewiseLayer weights, LayerParameters parameters, Span<double> nodeAdjoints, PiecewiseGradient weightGradient, LayerParameters gradient)
    {
        BackwardToSubnodes(parameters, nodeAdjoints);
        AddNodeGradient(nodeAdjoints, gradient);
        int symbolic = 0;
        for (int i = 0; i < _layer.InputCount; i++)
        {
            BeginInput(i);
            for (int j = 0; j < _layer.SubnodeCount && _bases[i] is JetBasis basis; j++)
            {
                int edge = Edge(i, j);
                if (_layer.NumericMask[edge] == 0)
                    continue;
                FillFactors(i, j);
                basis.AddDot(Factor(0, j), Factor(1, j), Factor(2, j), weightGradient.Edge(edge));
                for (int d = 0; d <= _shape.Order; d++)
                    weightGradient.Base(edge) += JetRows.Dot(Factor(d, j), JetRows.Row(BaseRows(i), d));
                if (_seeds is null)
                {
                    weights.Evaluate(edge, basis, BaseRows(i), _edge);
                    AddInputAdjoint(i, j);
                }
            }
            for (; symbolic < _symbolic.Length && _symbolic[symbolic].Edge.Input == i; symbolic++)
            {
                Span<double> sums = gradient.Affine(symbolic);
                BackwardSymbolic(parameters, symbolic);
                for (int k = 0; k < 4; k++)
                    sums[k] += JetRows.Sum(JetRows.Row(_constantRows, k));
            }
            EndInput(i);
        }
    }

    /// <summary>From the nodes to the subnode sums: node affine, products, subnode affine.</summary>
    private void BackwardToSubnodes(LayerParameters parameters, ReadOnlySpan<double> nodeAdjoints)
    {
        Span<double> product = Jet(_productAdjoint, 0), rest = Jet(_productAdjoint, 1);
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            int first = _layer.Output.FirstSubnode(node), last = first + _layer.Output.SubnodesOf(node) - 1;
            Affine(nodeAdjoints.Slice(node * _jet, _jet), parameters.NodeScales[node], 0, product);
            for (int j = last; j > first; j--)
            {
                Span<double> adjoint = Jet(_scaledAdjoints, j);
                adjoint.Clear();
                rest.Clear();
                JetProduct.AddAdjoint(_shape, product, Partial(j - 1, first), adjoint);
                JetProduct.AddAdjoint(_shape, product, Jet(_scaled, j), rest);
                rest.CopyTo(product);
            }
            product.CopyTo(Jet(_scaledAdjoints, first));
        }
        for (int j = 0; j < _layer.SubnodeCount; j++)
            Affine(Jet(_scaledAdjoints, j), parameters.SubnodeScales[j], 0, Jet(_subnodeAdjoints, j));
    }

    private void AddNodeGradient(ReadOnlySpan<double> nodeAdjoints, LayerParameters gradient)
    {
        for (int node = 0; node < _layer.NodeCount; node++)
        {
            int first = _layer.Output.FirstSubnode(node), last = first + _layer.Output.SubnodesOf(node) - 1;
            ReadOnlySpan<double> adjoint = nodeAdjoints.Slice(node * _jet, _jet);
            gradient.NodeScales[node] += Dot(adjoint, Partial(last, first));
            gradient.NodeBiases[node] += JetRows.Sum(adjoint[..Samples]);
        }
        for (int j = 0; j < _layer.SubnodeCount; j++)
        {
            gradient.SubnodeScales[j] += Dot(Jet(_scaledAdjoints, j), Jet(_subnodes, j));
            gradient.SubnodeBiases[j] += JetRows.Sum(Jet(_scaledAdjoints, j)[..Samples]);
        }
    }

    private void BeginInput(int i)
    {
        if (_seeds is not null)
            return;
        Jet(InputAdjoints, i).Clear();
        Array.Clear(_formSums);
    }

    /// <summary>What the edges' second derivatives say about the first derivatives of their input, gathered over the edges.</summary>
    private void EndInput(int i)
    {
        if (_seeds is not null)
            return;
        for (int q = 0; q < _shape.Forms.Length; q++)
        {
            ReadOnlySpan<double> sum = JetRows.Row(_formSums, q);
            foreach (JetTerm term in _shape.Forms[q])
            {
                JetRows.AddProduct(sum, Input(i, 1 + term.Second), term.Weight, InputAdjoint(i, 1 + term.First));
                JetRows.AddProduct(sum, Input(i, 1 + term.First), term.Weight, InputAdjoint(i, 1 + term.Second));
            }
        }
    }

    /// <summary>
    /// The derivatives of what the adjoints stand for by phi, phi' and phi'' of one edge: s0 = adjoint of z, s1 = sum of adjoints of z_a times
    /// v_a and of z_ab times v_ab, s2 = sum of adjoints of z_ab times v_a v_b.
    /// </summary>
    private void FillFactors(int i, int j)
    {
        Span<double> s1 = JetRows.Row(_factors, 0), s2 = JetRows.Row(_factors, 1);
        if (_shape.Order > 0)
            s1.Clear();
        if (_shape.Order > 1)
            s2.Clear();
        for (int a = 1; a <= _shape.Directions; a++)
        {
            if (_seeds is null)
                JetRows.AddProduct(SubnodeAdjoint(j, a), Input(i, a), s1);
            else if (Seed(i, a) is not 0 and double seed)
                JetRows.AddScaled(SubnodeAdjoint(j, a), seed, s1);
        }
        for (int q = 0; q < _shape.Forms.Length; q++)
        {
            ReadOnlySpan<double> adjoint = SubnodeAdjoint(j, _shape.FirstForm + q);
            if (_seeds is null)
            {
                JetRows.AddProduct(adjoint, Input(i, _shape.FirstForm + q), s1);
                JetRows.AddProduct(adjoint, Squares(i, q), s2);
            }
            else if (SeedSquare(i, q) is not 0 and double square)
            {
                JetRows.AddScaled(adjoint, square, s2);
            }
        }
    }

    private ReadOnlySpan<double> Factor(int order, int j) =>
        order == 0 ? SubnodeAdjoint(j, 0) : order > _shape.Order ? [] : JetRows.Row(_factors, order - 1);

    /// <summary>From the edge whose derivatives stand in <see cref="_edge"/> to its input; <see cref="EndInput"/> adds the rest.</summary>
    private void AddInputAdjoint(int i, int j)
    {
        Span<double> value = InputAdjoint(i, 0);
        for (int d = 0; d <= _shape.Order; d++)
            JetRows.AddProduct(Derivative(1 + d), Factor(d, j), value);
        for (int c = 1; c < _shape.Components; c++)
            JetRows.AddProduct(Derivative(1), SubnodeAdjoint(j, c), InputAdjoint(i, c));
        for (int q = 0; q < _shape.Forms.Length; q++)
            JetRows.AddProduct(Derivative(2), SubnodeAdjoint(j, _shape.FirstForm + q), JetRows.Row(_formSums, q));
    }

    /// <summary>Leaves the derivatives by the edge's constants in <see cref="_constantRows"/>, sample by sample, and goes on to its input.</summary>
    private void BackwardSymbolic(LayerParameters parameters, int s)
    {
        (int i, int j) = (_symbolic[s].Edge.Input, _symbolic[s].Edge.Output);
        ReadOnlySpan<double> affine = parameters.Affine(s);
        FillFactors(i, j);
        _symbolic[s].ConstantRows(affine, Input(i, 0), Factor(0, j), Factor(1, j), Factor(2, j), _constantRows);
        if (_seeds is not null)
            return;
        _symbolic[s].Evaluate(affine, _edge);
        AddInputAdjoint(i, j);
    }

    private double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int c = 0; c < _shape.Components; c++)
            sum += JetRows.Dot(x.Slice(c * Samples, Samples), y.Slice(c * Samples, Samples));
        return sum;
    }

    private Span<double> InputAdjoint(int node, int component) => InputAdjoints.AsSpan(node * _jet + component * Samples, Samples);

    private ReadOnlySpan<double> SubnodeAdjoint(int subnode, int component) => _subnodeAdjoints.AsSpan(subnode * _jet + component * Samples, Samples);
}
