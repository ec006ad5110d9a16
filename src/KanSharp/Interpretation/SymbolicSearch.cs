using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Interpretation;

/// <summary>How <see cref="SymbolicSearch"/> searches.</summary>
public sealed record SymbolicSearchOptions
{
    /// <summary>The functions to choose from. Default: all.</summary>
    public SymbolicLibrary Library { get; init; } = SymbolicLibrary.Default;

    /// <summary>Partly symbolic networks followed at a time. Default 2.</summary>
    public int Beam { get; init; } = 2;

    /// <summary>Functions tried for an edge in each of them. Default 5.</summary>
    public int Candidates { get; init; } = 5;

    /// <summary>Levenberg-Marquardt steps after each choice; the weaker half of the candidates is dropped after a third of them. Default 6.</summary>
    public int RefitSteps { get; init; } = 6;

    /// <summary>Levenberg-Marquardt steps at the end at most. Default 100.</summary>
    public int PolishSteps { get; init; } = 100;

    /// <summary>Threads to use at most; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>How far a search is.</summary>
/// <param name="EdgesDone">Edges that are symbolic by now.</param>
/// <param name="Edges">Edges that will be.</param>
/// <param name="BestRmse">Root mean squared error of the best network with that many, on the training rows, in the network's units.</param>
public readonly record struct SymbolicProgress(int EdgesDone, int Edges, double BestRmse);

/// <summary>A network whose edges are symbolic: all of them, unless the search was cancelled.</summary>
/// <param name="Model">The network.</param>
/// <param name="TrainRmse">Root mean squared error on the training rows, in the network's units.</param>
/// <param name="Complexity">Sum of the complexities of its edges' functions.</param>
public sealed record SymbolicNetwork(KanModel Model, double TrainRmse, int Complexity);

/// <summary>
/// Turns a trained network into a symbolic one, edge by edge from the inputs on. Each edge is fixed to the functions that fit its curve best, the
/// whole network is refitted around each by Levenberg-Marquardt, and the error of the whole network decides which go on (compare the greedy
/// choice by the network's loss of arXiv 2603.15250).
/// </summary>
public static class SymbolicSearch
{
    /// <summary>Choices are made on so many rows at least, where the data has them, ..</summary>
    private const int FewestRows = 500;

    /// <summary>.. and on so many for each parameter.</summary>
    private const int RowsPerParameter = 4;

    /// <summary>Samples that an edge's curve is compared on.</summary>
    private const int CurveSamples = 200;

    /// <summary>What one more unit of complexity must gain: this part of a decade of error.</summary>
    private const double DecadesPerComplexity = 0.05;

    /// <summary>
    /// An offset this many times larger than the edge's values means that a function is used where it is practically a polynomial: a cosine of almost
    /// nothing for a square.
    /// </summary>
    private const double LargestCancellation = 100;

    /// <summary>Errors below this part of the targets' size are rounding.</summary>
    private const double RelativeFloor = 1e-13;

    /// <summary>
    /// Searches and returns the fully symbolic networks found, the best by error and complexity first; none where no function fits some edge in all rows. A
    /// search that is cancelled returns the networks it had reached, with numeric edges left.
    /// </summary>
    /// <param name="model">A trained network; its numeric edges are replaced, its symbolic ones stay.</param>
    /// <param name="data">The rows to fit, in the user's units.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="progress">Told after each edge.</param>
    /// <param name="cancellation">Ends the search with what is there.</param>
    public static ImmutableArray<SymbolicNetwork> Run(KanModel model, Dataset data, SymbolicSearchOptions? options = null,
        IProgress<SymbolicProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        model.RequireSplines("A symbolic search");
        options ??= new SymbolicSearchOptions();
        Dataset some = SomeRows(data, Math.Max(FewestRows, RowsPerParameter * model.Parameters.Length));
        double floor = RelativeFloor * RootMeanSquare(model.Info.OutputScaling.Apply(data.Targets));
        List<SymbolicNetwork> beam = [new SymbolicNetwork(model, double.PositiveInfinity, ComplexityOf(model))];
        int edges = model.NumericEdgeCount;
        while (NextEdge(beam[0].Model) is EdgeIndex edge)
        {
            KanModel[] choices = [.. InParallel([.. beam], options.Threads, state => Choices(state.Model, edge, some, options)).SelectMany(found => found)];
            if (choices.Length == 0)
                return [];
            // Most choices show in the first steps of their refit that others are better.
            int first = options.RefitSteps / 3;
            List<SymbolicNetwork> promising = Best(Refit(choices, some, first), 2 * options.Beam);
            List<SymbolicNetwork> next = Best(Refit([.. promising.Select(choice => choice.Model)], some, options.RefitSteps - first), options.Beam);
            if (cancellation.IsCancellationRequested)
                break;
            beam = next;
            progress?.Report(new SymbolicProgress(edges - beam[0].Model.NumericEdgeCount, edges, beam[0].TrainRmse));
        }
        return
        [
            .. Best(InParallel([.. beam], options.Threads, state => Polish(state.Model, data, options.PolishSteps, cancellation)), options.Beam)
                .Where(found => double.IsFinite(found.TrainRmse)),
        ];

        SymbolicNetwork[] Refit(KanModel[] models, Dataset rows, int steps) => InParallel(models, options.Threads, start =>
        {
            SymbolicNetwork refitted = SymbolicSearch.Refit(start, rows, steps, cancellation);
            // A root or a logarithm may be defined in some rows and not in all.
            return rows.Count == data.Count || double.IsFinite(ErrorPruning.NetworkRmse(refitted.Model, data)) ? refitted : refitted with { TrainRmse = double.PositiveInfinity };
        });

        // What differs by less than a fortieth in error keeps the order of the library.
        List<SymbolicNetwork> Best(SymbolicNetwork[] candidates, int count) =>
            [.. candidates.OrderBy(candidate => Math.Round(Math.Log10(Math.Max(candidate.TrainRmse, floor)) + DecadesPerComplexity * candidate.Complexity, 2)).Take(count)];
    }

    /// <summary>All rows, or so many drawn at random where there are more.</summary>
    internal static Dataset SomeRows(Dataset data, int count) =>
        count >= data.Count ? data : data.Select([.. new SeededRandom(1).NextPermutation(data.Count).Take(count).Order()]);

    /// <summary>The first edge, from the inputs on, that still has a numeric part.</summary>
    private static EdgeIndex? NextEdge(KanModel model)
    {
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            int edge = layer.NumericMask.IndexOf(layer.NumericMask.FirstOrDefault(mask => mask != 0, double.NaN));
            if (edge >= 0)
                return new EdgeIndex(l, edge / layer.SubnodeCount, edge % layer.SubnodeCount);
        }
        return null;
    }

    /// <summary>The model with the edge fixed to each of the functions that fit its curve best.</summary>
    private static KanModel[] Choices(KanModel model, EdgeIndex edge, Dataset data, SymbolicSearchOptions options)
    {
        (double[] x, double[] y) = model.Activate(data.Inputs).EdgeSamples(edge);
        double size = y.Max(Math.Abs);
        return
        [
            .. SymbolicFit.OfRanks(x, y, CurveSamples)
                .Best(options.Library.Functions, options.Candidates, fit => Math.Abs(fit.D) <= LargestCancellation * size,
                    (function, left) => Math.Round(Math.Log10(Math.Sqrt(Math.Max(left, 1e-12))) + 2 * DecadesPerComplexity * function.Complexity, 2))
                .Select(pair => SymbolicEdges.Fix(model, edge, pair.Function, pair.Fit.A, pair.Fit.B, pair.Fit.C, pair.Fit.D)),
        ];
    }

    /// <summary>Refits as long as that gains something: an exact network in a few steps, one that is not would take hundreds for its third digit.</summary>
    private static SymbolicNetwork Polish(KanModel model, Dataset data, int steps, CancellationToken cancellation)
    {
        const int round = 20;
        SymbolicNetwork state = Refit(model, data, Math.Min(round, steps), cancellation);
        for (int done = round; done < steps; done += round)
        {
            SymbolicNetwork next = Refit(state.Model, data, Math.Min(round, steps - done), cancellation);
            bool gains = next.TrainRmse < 0.9 * state.TrainRmse;
            state = next;
            if (!gains)
                break;
        }
        return state;
    }

    private static SymbolicNetwork Refit(KanModel model, Dataset data, int steps, CancellationToken cancellation)
    {
        TrainingResult result = Trainer.Fit(model, data, new TrainingOptions
        {
            Optimizer = Optimizer.LevenbergMarquardt,
            Steps = steps,
            GridSchedule = GridSchedule.None,
            Threads = 1,
        }, cancellation: cancellation);
        double rmse = Math.Sqrt(result.Report.TrainLoss);
        return new SymbolicNetwork(result.Model, double.IsFinite(rmse) ? rmse : double.PositiveInfinity, ComplexityOf(model));
    }

    /// <summary>The work on each item, in the order of the items.</summary>
    private static TResult[] InParallel<T, TResult>(T[] items, int threads, Func<T, TResult> work)
    {
        var results = new TResult[items.Length];
        Parallel.For(0, items.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => results[i] = work(items[i]));
        return results;
    }

    private static int ComplexityOf(KanModel model) => model.Layers.Sum(layer => layer.SymbolicEdges.Sum(edge => edge.Function.Complexity));

    private static double RootMeanSquare(Matrix values)
    {
        double sum = 0;
        foreach (double value in values.Values)
            sum += value * value;
        return Math.Sqrt(sum / values.Values.Length);
    }
}
