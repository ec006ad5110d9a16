using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>
/// Inputs whose curves have jumps or kinks, such as max(x, 1/2), become one input for each piece: what the curve does there is smooth. Breaks are those that get knots of their own when a sum of
/// curves is trained (<see cref="FreeKnots"/>), or those that the curves of several inputs lack (<see cref="AdditiveBreaks"/>), so that smooth data have none.
/// </summary>
internal static class BrokenInputs
{
    private const int Intervals = 20, Order = 3, Steps = 20;

    /// <summary>More parameters take too long for a first look.</summary>
    private const int MostParameters = 500;

    /// <summary>The two sides of a jump differ by this part of the curve's size.</summary>
    private const double SmallestJump = 1e-3;

    /// <summary>The view with pieces in place of broken inputs; null where none is broken, or the rows are too few to tell.</summary>
    public static DataView? Split(DataView view, ulong seed, CancellationToken cancellation)
    {
        string[] names = [.. view.Info.InputNames];
        KanModel model = KanModel.Create(new KanSpec(names.Length, 1) { GridIntervals = [Intervals], SplineOrders = [Order] }, seed, view.Info);
        if (model.Parameters.Length > Math.Min(MostParameters, view.Training.Count))
            return null;
        model = Trainer.Fit(model, view.Training, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = Steps, Threads = 1 }, cancellation: cancellation).Model;
        DataView whole = view;
        for (int j = 0; j < names.Length; j++)
        {
            double[] scaled = [.. Breaks(model.Layers[0].Grids[j])];
            if (scaled.Length > 0)
                view = view.Replace([.. Pieces(new Variable(names[j]), [.. scaled.Select(place => model.Info.InputScaling.Offsets[j] + model.Info.InputScaling.Scales[j] * place)], Jumps(model, j, scaled))], names[j]);
        }
        return view != whole ? view : names.Length > 1 && view.Training.RowWeights is null ? SplitSum(view, names, cancellation) : null;
    }

    /// <summary>The same by breaks under the curves of other inputs.</summary>
    private static DataView? SplitSum(DataView view, string[] names, CancellationToken cancellation)
    {
        AdditiveBreaks.Break[] breaks = AdditiveBreaks.Find(view.Training.Inputs, view.Training.Targets.Column(0), cancellation);
        foreach (IGrouping<int, AdditiveBreaks.Break> found in breaks.GroupBy(found => found.Input).OrderBy(found => found.Key))
        {
            // A curve may jump where it has a kink too: between the same two rows this is one place.
            double[] x = view.Training.Inputs.Column(Array.IndexOf([.. view.Info.InputNames], names[found.Key])).ToArray();
            var places = found.GroupBy(at => x.Count(value => value < at.Place)).OrderBy(places => places.Key).ToArray();
            view = view.Replace([.. Pieces(new Variable(names[found.Key]), [.. places.Select(place => place.First().Place)], [.. places.Select(place => place.Any(at => at.Jumps))])], names[found.Key]);
        }
        return breaks.Length > 0 ? view : null;
    }

    /// <summary>Where a grid lets a curve jump, in the network's units.</summary>
    private static IEnumerable<double> Breaks(KnotGrid grid) => grid.InnerKnots.ToArray().GroupBy(knot => knot).Where(knots => knots.Count() > Order && knots.Key > grid.InnerKnots[0] && knots.Key < grid.InnerKnots[^1]).Select(knots => knots.Key);

    private static bool[] Jumps(KanModel model, int input, double[] breaks)
    {
        var edge = new EdgeIndex(0, input, 0);
        double[] after = model.EvaluateEdge(edge, breaks), before = model.EvaluateEdge(edge, [.. breaks.Select(Math.BitDecrement)]);
        double[] curve = model.EvaluateEdge(edge, model.Layers[0].Grids[input].InnerKnots.ToArray());
        double size = curve.Max() - curve.Min();
        return [.. after.Zip(before, (a, b) => Math.Abs(a - b) > SmallestJump * size)];
    }

    /// <summary>min(x, t1), x held between t1 and t2, .., max(x, tn), and the sign of x - t where the curve jumps: any function of x with these breaks is a sum of smooth ones of them.</summary>
    private static IEnumerable<Expression> Pieces(Expression x, double[] places, bool[] jumps)
    {
        Expression[] distances = [.. places.Select(place => Expression.Abs(x - place))];
        yield return (x + places[0] - distances[0]) / 2;
        for (int i = 0; i + 1 < places.Length; i++)
            yield return (places[i] + places[i + 1] + distances[i] - distances[i + 1]) / 2;
        yield return (x + places[^1] + distances[^1]) / 2;
        for (int i = 0; i < places.Length; i++)
        {
            if (jumps[i])
                yield return Expression.Sgn(x - places[i]);
        }
    }
}
