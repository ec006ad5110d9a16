using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using static KanSharp.Tutorials.Stages;

namespace KanSharp.Tutorials.Rows;

/// <summary>What users have sent in.</summary>
public static class CommunityRows
{
    private const string Alphabet = "ARNDCQEGHILKMFPSTWYVX";

    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("C2", "one-hot sequences", "training accuracy 1, test ≥ .95; no NaN on constant inputs; one formula per output", "1/.95",
            Windows, Classifier, Fit(new TrainingOptions { Steps = 20, Loss = Loss.CrossEntropy, Regularization = new Regularization { Lambda = 0.01 } }),
            Accuracies, Formulas) { IsQuick = true },
    ];

    /// <summary>40 windows of five letters with K or S in the middle; 21 columns for each place.</summary>
    private static void Windows(Trial trial)
    {
        var random = new SeededRandom(trial.Seed);
        Matrix inputs = new(40, 105), targets = new(40, 2);
        int[] order = random.NextPermutation(40);
        for (int row = 0; row < 40; row++)
        {
            int label = order[row] % 2;
            char center = label == 1 ? 'K' : 'S';
            for (int place = 0; place < 5; place++)
            {
                string letters = Alphabet.Replace($"{center}", "", StringComparison.Ordinal);
                char letter = place == 2 ? center : letters[random.NextInt(letters.Length)];
                inputs[row, 21 * place + Alphabet.IndexOf(letter, StringComparison.Ordinal)] = 1;
            }
            targets[row, label] = 1;
        }
        (trial.Training, trial.Test) = new Dataset(inputs, targets).Split(0.5, trial.Seed);
    }

    private static void Classifier(Trial trial)
    {
        ModelInfo info = ModelInfo.Default(105, 2) with { OutputNames = ["S", "K"], Classes = ["S", "K"] };
        trial.Model = KanModel.Create(new KanSpec(105, 3, 2) { GridIntervals = [3], SplineOrders = [2] }, trial.Seed, info);
    }

    private static void Accuracies(Trial trial)
    {
        trial.AtLeast("training accuracy", Metrics.Measure(trial.Model, trial.Training).Accuracy!.Value, 1);
        trial.AtLeast("test accuracy", Metrics.Measure(trial.Model, trial.Test).Accuracy!.Value, 0.95);
        trial.Holds("no NaN", trial.Model.Parameters.ToArray().All(double.IsFinite) && trial.Model.Predict(trial.Test.Inputs).Values.Values.ToArray().All(double.IsFinite));
    }

    private static void Formulas(Trial trial)
    {
        trial.Model = trial.Model.Prune(trial.Training.Inputs).Model;
        SymbolicClassifier("x", "x^2")(trial);
        ImmutableArray<Expression> formulas = trial.Model.ToFormulas();
        trial.Holds("one formula per output", formulas.Length == 2, $"{formulas.Length} formulas");
        trial.AtLeast("formulas, test accuracy", Metrics.Measure(trial.Model, trial.Test).Accuracy!.Value, 0.95);
    }
}
