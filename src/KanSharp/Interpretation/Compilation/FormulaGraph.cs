using System.Collections.Immutable;
using KanSharp.Formulas;

namespace KanSharp.Interpretation.Compilation;

/// <summary>
/// From lowered formulas to nodes and edges, equal parts once. What is linear in a part goes into the constants of edges: c f(a x + b) + d.
/// </summary>
internal sealed class FormulaGraph
{
    private readonly Dictionary<Expression, GraphNode> _nodes = [];
    private readonly double _largestShift;

    /// <param name="inputs">Names of the inputs.</param>
    /// <param name="largestShift">
    /// a (x + b) becomes a x + a b up to this |b|, and a (x + y) becomes a x + a y where this is infinite. Otherwise the sum is a node of its own: the products are
    /// rounded, which shows where they all but cancel. Powers of two are not, and always go in.
    /// </param>
    public FormulaGraph(IReadOnlyList<string> inputs, double largestShift)
    {
        Inputs = [.. inputs.Select(_ => GraphNode.Input())];
        _largestShift = largestShift;
        for (int i = 0; i < inputs.Count; i++)
            _nodes.Add(new Variable(inputs[i]), Inputs[i]);
    }

    /// <summary>The inputs, in order.</summary>
    public ImmutableArray<GraphNode> Inputs { get; }

    /// <summary>The node that computes a whole formula.</summary>
    public GraphNode Output(Expression formula)
    {
        if (formula is Constant constant)
            return GraphNode.Sum(new GraphSum([], constant.Value));
        Linear linear = Split(formula);
        return linear.Core switch
        {
            Product product => ProductNode(product, linear.Scale, linear.Constant),
            Sum sum => new GraphNode(false, [SumOf(sum)], linear.Scale, linear.Constant),
            _ => GraphNode.Sum(SumOf(formula)),
        };
    }

    /// <summary>The node whose value is a part of the formula.</summary>
    private GraphNode Node(Expression core)
    {
        if (!_nodes.TryGetValue(core, out GraphNode? node))
            _nodes[core] = node = core is Product product ? ProductNode(product, 1, 0) : GraphNode.Sum(SumOf(core));
        return node;
    }

    private GraphNode ProductNode(Product product, double scale, double constant)
    {
        ImmutableArray<GraphSum> subnodes = [.. product.Factors.Select(SumOf)];
        // Into the first factor, as the formula multiplies: the product alone may leave the range of numbers.
        if (subnodes[0] is { Edges: [GraphEdge first], Constant: 0 } && double.IsFinite(scale * first.C))
            return new GraphNode(true, subnodes.SetItem(0, new GraphSum([first with { C = scale * first.C }])), 1, constant);
        return new GraphNode(true, subnodes, scale, constant);
    }

    /// <summary>A part of the formula as a sum of edges.</summary>
    private GraphSum SumOf(Expression expression)
    {
        var edges = new List<GraphEdge>();
        double constant = 0;
        foreach (Expression term in expression is Sum sum ? sum.Terms : [expression])
            AddTerm(term, 1, edges, ref constant);
        return new GraphSum([.. edges], constant);
    }

    private void AddTerm(Expression term, double factor, List<GraphEdge> edges, ref double constant)
    {
        if (term is Constant number)
        {
            constant += factor * number.Value;
            return;
        }
        Linear linear = Split(term);
        double scale = factor * linear.Scale;
        constant += factor * linear.Constant;
        if (linear.Core is Sum sum && (IsExact(scale) || double.IsPositiveInfinity(_largestShift)))
        {
            foreach (Expression inner in sum.Terms)
                AddTerm(inner, scale, edges, ref constant);
            return;
        }
        GraphEdge edge = Edge(linear.Core, scale);
        int same = edges.FindIndex(other => (other with { C = edge.C }).Equals(edge));
        if (same >= 0)
            edges[same] = edge with { C = edges[same].C + edge.C };
        else
            edges.Add(edge);
    }

    private GraphEdge Edge(Expression core, double scale)
    {
        (SymbolicFunction? function, Expression argument) = core switch
        {
            Call call => (SymbolicLibrary.Default[call.Function.Name()], call.Argument),
            UserCall { Derivative: 0 } call => (call.Function, call.Argument),
            Power power => (FormulaLowering.PowerFunction(((Constant)power.Exponent).Value), power.Base),
            _ => (null, core),
        };
        if (function is null)
            return GraphEdge.Identity(Node(core), scale);
        if (core is Call { Function: ElementaryFunction.Exp } && Gaussian(argument, scale) is { } gaussian)
            return gaussian;
        Linear linear = Split(argument);
        return new GraphEdge(Node(linear.Core), function, linear.Scale, linear.Constant, scale);
    }

    /// <summary>exp(d - k u^2) = exp(d) gaussian(sqrt(k) u).</summary>
    private GraphEdge? Gaussian(Expression exponent, double scale)
    {
        Linear outer = Split(exponent);
        double height = scale * Math.Exp(outer.Constant);
        if (outer is not { Core: Power { Exponent: Constant { Value: 2 } } square, Scale: < 0 } || !double.IsNormal(height))
            return null;
        Linear inner = Split(square.Base);
        double width = Math.Sqrt(-outer.Scale);
        return CanMultiply(width, inner.Constant)
            ? new GraphEdge(Node(inner.Core), SymbolicLibrary.Default["gaussian"], width * inner.Scale, width * inner.Constant, height)
            : null;
    }

    /// <summary>Takes scale and constant off a formula that is not constant.</summary>
    private Linear Split(Expression expression)
    {
        switch (expression)
        {
            case Product product:
                double scale = Multiply(product);
                Expression rest = Product.Of([.. product.Factors.Where(factor => factor is not Constant)]);
                if (rest is Product)
                    return new Linear(rest, scale, 0);
                Linear factor = Split(rest);
                return CanMultiply(scale, factor.Constant) ? new Linear(factor.Core, scale * factor.Scale, factor.Constant == 0 ? 0 : scale * factor.Constant) : new Linear(rest, scale, 0);
            case Sum sum:
                double constant = sum.Terms.OfType<Constant>().Sum(term => term.Value);
                Expression terms = Sum.Of([.. sum.Terms.Where(term => term is not Constant)]);
                if (terms is Sum)
                    return new Linear(terms, 1, constant);
                Linear single = Split(terms);
                return single with { Constant = single.Constant + constant };
            default:
                return new Linear(expression, 1, 0);
        }
    }

    private static double Multiply(Product product)
    {
        double scale = 1;
        foreach (Constant constant in product.Factors.OfType<Constant>())
            scale *= constant.Value;
        return double.IsFinite(scale) ? scale
            : throw new KanSharpException($"The formula cannot be compiled: the numbers in {product.ToText()} multiply to {scale}; constants of a network must be finite.");
    }

    private bool CanMultiply(double scale, double constant) => Math.Abs(constant) <= _largestShift || IsExact(scale) || constant == 0;

    /// <summary>Whether multiplying by it is exact.</summary>
    private static bool IsExact(double scale) => Math.ScaleB(1, Math.ILogB(scale)) == Math.Abs(scale);

    /// <summary>scale * core + constant.</summary>
    private readonly record struct Linear(Expression Core, double Scale, double Constant);
}
