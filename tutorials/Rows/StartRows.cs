using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;
using KanSharp.Splines;
using KanSharp.Training;
using static KanSharp.Tutorials.Stages;

namespace KanSharp.Tutorials.Rows;

/// <summary>The first walk through, and the demonstrations of single calls.</summary>
public static class StartRows
{
    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("H0", "fit, prune, refine, symbolic, formula", "[2,1,1]; refined ≤ 4.7e-4; sin, x², exp with 1 − R² ≤ 1e-7; fitted again ≤ 7e-11; 1, π, 1 to 1e-6",
            "4.7e-4; 7.2e-11",
            Sample(HelloFormula), CreateBestPenalised("2,5,1", grid: 3, 1e-3), Prune(), HasShape("2,1,1"), Fit(50), Refine(10), FitLeastSquares(), Error(4.7e-4, "refined"),
            EdgesFit("sin", "x^2", "exp"), Symbolic(UsualFunctions), Error(7e-11, "fitted again"), ReadFormula(), FormulaReads("exp(x2^2 + sin(pi*x1))")) { Note = "The best of 4 starts by its objective goes on. On seeds 36 to 50: 15 of 15. With one start 11 of 20: of the others 8 keep two hidden nodes, and all find the same formula." },

        new("A1", "index edges, nodes, layers", "fixing returns R²; unfixing gives the same output; a removed node has no effect", "R² .949 to .99999",
            NormalPoints(2, 100), Create("2,3,2,1"), SurgeryByIndex) { IsQuick = true },

        new("A2", "options of the diagram", "15 edges with opacity tanh(β·score), both kinds of edges, labels, title; 3 edges after pruning", "5.4e-2; picture",
            Sample(HelloFormula), Create("2,5,1"), Fit(20, lambda: 0.01), Diagram) { IsQuick = true },

        new("A3", "read one edge", "x, y sorted and equal to the edge evaluated; range is least and largest", "—",
            NormalPoints(2, 100), Create("2,3,1"), ReadOneEdge) { IsQuick = true },

        new("A4", "start of a network", "identity and no noise: linear to 1e-12; mean 5, spread 0: all base scales 5/√n", "—", Starts) { IsQuick = true },

        new("A5", "splines and their grids", "basis sums to 1; φ = base + spline; ±10 with 5 intervals: knots −22 (4) 22; no uniform share: equal counts ± 1", "—", Splines)
        { IsQuick = true },

        new("A6", "penalties and seeds", "λ = .01 ≤ .0329; λ = 0 ≤ .0061; λ = 1: objective ≤ 2.0 (a constant: 1.97)", "3.3e-2; 6.1e-3; 1.7",
            Sample(HelloFormula), Create("2,5,1", grid: 5), Fit(30), Error(0.0061, "λ = 0"), CreateBestPenalised("2,5,1", grid: 10, 0.01, starts: 10), Error(0.0329, "λ = .01"),
            Create("2,5,1", grid: 5), ObjectiveWithPenalty) { Note = "λ = .01: the best of 10 starts by its objective, each 60 steps on 10 intervals (pykan: one start, 20 steps, 5). A penalised objective has many minima, whose errors lie between .02 and .07, the lower the objective the lower the error: one start on 5 intervals met the limit on 2 of 20 seeds. On seeds 36 to 50: 14 of 15. The limit of λ = 1 is 2.0 for a variance of 1.97; samples have between 1.9 and 2.1, and it is scaled with that." },

        new("A7", "prune nodes, edges, both", "≤ .0346, then [2,1,1]; the small network equals the masked one; a list by hand is obeyed", "3.5e-2",
            Sample(HelloFormula), CreateBestPenalised("2,5,1", grid: 10, 0.01, starts: 10), Error(0.0346), PruneInThreeWays) { Note = "Trained as A6. On seeds 36 to 50: 14 of 15." },

        new("A8", "five penalties", "each equals its formula; gradient as differences to 1e-5; default ≤ .0435", "4.4e-2",
            Sample(HelloFormula), Create("2,5,1", grid: 5), Penalties, CreateBestPenalised("2,5,1", grid: 10, 0.01, starts: 10), Error(0.0435)) { Note = "Trained as A6. On seeds 36 to 50: 14 of 15." },
    ];

    /// <summary>Training with a penalty, from a network that has learnt already and on the grids that it has.</summary>
    public static Stage Penalised(int steps, double lambda) => Fit(steps, lambda: lambda, grids: GridSchedule.None);

    private static Stage NormalPoints(int inputs, int rows) => trial =>
    {
        var random = new SeededRandom(trial.Seed);
        var points = new Matrix(rows, inputs);
        foreach (ref double x in points.Values)
            x = random.NextGaussian();
        trial.Training = trial.Test = new Dataset(points, new Matrix(rows, 1));
    };

    /// <summary>How well the numeric edges fit these functions, an edge each, from the inputs on.</summary>
    private static Stage EdgesFit(params string[] functions) => trial =>
    {
        EdgeIndex[] edges = [.. Edges(trial.Model)];
        double worst = edges.Zip(functions, (edge, name) =>
            1 - trial.Model.FixEdge(edge, SymbolicLibrary.Default[name], trial.Training.Inputs).Fit.R2).Max();
        trial.AtMost("1 − R²", worst, 1e-7);
    };

    /// <summary>The recognised formula is this text; its constants had to be within a millionth.</summary>
    private static Stage FormulaReads(string text) => trial => trial.Holds(text, trial.Formula?.ToText() == text, trial.Formula?.ToText(8) ?? "none");

    private static void SurgeryByIndex(Trial trial)
    {
        Matrix x = trial.Test.Inputs;
        double[] before = Outputs(trial.Model, x);
        (KanModel fixedModel, AffineFit fit) = trial.Model.FixEdge(new EdgeIndex(0, 0, 0), SymbolicLibrary.Default["sin"], x);
        trial.AtLeast("R² of sin", fit.R2, 0.9);
        trial.Holds("unfixed is as before", before.AsSpan().SequenceEqual(Outputs(fixedModel.UnfixEdge(new EdgeIndex(0, 0, 0)), x)));

        // A removed node: whatever its incoming edges are, the output is the same.
        KanModel removed = trial.Model.RemoveNode(new NodeIndex(1, 1));
        KanModel other = trial.Model.FixEdge(new EdgeIndex(0, 0, 1), SymbolicLibrary.Default["exp"], 1, 0, 5, 0).RemoveNode(new NodeIndex(1, 1));
        trial.Holds("removed node has no effect", Outputs(removed, x).AsSpan().SequenceEqual(Outputs(other, x)) && !Outputs(removed, x).AsSpan().SequenceEqual(before));
        KanLayer layer = trial.Model.Layers[0];
        trial.Holds("grid, coefficients, names, masks", layer.Grids.Length == 2 && layer.NumericMask.Length == 6
            && trial.Model.Coefficients(new EdgeIndex(0, 1, 2)).Length == layer.BasisCount && fixedModel.Layers[0].SymbolicEdges[0].Function.Name == "sin");
    }

    private static void Diagram(Trial trial)
    {
        KanModel model = trial.Model.FixEdge(new EdgeIndex(0, 1, 0), SymbolicLibrary.Default["x^2"], trial.Training.Inputs).Model;
        Attribution scores = Attribution.Measure(model, trial.Training.Inputs);
        string[] drawn = DrawnEdges(NetworkDiagram.Draw(model, model.Activate(trial.Training.Inputs), new DiagramOptions { Beta = 3, Title = "tutorial" }).ToSvg(), out string svg);
        trial.Holds("15 edges", drawn.Length == 15, $"{drawn.Length} edges");
        // No edge is quite invisible.
        trial.Holds("opacity tanh(3·score)", Edges(model).All(edge =>
            drawn.FirstOrDefault(group => group.Contains($"edge {edge.Layer},{edge.Input},{edge.Output} ", StringComparison.Ordinal)) is { } group
            && Math.Abs(Opacity(group) - Math.Max(0.07, Math.Tanh(3 * scores.EdgeScore(edge)))) < 0.006));
        trial.Holds("symbolic and numeric", svg.Contains("s-symbolic", StringComparison.Ordinal) && svg.Contains("s-data", StringComparison.Ordinal));
        trial.Holds("labels and title", svg.Contains(">x2</text>", StringComparison.Ordinal) && svg.Contains(">tutorial</text>", StringComparison.Ordinal));
        KanModel small = trial.Model.Prune(trial.Training.Inputs).Model;
        int left = DrawnEdges(NetworkDiagram.Draw(small, small.Activate(trial.Training.Inputs)).ToSvg(), out _).Length;
        trial.Holds("3 edges after pruning", left == 3, $"{left} edges after pruning");
    }

    /// <summary>The groups of the edges, from the opening tag to the end of the title.</summary>
    private static string[] DrawnEdges(string scene, out string svg)
    {
        svg = scene;
        return [.. scene.Split("<g").Where(group => group.Contains("<title>edge ", StringComparison.Ordinal))];
    }

    private static double Opacity(string group) => group.Contains("opacity=\"", StringComparison.Ordinal)
        ? double.Parse(group.Split("opacity=\"")[1].Split('"')[0], System.Globalization.CultureInfo.InvariantCulture)
        : 1;

    private static void ReadOneEdge(Trial trial)
    {
        Activations activations = trial.Model.Activate(trial.Test.Inputs);
        var edge = new EdgeIndex(0, 1, 2);
        (double[] x, double[] y) = activations.EdgeSamples(edge);
        EdgeReading reading = SymbolicEdges.ReadEdge(activations, edge);
        trial.Holds("same as evaluated", trial.Model.EvaluateEdge(edge, x).Zip(y, (a, b) => Math.Abs(a - b)).Max() < 1e-12
            && reading.Y.Zip(trial.Model.EvaluateEdge(edge, reading.X.AsSpan()), (a, b) => Math.Abs(a - b)).Max() < 1e-12);
        trial.Holds("sorted", reading.X.SequenceEqual(reading.X.Order()));
        trial.Holds("range", reading.Range == (trial.Test.Inputs.Column(1).ToArray().Min(), trial.Test.Inputs.Column(1).ToArray().Max()));
    }

    private static void Starts(Trial trial)
    {
        KanSpec spec = new KanSpec(2, 5, 1) { BaseFunction = BaseFunction.Identity, NoiseScale = 0 };
        KanModel linear = KanModel.Create(spec, trial.Seed);
        double[] y = Outputs(linear, Matrix.FromRows([[0, 0], [0.3, 0], [0.6, 0], [0.9, 0], [0, 0.4], [0, 0.8], [0.3, 0.4]]));
        double bend = new[] { y[2] - 2 * y[1] + y[0], y[3] - 2 * y[2] + y[1], y[5] - 2 * y[4] + y[0], y[6] - y[1] - y[4] + y[0] }.Max(Math.Abs);
        trial.AtMost("bend", bend, 1e-12);
        KanModel even = KanModel.Create(spec with { BaseScaleMean = 5, BaseScaleSpread = 0 }, trial.Seed);
        trial.Holds("base scales 5/√n", Edges(even).All(edge => Math.Abs(even.Scales(edge).Base - 5 / Math.Sqrt(even.Layers[edge.Layer].InputCount)) < 1e-12));
        trial.Holds("noise as asked for", KanModel.Create(spec with { NoiseScale = 10 }, trial.Seed).Coefficients(new EdgeIndex(0, 0, 0)).ToArray().Max(Math.Abs)
            > 10 * KanModel.Create(spec with { NoiseScale = 0.3 }, trial.Seed).Coefficients(new EdgeIndex(0, 0, 0)).ToArray().Max(Math.Abs));
        int live = KanModel.Create(spec with { SparseStart = true }, trial.Seed).ActiveEdgeCount;
        trial.Holds("sparse start", live < 15, $"{live} of 15 edges");
    }

    private static void Splines(Trial trial)
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [5] }, trial.Seed);
        var edge = new EdgeIndex(0, 0, 0);
        KnotGrid grid = model.Layers[0].Grids[0];
        double[] x = [.. Enumerable.Range(0, 201).Select(i => -1 + i / 100.0)], basis = new double[grid.BasisCount];
        (double sumError, double phiError) = (0, 0);
        double[] phi = model.EvaluateEdge(edge, x);
        (double scaleOfBase, double scaleOfSpline) = model.Scales(edge);
        for (int n = 0; n < x.Length; n++)
        {
            Array.Clear(basis);
            int first = SplineBasis.Evaluate(grid, x[n], RangePolicy.Linear, basis);
            sumError = Math.Max(sumError, Math.Abs(basis.Sum() - 1));
            double spline = Spline.Evaluate(grid, model.Coefficients(edge), x[n], RangePolicy.Linear);
            phiError = Math.Max(phiError, Math.Abs(phi[n] - scaleOfBase * x[n] / (1 + Math.Exp(-x[n])) - scaleOfSpline * spline));
        }
        trial.AtMost("sum of the basis − 1", sumError, 1e-12);
        trial.AtMost("φ − its parts", phiError, 1e-12);

        Matrix wide = Matrix.FromColumns([[.. Enumerable.Range(0, 201).Select(i => -10 + i / 10.0)]]);
        KnotGrid even = GridUpdater.Update(model, wide, uniformShare: 1).Layers[0].Grids[0];
        trial.AtMost("knots − (−22 (4) 22)", even.Knots.ToArray().Select((knot, i) => Math.Abs(knot - (-22 + 4 * i))).Max(), 1e-12);
        var random = new SeededRandom(trial.Seed);
        double[] samples = [.. Enumerable.Range(0, 1000).Select(_ => Math.Pow(random.NextDouble(), 3))];
        KnotGrid quantile = GridUpdater.Update(model, Matrix.FromColumns([samples]), uniformShare: 0).Layers[0].Grids[0];
        int[] counts = [.. Enumerable.Range(0, quantile.Intervals).Select(i => samples.Count(value => quantile.FindInterval(value) == i + quantile.Order))];
        trial.Holds("equal counts", counts.Max() - counts.Min() <= 1, string.Join(" ", counts));
    }

    private static void ObjectiveWithPenalty(Trial trial)
    {
        var options = new TrainingOptions { Steps = 200, Regularization = new Regularization { Lambda = 1 }, GridSchedule = GridSchedule.None };
        TrainingReport report = Trainer.Fit(trial.Model, trial.Training, options).Report;
        // 2.0 for the function's variance of 1.97; samples of 1000 rows have more or less.
        double[] y = trial.Training.Targets.Column(0).ToArray();
        double variance = y.Sum(value => (value - y.Average()) * (value - y.Average())) / y.Length;
        trial.AtMost("λ = 1: objective", report.Steps.Min(step => step.TrainLoss + step.Penalty), 2.0 * Math.Max(1, variance / 1.97));
    }

    private static void PruneInThreeWays(Trial trial)
    {
        Matrix x = trial.Training.Inputs;
        (KanModel nodes, PruningReport report) = trial.Model.PruneNodes(x);
        trial.Holds("[2,1,1]", trial.Model.Prune(x).Model.Shape == "2,1,1", trial.Model.Prune(x).Model.Shape);

        // Masked: the same nodes without their edges, nothing else moved.
        KanModel masked = report.RemovedNodes.Aggregate(trial.Model, (model, node) => model.RemoveNode(node));
        trial.AtMost("small − masked", Outputs(nodes, x).Zip(Outputs(masked, x), (a, b) => Math.Abs(a - b)).Max(), 1e-12);
        (KanModel edges, PruningReport edgeReport) = trial.Model.PruneEdges(x);
        trial.Holds("edges are masked", edgeReport.RemovedEdges.All(edge => !edges.Layers[edge.Layer].IsActive(edge.Input, edge.Output)) && edges.Shape == trial.Model.Shape);
        trial.Holds("list by hand", trial.Model.PruneNodes([[0, 3]]).Model.Shape == "2,2,1");
    }

    private static void Penalties(Trial trial)
    {
        KanModel model = KanModel.Create(new KanSpec(2, 3, 1) { GridIntervals = [3] }, trial.Seed);
        Dataset data = trial.Training.Select([.. Enumerable.Range(0, 100)]);
        var random = new SeededRandom(trial.Seed);
        double worstValue = 0, worstGradient = 0;
        foreach (RegularizationMetric metric in Enum.GetValues<RegularizationMetric>())
        {
            var penalty = new Regularization { Lambda = 0.1, LambdaCoefficients = 0.1, Metric = metric };
            LossHessian with = LossHessian.Measure(model, data, regularization: penalty), without = LossHessian.Measure(model, data);
            worstValue = Math.Max(worstValue, Math.Abs(with.Loss - without.Loss - penalty.Lambda * PenaltyByHand(model, data.Inputs, penalty)));
            double[] direction = [.. with.Parameters.Select(_ => random.NextGaussian())];
            double exact = direction.Zip(with.Gradient, (d, g) => d * g).Sum(), step = 1e-5;
            double difference = (Objective(+step) - Objective(-step)) / (2 * step);
            worstGradient = Math.Max(worstGradient, Math.Abs(exact - difference) / Math.Max(1, Math.Abs(exact)));

            double Objective(double distance)
            {
                double[] parameters = model.Parameters.ToArray();
                for (int p = 0; p < direction.Length; p++)
                    parameters[with.Parameters[p]] += distance * direction[p];
                var moved = new KanModel(model.Layers, model.BaseFunction, model.RangePolicy, parameters);
                double rmse = Metrics.Measure(moved, data).Rmse;
                return rmse * rmse + penalty.Lambda * PenaltyByHand(moved, data.Inputs, penalty);
            }
        }
        trial.AtMost("penalty − its formula", worstValue, 1e-12);
        trial.AtMost("gradient − differences", worstGradient, 1e-5);
    }

    /// <summary>The penalty from deviations and scores, layer by layer.</summary>
    private static double PenaltyByHand(KanModel model, Matrix inputs, Regularization options)
    {
        Activations activations = model.Activate(inputs);
        var scores = Attribution.FromActivations(activations);
        double sum = 0;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            KanLayer layer = model.Layers[l];
            int rows = layer.SubnodeCount, columns = options.Metric == RegularizationMetric.NodeScore ? model.InputCount : layer.InputCount;
            double[,] magnitude = new double[rows, columns];
            for (int row = 0; row < rows; row++)
            {
                double[] byNode = scores.FeatureScoresBy(l + 1, row);
                for (int column = 0; column < columns; column++)
                {
                    var edge = new EdgeIndex(l, Math.Min(column, layer.InputCount - 1), row);
                    magnitude[row, column] = options.Metric switch
                    {
                        RegularizationMetric.NormalizedNumericDeviation => activations.NumericDeviation(edge) / (activations.InputDeviation(l, column) + 0.1),
                        RegularizationMetric.EdgeDeviation => activations.EdgeDeviation(edge),
                        RegularizationMetric.NormalizedEdgeDeviation => activations.EdgeDeviation(edge) / (activations.InputDeviation(l, column) + 0.1),
                        RegularizationMetric.EdgeScore => scores.EdgeScore(edge),
                        _ => byNode[column],
                    };
                }
            }
            double entropyOfRows = 0, entropyOfColumns = 0;
            for (int row = 0; row < rows; row++)
            {
                double total = 1 + Enumerable.Range(0, columns).Sum(column => magnitude[row, column]);
                for (int column = 0; column < columns; column++)
                {
                    double share = magnitude[row, column] / total;
                    entropyOfRows -= share * Math.Log2(share + 1e-4) / rows;
                    sum += options.LambdaL1 * magnitude[row, column];
                }
            }
            for (int column = 0; column < columns; column++)
            {
                double total = 1 + Enumerable.Range(0, rows).Sum(row => magnitude[row, column]);
                for (int row = 0; row < rows; row++)
                {
                    double share = magnitude[row, column] / total;
                    entropyOfColumns -= share * Math.Log2(share + 1e-4) / columns;
                }
            }
            sum += options.LambdaEntropy * (entropyOfRows + entropyOfColumns);
            foreach (EdgeIndex edge in Edges(model).Where(edge => edge.Layer == l))
                sum += options.LambdaCoefficients * model.Coefficients(edge).ToArray().Sum(Math.Abs) / layer.SubnodeCount;
        }
        return sum;
    }
}
