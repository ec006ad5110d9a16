using System.Collections.Immutable;
using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using static KanSharp.Tutorials.Stages;

namespace KanSharp.Tutorials.Rows;

/// <summary>Interpretation.</summary>
public static class InterpretationRows
{
    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("I1", "product nodes", "sums only ≤ 4.9e-3; pruned to one product; ≤ 1e-15; x1·x2", "5.0e-3; 1.3e-16",
            Sample("x1*x2"), Create("2,5,1", grid: 5), Fit(20), StartRows.Penalised(100, 5e-4), Error(4.9e-3, "sums only"),
            Create("2,[5,2],1", baseFunction: BaseFunction.Identity), Fit(20), Fit(20, lambda: 0.01, coefficients: 1), Prune(), HasShape("2,[0,1],1"),
            Fit(20), Symbolic("x"), Error(1e-15, "symbolic"), ReadFormula(), IsFormula("x1*x2")) { Note = "Sums only: λ is half of pykan's .001. At .001 the minima that are reached have errors of .004 to .013, and 8 of 20 seeds met the limit; pykan's 20 steps end before the penalty has its way. On seeds 38 to 57: 16 of 20." },

        new("I2", "arities", "7, 9, 11, 8 subnodes; a node is the product of its subnodes", "—",
            Arities("2,[3,2],1", 7), Arities("2,[3,2:3],1", 9), Arities("2,[3,2:4],1", 11), Arities("2,[3,2:2/3],1", 8), Arities("2,[2,2],[1,3],[3,2],[1,1]", 6)) { IsQuick = true },

        new("I3", "from a formula to a network that grows", "a Feynman formula to a mean square ≤ 1e-24; all 120 compile or say why not; expanded: same output", "1.5e-15",
            CompileFeynman, Expansions) { Seeds = 1, Needed = 1, IsQuick = true },

        new("I4", "attribution, fewer inputs", "scores .86, .50, .11 ± 10 %, x4 ≤ .01 and dropped; 100 inputs ≤ .0546, 1 to 5 and at most 1 other kept", ".89, .52, .11, .004; 5.5e-2, 5 + 1",
            Sample("x1^2 + 0.3*x2 + 0.1*x3^3", inputs: 4), Create("4,5,1"), Fit(40, lambda: 1e-3), Scores(0.86, 0.50, 0.11),
            HundredInputs, Create("100,10,10,1"), Fit(50, lambda: 1e-3), Error(0.0546, "100 inputs"), KeepsTheFirstFive) { Note = "On seeds 6 to 25: 13 of 20. Of the others three do not learn the function of 100 inputs, two lose the fifth of them, and two have a score 15 and 18 % from the true share." },

        new("I5", "symmetry and separability", "11 verdicts and 2 trees", "all", Verdicts) { IsQuick = true },

        new("I6", "the same on a trained network", "≤ 4.7e-3; tree ((1,2),(3,4))", "4.8e-3",
            Sample("(x1^2 + x2^2)^2 + (x3^2 + x4^2)^2", inputs: 4), Create("4,5,5,1"), FitLeastSquares(100), Error(4.7e-3), TreeOfTheModel),

        new("I9", "three scores of edges", "≤ .0153; scores match their definitions", "1.5e-2",
            Sample(HelloFormula), CreateBestPenalised("2,5,1", grid: 5, 1e-3), Error(0.0153), ThreeScores) { Note = "The best of 4 starts by its objective, on 5 intervals: on seeds 16 to 35 18 of 20. On 3 intervals, as pykan has it, the minima of the objective have errors of .015 to .027, and 1 of 10 seeds met the limit." },

        new("I10", "Hessian by the parameters", "≤ 8.2e-4; symmetric to 1e-10; as differences of the gradient to 1e-5; eigenvalues in order", "8.3e-4",
            Sample("x1^2", inputs: 1), Create("1,5,1"), Fit(new TrainingOptions { Optimizer = Optimizer.Adam, LearningRate = 0.01, Steps = 1000 }), Error(8.2e-4), Hessian) { IsQuick = true },

        new("I11", "sparse start", "15 of 55 edges; no node without one", "15 of 55", SparseStart) { IsQuick = true },
    ];

    private static Stage Arities(string shape, int subnodes) => trial =>
    {
        KanModel model = KanModel.Create(KanSpec.Parse(shape), trial.Seed);
        trial.Holds($"{subnodes} subnodes", model.Layers[0].SubnodeCount == subnodes, $"{model.Layers[0].SubnodeCount} subnodes");
        Activations activations = model.Activate(SampleBox.Cube(2).Draw(100, trial.Seed));
        double worst = 0;
        for (int l = 0; l < model.Layers.Length; l++)
        {
            LayerWidth width = model.Layers[l].Output;
            for (int node = 0; node < width.Nodes; node++)
            {
                for (int row = 0; row < 100; row++)
                {
                    double product = Enumerable.Range(width.FirstSubnode(node), width.SubnodesOf(node)).Aggregate(1.0, (value, subnode) => value * activations.Subnodes(l)[row, subnode]);
                    worst = Math.Max(worst, Math.Abs(product - activations.Nodes(l + 1)[row, node]));
                }
            }
        }
        trial.AtMost("node − product", worst, 1e-12);
    };

    private static void CompileFeynman(Trial trial)
    {
        int compiled = 0, reasons = 0;
        foreach (FeynmanProblem problem in FeynmanProblem.All)
        {
            try
            {
                Dataset data = problem.Sample(100, trial.Seed);
                KanModel model = FormulaCompiler.Compile(problem.Formula, problem.Variables, data.Inputs);
                double rmse = Metrics.Measure(model, data).Rmse / Math.Max(1e-300, data.Targets.Values.ToArray().Max(Math.Abs));
                compiled++;
                if (problem.Name == "I.34.14")
                    trial.AtMost("I.34.14, mean square", Math.Pow(Metrics.Measure(model, data).Rmse, 2), 1e-24);
                if (rmse > 1e-12)
                    trial.Holds(problem.Name, false, $"relative error {rmse:G2}");
            }
            catch (KanSharpException)
            {
                reasons++;
            }
        }
        trial.Holds($"{compiled} compiled, {reasons} with a reason not to", compiled + reasons == 120 && compiled > 100);
    }

    private static void Expansions(Trial trial)
    {
        Matrix x = SampleBox.Cube(2).Draw(200, trial.Seed);
        KanModel model = FormulaCompiler.Compile(HelloFormula, ["x1", "x2"], x);
        double[] before = Outputs(model, x);
        KanModel[] grown =
        [
            model.ExpandDepth(), model.ExpandWidth(1, 2), model.ExpandWidth(1, [2, 3]), model.ExpandDepth().ExpandWidth(2, 1).Perturb(0.1),
        ];
        trial.AtMost("output of 4 expansions − before", grown.Max(larger => Outputs(larger, x).Zip(before, (a, b) => Math.Abs(a - b)).Max()), 1e-13);
        trial.Holds("perturbed everywhere, it changes", Outputs(model.Perturb(0.1, PerturbedEdges.All), x).Zip(before, (a, b) => Math.Abs(a - b)).Max() > 1e-3);
    }

    private static Stage Scores(params double[] shares) => trial =>
    {
        double[] scores = Attribution.Measure(trial.Model, trial.Training.Inputs).FeatureScores.ToArray();
        trial.AtMost("scores − true shares", shares.Select((share, i) => Math.Abs(scores[i] / share - 1)).Max(), 0.1);
        trial.AtMost("score of x4", scores[3], 0.01);
        ImmutableArray<int> kept = trial.Model.PruneInputs(trial.Training.Inputs).Report.KeptInputs;
        trial.Holds("x4 dropped", kept.SequenceEqual([0, 1, 2]), string.Join(", ", kept));
    };

    private static void HundredInputs(Trial trial)
    {
        static double Decay(ReadOnlySpan<double> x)
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
                sum += Math.ScaleB(x[i] * x[i], -i);
            return sum;
        }
        trial.Training = SampleBox.Cube(100).SampleRows(1000, trial.Seed, Decay);
        trial.Test = SampleBox.Cube(100).SampleRows(1000, trial.Seed + 1000, Decay);
    }

    private static void KeepsTheFirstFive(Trial trial)
    {
        KanModel pruned = trial.Model.Prune(trial.Training.Inputs).Model;
        ImmutableArray<int> kept = pruned.PruneInputs(trial.Training.Inputs, threshold: 0.03).Report.KeptInputs;
        trial.Holds("1 to 5 and at most 1 other", kept.Take(5).SequenceEqual([0, 1, 2, 3, 4]) && kept.Length <= 6, string.Join(", ", kept.Select(i => i + 1)));
    }

    private static void Verdicts(Trial trial)
    {
        FunctionStructure pairs = Structure("x1*x2 + x3*x4 + x5*x6", 6), sums = Structure("(x1 + x2)*(x3 + x4)*(x5 + x6)", 6),
            sine = Structure("sin((x1 + x2)*(x3 + x4)*(x5 + x6))", 6), ratio = Structure("x1*sqrt(1 + (x2/x3)^2)", 3);
        int[][] right = [[0, 1], [2, 3], [4, 5]], wrong = [[0, 1], [2, 4], [3, 5]];
        Verdict("three pairs added", Same(pairs.FindSum(), right));
        Verdict("three pairs multiplied", Same(sums.FindProduct(), right));
        Verdict("right pairs multiply", sums.TestProduct(right).Holds);
        Verdict("wrong pairs do not", !sums.TestProduct(wrong).Holds);
        Verdict("a sine is no product", !sine.TestProduct(right).Holds);
        Verdict("but a function of one", sine.TestTransformedSum(right).Holds);
        Verdict("x1, x2 symmetric", sums.TestSymmetry([0, 1]).Holds);
        Verdict("x1, x3 not", !sums.TestSymmetry([0, 2]).Holds);
        Verdict("x3, x4 symmetric", sums.TestSymmetry([2, 3]).Holds);
        Verdict("b/c", ratio.TestSymmetryVariable(Expression.Parse("x2/x3")).Holds);
        Verdict("not b·c", !ratio.TestSymmetryVariable(Expression.Parse("x2*x3")).Holds);
        Tree("((x1^2+x2^2)^2 + (x3^2+x4^2)^2)^2 + ((x5^2+x6^2)^2 + (x7^2+x8^2)^2)^2", 8, "(((x1, x2), (x3, x4)), ((x5, x6), (x7, x8)))");
        Tree("((x1^2+x2^2)^2 + (x3^2+x4^2)^2)^2 + x5^2", 5, "(((x1, x2), (x3, x4)), x5)");

        FunctionStructure Structure(string formula, int inputs)
        {
            string[] names = [.. Enumerable.Range(1, inputs).Select(i => $"x{i}")];
            return FunctionStructure.Of(Expression.Parse(formula, names), names, SampleBox.Cube(inputs).Draw(100, trial.Seed));
        }
        void Verdict(string name, bool holds) => trial.Holds(name, holds);
        void Tree(string formula, int inputs, string expected)
        {
            string found = Structure(formula, inputs).FindTree().ToString();
            trial.Holds(expected, found == expected, found);
        }
        static bool Same(ImmutableArray<ImmutableArray<int>> found, int[][] expected) =>
            found.Length == expected.Length && found.Zip(expected, (f, e) => f.SequenceEqual(e)).All(same => same);
    }

    private static void TreeOfTheModel(Trial trial)
    {
        string tree = FunctionStructure.Of(trial.Model, trial.Training.Inputs).FindTree(symmetryThreshold: 0.05, separabilityThreshold: 0.05).ToString();
        trial.Holds("((x1, x2), (x3, x4))", tree == "((x1, x2), (x3, x4))", tree);
    }

    private static void ThreeScores(Trial trial)
    {
        Activations activations = trial.Model.Activate(trial.Training.Inputs);
        var scores = Attribution.FromActivations(activations);
        double worst = 0;
        foreach (EdgeIndex edge in Edges(trial.Model))
        {
            double[] x = activations.Nodes(edge.Layer).Column(edge.Input).ToArray(), y = trial.Model.EvaluateEdge(edge, x);
            double deviation = Deviation(y);
            Compare(deviation, scores.EdgeMeasure(edge, EdgeMetric.Deviation));
            Compare(deviation / (Deviation(x) + 0.1), scores.EdgeMeasure(edge, EdgeMetric.NormalizedDeviation));
            double subnode = Deviation(activations.Subnodes(edge.Layer).Column(edge.Output).ToArray());
            Compare(deviation / (subnode + 1e-4) * scores.SubnodeScores(edge.Layer)[edge.Output], scores.EdgeMeasure(edge, EdgeMetric.Score));
        }
        trial.AtMost("scores − definitions", worst, 1e-10);

        void Compare(double expected, double found) => worst = Math.Max(worst, Math.Abs(expected - found));
        static double Deviation(double[] values)
        {
            double mean = values.Average();
            return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        }
    }

    private static void Hessian(Trial trial)
    {
        Dataset data = trial.Training.Select([.. Enumerable.Range(0, 200)]);
        LossHessian hessian = LossHessian.Measure(trial.Model, data);
        int count = hessian.Parameters.Length;
        double largest = hessian.Values.Values.ToArray().Max(Math.Abs), asymmetry = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
                asymmetry = Math.Max(asymmetry, Math.Abs(hessian.Values[i, j] - hessian.Values[j, i]) / largest);
        }
        trial.AtMost("asymmetry", asymmetry, 1e-10);
        var random = new SeededRandom(trial.Seed);
        double[] direction = [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian() / Math.Sqrt(count))];
        ImmutableArray<double> ahead = Gradient(+1e-5), behind = Gradient(-1e-5);
        double worst = Enumerable.Range(0, count).Max(i =>
            Math.Abs((ahead[i] - behind[i]) / 2e-5 - Enumerable.Range(0, count).Sum(j => hessian.Values[i, j] * direction[j])) / largest);
        trial.AtMost("H·d − differences", worst, 1e-5);
        trial.Holds("eigenvalues in order", hessian.Eigenvalues.SequenceEqual(hessian.Eigenvalues.Order()) || hessian.Eigenvalues.SequenceEqual(hessian.Eigenvalues.OrderDescending()));

        ImmutableArray<double> Gradient(double distance)
        {
            double[] parameters = trial.Model.Parameters.ToArray();
            for (int p = 0; p < count; p++)
                parameters[hessian.Parameters[p]] += distance * direction[p];
            var moved = new KanModel(trial.Model.Layers, trial.Model.BaseFunction, trial.Model.RangePolicy, parameters, trial.Model.Info);
            return LossHessian.Measure(moved, data).Gradient;
        }
    }

    private static void SparseStart(Trial trial)
    {
        KanModel model = KanModel.Create(new KanSpec(5, 5, 5, 1) { SparseStart = true }, trial.Seed);
        trial.Holds("15 edges", model.ActiveEdgeCount == 15, $"{model.ActiveEdgeCount} edges");
        bool connected = model.Layers.All(layer =>
            Enumerable.Range(0, layer.SubnodeCount).All(j => Enumerable.Range(0, layer.InputCount).Any(i => layer.IsActive(i, j)))
            && Enumerable.Range(0, layer.InputCount).All(i => Enumerable.Range(0, layer.SubnodeCount).Any(j => layer.IsActive(i, j))));
        trial.Holds("no node without an edge", connected);
    }
}
