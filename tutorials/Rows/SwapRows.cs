using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using static KanSharp.Tutorials.Stages;

namespace KanSharp.Tutorials.Rows;

/// <summary>Computed inputs, and nodes put in the order of their connections.</summary>
public static class SwapRows
{
    private static readonly TrainingOptions s_sparse = new() { Steps = 20, Regularization = new Regularization { Lambda = 3e-3, LambdaEntropy = 5 } };

    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("I8", "computed inputs", "≤ 1.9e-5; only γ and m0 live; m0/√(1 − v²/c²), coefficients ± 1e-3", "2.0e-5",
            Sample("x1/sqrt(1 - x2^2/x3^2)", ranges: [(0, 1), (0, 0.9), (1.1, 2)]), BetaAndGamma, Create("5,[0,1]"),
            Fit(50, lambda: 1e-5, coefficients: 1), Prune(edges: 0.05), FitLeastSquares(100), Error(1.9e-5), RestMassAndGamma) { IsQuick = true },

        new("I10A", "reorder nodes", "accuracy 1/1; output same, cost not higher; hidden levels pruned to [4,2] or less; MLP: accuracy 1/1", "1/1; MLP 1/1",
            Majorities, Create("9,10,10,1", with: spec => spec with { NoiseScale = 1 }), Fit(30),
            Fit(s_sparse), BothRight("KAN"), Swapped("KAN"),
            Prune(nodes: 0.05), Fit(s_sparse), Prune(nodes: 0.05), HiddenAtMost(4, 2), Perceptron("9,20,20,1"), Fit(100, lambda: 1e-5), BothRight("MLP"), Swapped("MLP")) { Note = "Pruned twice, with 20 steps of training between: after one pruning 9 of 15 seeds have hidden levels of at most [4,2]. On seeds 21 to 32: 12 of 12." },

        new("I10B", "the same, five tasks", "KAN ≤ .077, MLP ≤ 4.6e-3; output same, cost not higher", ".077; 4.6e-3",
            PairSums, Create("10,10,5"), Fit(20, lambda: 0.01), Error(0.077, "KAN"), Swapped("KAN"),
            Parities, Perceptron("10,20,5"), Fit(100), Fit(100, lambda: 2e-4), Error(4.6e-3, "MLP"), Swapped("MLP")),
    ];

    /// <summary>Puts v/c and 1/√(1 − (v/c)²) before m0, v, c.</summary>
    private static void BetaAndGamma(Trial trial)
    {
        trial.Training = With(trial.Training);
        trial.Test = With(trial.Test);

        static Dataset With(Dataset data)
        {
            IReadOnlyList<DerivedInput> computed = DerivedInput.Parse(["beta = v/c", "gamma = 1/sqrt(1 - beta^2)"], ["m0", "v", "c"]);
            DataTable table = DataTable.FromMatrix(["m0", "v", "c"], data.Inputs).With(computed);
            return new Dataset(Matrix.FromColumns([.. ((string[])["beta", "gamma", "m0", "v", "c"]).Select(name => table.Column(name).Values.ToArray())]), data.Targets);
        }
    }

    private static void RestMassAndGamma(Trial trial)
    {
        bool[] live = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Range(0, 2).Any(j => trial.Model.Layers[0].IsActive(i, j)))];
        trial.Holds("only γ and m0 live", live is [false, true, true, false, false], string.Join(" ", live.Select(l => l ? 1 : 0)));
        Symbolic("x", "x^2", "sqrt", "1/x")(trial);
        Expression formula = trial.Model.ToFormulas()[0];
        // γ m0 and nothing else: its value at places, in the plain variables.
        Expression plain = formula.Substitute(new Dictionary<string, Expression>
        {
            ["x1"] = Expression.Parse("v/c"),
            ["x2"] = Expression.Parse("1/sqrt(1 - v^2/c^2)"),
            ["x3"] = new Variable("m0"),
            ["x4"] = new Variable("v"),
            ["x5"] = new Variable("c"),
        });
        double worst = 0;
        for (int row = 0; row < 100; row++)
        {
            var at = new Dictionary<string, double> { ["m0"] = trial.Test.Inputs[row, 2], ["v"] = trial.Test.Inputs[row, 3], ["c"] = trial.Test.Inputs[row, 4] };
            worst = Math.Max(worst, Math.Abs(plain.Evaluate(at) - trial.Test.Targets[row, 0]) / Math.Max(1e-3, Math.Abs(trial.Test.Targets[row, 0])));
        }
        trial.AtMost("formula, relative error", worst, 1e-3);
    }

    private static void Majorities(Trial trial)
    {
        (trial.Training, trial.Test) = AllBits(9, bits => [Majority([Majority(bits[..3]), Majority(bits[3..6]), Majority(bits[6..])])]).Split(0.2, trial.Seed);

        static double Majority(double[] bits) => bits.Sum() > 1.5 ? 1 : 0;
    }

    private static void Parities(Trial trial) =>
        (trial.Training, trial.Test) = AllBits(10, bits => [.. Enumerable.Range(0, 5).Select(i => (bits[2 * i] + bits[2 * i + 1]) % 2)]).Split(0.2, trial.Seed);

    private static Dataset AllBits(int count, Func<double[], double[]> targets)
    {
        double[][] rows = [.. Enumerable.Range(0, 1 << count).Select(number => (double[])[.. Enumerable.Range(0, count).Select(bit => (number >> bit) & 1)])];
        return new Dataset(Matrix.FromRows(rows), Matrix.FromRows([.. rows.Select(targets)]));
    }

    private static void PairSums(Trial trial)
    {
        trial.Training = Make(trial.Seed);
        trial.Test = Make(trial.Seed + 1000);

        static Dataset Make(ulong seed) => Datasets.SampleBox.Cube(10).SampleColumns(1000, seed, x => Matrix.FromColumns(
            [.. Enumerable.Range(0, 5).Select(i => (double[])[.. Enumerable.Range(0, x.Rows).Select(row => x[row, 2 * i] + x[row, 2 * i + 1])])]));
    }

    private static Stage Perceptron(string shape) => trial => trial.Model = KanModel.Create(KanSpec.Parse(shape) with { Perceptron = true }, trial.Seed);

    private static Stage BothRight(string name) => trial =>
    {
        trial.AtLeast($"{name} training accuracy", Share(trial.Training), 1);
        trial.AtLeast($"{name} test accuracy", Share(trial.Test), 1);

        double Share(Dataset data) => Outputs(trial.Model, data.Inputs).Zip(data.Targets.Column(0).ToArray(), (p, a) => p > 0.5 == a > 0.5 ? 1.0 : 0).Average();
    };

    private static Stage Swapped(string name) => trial =>
    {
        (KanModel swapped, NodeOrderReport report) = trial.Model.AutoSwap(trial.Training.Inputs);
        Matrix before = trial.Model.Predict(trial.Test.Inputs).Values, after = swapped.Predict(trial.Test.Inputs).Values;
        trial.AtMost($"{name} swapped − before", before.Values.ToArray().Zip(after.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max(), 1e-12);
        trial.Holds($"{name} cost not higher", report.Cost <= report.CostBefore, $"cost {report.CostBefore:G4} to {report.Cost:G4}");
        trial.Model = swapped;
    };

    private static Stage HiddenAtMost(params int[] nodes) => trial =>
        trial.Holds("hidden levels", trial.Model.Widths.Skip(1).Zip(nodes).All(pair => pair.First.Nodes <= pair.Second), $"[{trial.Model.Shape}]");
}
