using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Interpretation;

/// <summary>
/// From learned curves to functions with a name, edge by edge, and back. Every method returns something new; the model stays as it is.
/// A, b, c and d of c f(a x + b) + d are in the network's units.
/// </summary>
public static class SymbolicEdges
{
    /// <summary>More samples than this do not change a ranking; a fix looks at all of them.</summary>
    private const int RankedSamples = 1000;

    /// <summary>Default number of points of a curve that is read off.</summary>
    public const int CurvePoints = 101;

    private const string FixingAnEdge = "Fixing an edge to a function";

    /// <summary>
    /// The functions of a library that an edge may be, best first by <see cref="FunctionSuggestion.Score"/>; of two equal ones (sin and cos) the
    /// one with less shift. Functions whose domain cannot hold the samples are left out.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="edge">Which edge.</param>
    /// <param name="inputs">One row per sample, one column per input, in the user's units.</param>
    /// <param name="library">Which functions to try; the default library when null.</param>
    public static ImmutableArray<FunctionSuggestion> Suggest(this KanModel model, EdgeIndex edge, Matrix inputs, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Suggest(model.Activate(inputs), edge, library);
    }

    /// <summary>As <see cref="Suggest(KanModel, EdgeIndex, Matrix, SymbolicLibrary?)"/>, from activations that are there already.</summary>
    public static ImmutableArray<FunctionSuggestion> Suggest(Activations activations, EdgeIndex edge, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(activations);
        activations.Model.RequireSplines("Suggesting functions");
        (double[] x, double[] y) = activations.EdgeSamples(edge);
        return Rank(x, y, library ?? SymbolicLibrary.Default);
    }

    /// <summary>
    /// Fixes an edge to the function that fits the curve it has now, by least squares over the given rows. Its spline is switched off but kept.
    /// </summary>
    /// <exception cref="KanSharpException">The function cannot reach all samples within its domain.</exception>
    public static (KanModel Model, AffineFit Fit) FixEdge(this KanModel model, EdgeIndex edge, SymbolicFunction function, Matrix inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(function);
        model.RequireSplines(FixingAnEdge);
        (double[] x, double[] y) = model.Activate(inputs).EdgeSamples(edge);
        AffineFit fit = new SymbolicFit(x, y).Fit(function) ?? throw new KanSharpException(
            $"Edge ({edge}) cannot be fixed to {function}: no a x + b keeps all of its samples, from {Text(x.Min())} to {Text(x.Max())}, in the function's domain. Choose another function (see the suggestions).");
        return (Fix(model, edge, function, fit.A, fit.B, fit.C, fit.D).WithHistory($"fixed edge ({edge}) to {function}, R2 {Text(fit.R2)}"), fit);
    }

    /// <summary>Fixes an edge to c f(a x + b) + d with these constants. Its spline is switched off but kept.</summary>
    public static KanModel FixEdge(this KanModel model, EdgeIndex edge, SymbolicFunction function, double a, double b, double c, double d)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(function);
        model.RequireSplines(FixingAnEdge);
        if (!double.IsFinite(a) || !double.IsFinite(b) || !double.IsFinite(c) || !double.IsFinite(d))
            throw new KanSharpException($"Edge ({edge}) cannot be fixed to {function} with a = {a}, b = {b}, c = {c}, d = {d}; constants must be finite numbers.");
        return Fix(model, edge, function, a, b, c, d).WithHistory($"fixed edge ({edge}) to {function}");
    }

    /// <summary>
    /// Holds a symbolic edge to a, b, c and d as they are now: no training, refit or search changes them, and other edges make up for it. Fixed to 1, 0, 1, 0 before, it stays f(x) itself.
    /// Scales and biases of nodes are not of the edge: they stay too unless <see cref="TrainableParts.NodeAffine"/> asks for them. <see cref="UnfixEdge"/> ends it with the function,
    /// <see cref="ReleaseEdge"/> alone.
    /// </summary>
    /// <exception cref="KanSharpException">The edge is not symbolic.</exception>
    public static KanModel HoldEdge(this KanModel model, EdgeIndex edge) => SetHeld(model, edge, true).WithHistory($"held edge ({edge})");

    /// <summary>Lets training change a, b, c and d of a symbolic edge again.</summary>
    /// <exception cref="KanSharpException">The edge is not symbolic.</exception>
    public static KanModel ReleaseEdge(this KanModel model, EdgeIndex edge) => SetHeld(model, edge, false).WithHistory($"released edge ({edge})");

    /// <summary>Takes the function off an edge and switches its spline on again, as it was before the edge was fixed.</summary>
    /// <exception cref="KanSharpException">The edge is not symbolic.</exception>
    public static KanModel UnfixEdge(this KanModel model, EdgeIndex edge)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Affine(edge); // checks that there is one
        return With(model, edge, numericMask: 1, symbolic: null).WithHistory($"unfixed edge ({edge})");
    }

    /// <summary>The curve of an edge over its grid.</summary>
    public static EdgeReading ReadEdge(this KanModel model, EdgeIndex edge, int points = CurvePoints)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Reading the curve of an edge without activations");
        model.CheckEdge(edge);
        KnotGrid grid = model.Layers[edge.Layer].Grids[edge.Input];
        return Read(model, edge, grid.Start, grid.End, points);
    }

    /// <summary>The curve of an edge over the values that it met.</summary>
    public static EdgeReading ReadEdge(Activations activations, EdgeIndex edge, int points = CurvePoints)
    {
        ArgumentNullException.ThrowIfNull(activations);
        (double[] x, _) = activations.EdgeSamples(edge);
        return Read(activations.Model, edge, x.Min(), x.Max(), points);
    }

    internal static ImmutableArray<FunctionSuggestion> Rank(double[] x, double[] y, SymbolicLibrary library)
    {
        SymbolicFit fit = SymbolicFit.OfRanks(x, y, RankedSamples);
        return [.. from function in library.Functions
            let affine = fit.Fit(function)
            where affine is not null
            let suggestion = new FunctionSuggestion(function, affine.Value)
            // Scores of curves that are the same differ by rounding.
            orderby Math.Round(suggestion.Score, 6), Math.Abs(suggestion.Fit.B), function.Complexity
            select suggestion];
    }

    /// <summary>Fixes an edge without a line in the history: for searches that try many.</summary>
    internal static KanModel Fix(KanModel model, EdgeIndex edge, SymbolicFunction function, double a, double b, double c, double d)
    {
        model.CheckEdge(edge);
        KanModel result = With(model, edge, numericMask: 0, new SymbolicEdge(edge.Input, edge.Output, function));
        double[] parameters = result.Parameters.ToArray();
        Span<double> affine = result.Network.View(edge.Layer, parameters).Affine(result.Layers[edge.Layer].SymbolicIndex(edge.Input, edge.Output));
        ((ReadOnlySpan<double>)[a, b, c, d]).CopyTo(affine);
        return result.With(parameters);
    }

    private static KanModel SetHeld(KanModel model, EdgeIndex edge, bool held)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Affine(edge); // checks that there is one
        KanLayer layer = model.Layers[edge.Layer];
        int s = layer.SymbolicIndex(edge.Input, edge.Output);
        KanLayer changed = layer.With(symbolicEdges: layer.SymbolicEdges.SetItem(s, layer.SymbolicEdges[s] with { IsHeld = held }));
        return ModelSurgery.ReplaceLayers(model, model.Layers.SetItem(edge.Layer, changed));
    }

    private static KanModel With(KanModel model, EdgeIndex edge, double numericMask, SymbolicEdge? symbolic)
    {
        KanLayer layer = model.Layers[edge.Layer];
        IEnumerable<SymbolicEdge> others = layer.SymbolicEdges.Where(other => (other.Input, other.Output) != (edge.Input, edge.Output));
        KanLayer changed = layer.With(
            numericMask: layer.NumericMask.SetItem(edge.Input * layer.SubnodeCount + edge.Output, numericMask),
            symbolicEdges: [.. symbolic is null ? others : others.Append(symbolic)]);
        return ModelSurgery.ReplaceLayers(model, model.Layers.SetItem(edge.Layer, changed));
    }

    private static EdgeReading Read(KanModel model, EdgeIndex edge, double lower, double upper, int points)
    {
        if (points < 2)
            throw new KanSharpException($"A curve of {points} points is not possible; ask for 2 or more.");
        double[] x = [.. Enumerable.Range(0, points).Select(i => i == points - 1 ? upper : lower + (upper - lower) * i / (points - 1))];
        return new EdgeReading(edge, [.. x], [.. model.EvaluateEdge(edge, x)], (lower, upper));
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
