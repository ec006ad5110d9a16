using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;

namespace KanSharp.Discovery;

/// <summary>
/// Reads formulas off a network that is a sum, or a product, of one curve of each input: every curve is searched for by itself (<see cref="CurveSearch"/>), so that it may be composed of
/// several functions where an edge has one.
/// </summary>
internal static class SeparateCurves
{
    /// <summary>A network that misses more than this part of the target's deviation holds no curves.</summary>
    private const double LargestMiss = 0.02;

    /// <summary>Formulas of a curve may miss it by so many times what the network misses.</summary>
    private const double Doubt = 5;

    /// <summary>One part in so many of the rows is left out at each end of a curve, where few rows hold it.</summary>
    private const int Ends = 30;

    /// <summary>Formulas of a curve that are tried, and of all together.</summary>
    private const int FormulasOfCurve = 3, MostFormulas = 9;

    /// <summary>Formulas of the network's view, the likeliest first; none where the network is no such sum or product, or of one input.</summary>
    public static IEnumerable<Expression> Find(CandidateNetwork network, SymbolicLibrary library, CancellationToken cancellation)
    {
        KanModel model = network.Model;
        KanLayer layer = model.Layers[0];
        (int Input, int Output)[] edges = [.. from input in Enumerable.Range(0, layer.InputCount) from output in Enumerable.Range(0, layer.SubnodeCount) where layer.IsActive(input, output) select (input, output)];
        bool isProduct = layer.SubnodeCount > 1;
        double deviation = Deviation([.. network.View.Training.Targets.Column(0)]) / model.Info.OutputScaling.Scales[0];
        if (model.Layers.Length > 1 || layer.NodeCount != 1 || edges.Length < 2 || isProduct && edges.DistinctBy(edge => edge.Output).Count() < edges.Length || !(network.ValidationRmse <= LargestMiss * deviation))
            return [];
        List<(int Rank, Expression Formula)> found = [(0, new Constant(isProduct ? 1 : 0))];
        foreach ((int input, int output) in edges)
        {
            double[] x = network.View.Training.Inputs.Column(input).ToArray(), y = [.. x.Select(value => model.Info.InputScaling.Apply(input, value))];
            y = model.EvaluateEdge(new EdgeIndex(0, input, output), y);
            Array.Sort(x, y);
            (x, y) = (x[(x.Length / Ends)..^(x.Length / Ends)], y[(y.Length / Ends)..^(y.Length / Ends)]);
            double exact = Doubt * network.ValidationRmse / (isProduct ? deviation : Deviation(y));
            Expression[] curves = [.. CurveSearch.Find(x, y, new Variable(model.Info.InputNames[input]), library, threads: 1, cancellation, exact, rich: true).Take(FormulasOfCurve)];
            found = [.. found.SelectMany(rest => curves.Select((curve, rank) => (rest.Rank + rank, isProduct ? rest.Formula * curve : rest.Formula + curve))).OrderBy(formula => formula.Item1)];
        }
        return found.Take(MostFormulas).Select(formula => model.Info.OutputScaling.Offsets[0] + model.Info.OutputScaling.Scales[0] * formula.Formula);
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
