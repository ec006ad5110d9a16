using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Layers;
using KanSharp.Splines;

namespace KanSharp.Model;

/// <summary>The shape of a network and how it starts: what <see cref="KanModel.Create"/> needs besides a seed.</summary>
/// <param name="Widths">Nodes of each level, inputs first. The first level has sum nodes only.</param>
public sealed record KanSpec(ImmutableArray<LayerWidth> Widths)
{
    /// <summary>Sum nodes only: <c>new KanSpec(2, 5, 1)</c>.</summary>
    public KanSpec(params ReadOnlySpan<int> widths) : this(SumsOnly(widths)) { }

    /// <summary>Grid intervals G: one for all layers, or one for each. Default 5.</summary>
    public ImmutableArray<int> GridIntervals { get; init; } = [5];

    /// <summary>Spline order k: one for all layers, or one for each. Default 3.</summary>
    public ImmutableArray<int> SplineOrders { get; init; } = [3];

    /// <summary>Base function of every edge. Default SiLU.</summary>
    public BaseFunction BaseFunction { get; init; } = BaseFunction.Silu;

    /// <summary>What splines do outside their grid. Default: go on linearly.</summary>
    public RangePolicy RangePolicy { get; init; } = RangePolicy.Linear;

    /// <summary>Range of the first grids. Default [-1, 1].</summary>
    public (double Start, double End) GridRange { get; init; } = (-1, 1);

    /// <summary>Size of the noise that the splines start from, in units of 1 / G. Default 0.3.</summary>
    public double NoiseScale { get; init; } = 0.3;

    /// <summary>Mean of the base scales, before division by the square root of the number of inputs. Default 0.</summary>
    public double BaseScaleMean { get; init; }

    /// <summary>Half width of the uniform distribution of the base scales around their mean. Default 1.</summary>
    public double BaseScaleSpread { get; init; } = 1;

    /// <summary>
    /// A multilayer perceptron instead of a KAN, to compare one with: edges are weights without splines, w x from the inputs and w b(x), b the base function, from
    /// hidden nodes, and every node has a bias that is trained. Weights and biases are drawn alike; intervals, orders, range and noise of splines have no meaning.
    /// Default no.
    /// </summary>
    public bool Perceptron { get; init; }

    /// <summary>The numbers to train and evaluate in. Default double; single is up to twice as fast and good for seven digits.</summary>
    public Precision Precision { get; init; }

    /// <summary>Start with about one edge per node instead of all of them.</summary>
    public bool SparseStart { get; init; }

    /// <summary>The most parameters a model may have; training needs about thirty times their memory.</summary>
    public const int MaxParameters = 20_000_000;

    /// <summary>Number of layers of edges.</summary>
    public int LayerCount => Widths.Length - 1;

    /// <summary>Reads `2,5,1`, `2,[5,2],1` (five sums and two products of two), `2,[0,1:3],1` (a product of three) or `2,[1,2:2/3],1`.</summary>
    public static KanSpec Parse(string shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var widths = ImmutableArray.CreateBuilder<LayerWidth>();
        foreach (string part in SplitOutsideBrackets(shape.Trim()))
            widths.Add(ParseWidth(part.Trim(), shape));
        return new KanSpec(widths.ToImmutable()).Validated();
    }

    /// <summary>Grid intervals of one layer.</summary>
    public int GridIntervalsOf(int layer) => GridIntervals.Length == 1 ? GridIntervals[0] : GridIntervals[layer];

    /// <summary>Spline order of one layer.</summary>
    public int SplineOrderOf(int layer) => SplineOrders.Length == 1 ? SplineOrders[0] : SplineOrders[layer];

    /// <summary>The shape as <see cref="Parse"/> reads it.</summary>
    public static string Format(IEnumerable<LayerWidth> widths) => string.Join(',', widths);

    internal KanSpec Validated()
    {
        if (Widths.Length < 2)
            throw new KanSharpException($"The shape '{Format(Widths)}' has {Widths.Length} level(s); a network needs at least inputs and outputs, such as 2,5,1.");
        if (Widths[0].Arities.Length > 0)
            throw new KanSharpException($"The shape '{Format(Widths)}' has product nodes among its inputs; the first number is the plain count of inputs.");
        if (GridIntervals.Length != 1 && GridIntervals.Length != LayerCount)
            throw new KanSharpException($"{GridIntervals.Length} grid sizes for {LayerCount} layers; give one for all or one for each.");
        if (SplineOrders.Length != 1 && SplineOrders.Length != LayerCount)
            throw new KanSharpException($"{SplineOrders.Length} spline orders for {LayerCount} layers; give one for all or one for each.");
        foreach (int intervals in GridIntervals)
        {
            if (intervals is < 1 or > 10_000)
                throw new KanSharpException($"A grid of {intervals} intervals is not supported; use 1 to 10000 (5 is usual).");
        }
        foreach (int order in SplineOrders)
        {
            if (order is < 0 or > KnotGrid.MaxOrder)
                throw new KanSharpException($"Spline order {order} is not supported; use 0 to {KnotGrid.MaxOrder} (3 is usual).");
        }
        double parameters = ParameterEstimate();
        if (parameters > MaxParameters)
            throw new KanSharpException($"The shape '{Format(Widths)}'{(Perceptron ? "" : $" with {string.Join('/', GridIntervals)} grid intervals")} has about {parameters:G3} parameters; at most {MaxParameters:N0} are supported. Use fewer nodes{(Perceptron ? "" : " or grid intervals")}.");
        if (!(double.IsFinite(NoiseScale) && double.IsFinite(BaseScaleMean) && double.IsFinite(BaseScaleSpread)))
            throw new KanSharpException("Noise scale, base scale mean and base scale spread must be finite numbers.");
        if (!(double.IsFinite(GridRange.Start) && double.IsFinite(GridRange.End) && GridRange.End > GridRange.Start))
            throw new KanSharpException($"The grid range [{GridRange.Start}, {GridRange.End}] is empty; its end must lie above its start.");
        return this;
    }

    /// <summary>The parameters of all edges, before anything of their size is allocated.</summary>
    private double ParameterEstimate()
    {
        double sum = 0;
        for (int l = 0; l < LayerCount; l++)
            sum += (double)Widths[l].Nodes * Widths[l + 1].Subnodes * (Perceptron ? 1 : GridIntervalsOf(l) + SplineOrderOf(l) + 2);
        return sum;
    }

    private static ImmutableArray<LayerWidth> SumsOnly(ReadOnlySpan<int> widths)
    {
        var result = ImmutableArray.CreateBuilder<LayerWidth>(widths.Length);
        foreach (int width in widths)
            result.Add(new LayerWidth(width));
        return result.MoveToImmutable();
    }

    private static IEnumerable<string> SplitOutsideBrackets(string shape)
    {
        int depth = 0, start = 0;
        for (int i = 0; i <= shape.Length; i++)
        {
            if (i == shape.Length || (shape[i] == ',' && depth == 0))
            {
                yield return shape[start..i];
                start = i + 1;
            }
            else
            {
                depth += shape[i] == '[' ? 1 : shape[i] == ']' ? -1 : 0;
            }
        }
    }

    private static LayerWidth ParseWidth(string part, string shape)
    {
        if (!part.StartsWith('['))
            return new LayerWidth(ParseCount(part, shape));
        string[] pair = part.Trim('[', ']').Split(',');
        if (!part.EndsWith(']') || pair.Length != 2)
            throw Unreadable(part, shape);
        int sums = ParseCount(pair[0], shape);
        string[] product = pair[1].Split(':');
        int products = ParseCount(product[0], shape);
        int[] arities = product.Length == 1 ? [2] : [.. product[1].Split('/').Select(a => ParseCount(a, shape))];
        if (product.Length > 2 || (arities.Length != 1 && arities.Length != products))
            throw Unreadable(part, shape);
        return new LayerWidth(sums, [.. Enumerable.Range(0, products).Select(p => arities.Length == 1 ? arities[0] : arities[p])]);
    }

    private static int ParseCount(string text, string shape) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 100_000
            ? count
            : throw Unreadable(text, shape);

    private static KanSharpException Unreadable(string part, string shape) =>
        new($"'{part}' in the shape '{shape}' is not a number of nodes; write 2,5,1 or, with product nodes, 2,[5,2],1 (five sums, two products of two) or 2,[5,2:3],1 (two products of three).");
}
