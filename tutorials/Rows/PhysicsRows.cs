using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using static KanSharp.Tutorials.Stages;

namespace KanSharp.Tutorials.Rows;

/// <summary>Constitutive laws of solids: the stress P of a neo-Hookean body, deformed by F.</summary>
public static class PhysicsRows
{
    private const double Mu = 1 / 2.4, Lambda = 0.2 / (1.2 * 0.6);

    public static readonly string[] Names = ["F11", "F12", "F13", "F21", "F22", "F23", "F31", "F32", "F33"];

    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("P4A", "refine a known law", "splines ≤ 3.2e-4; formula ≤ 2.8e-11, coefficients .41667, .27778", "3.2e-4; 2.9e-11",
            Deformations(0.2, P11, withDeterminant: true), Compile($"2*{Mu:R}*(F11 - 1) + {Lambda:R}*(F11 + F22 + F33 - 3)"),
            trial => trial.Model = trial.Model.Perturb(0.01, PerturbedEdges.All, trial.Seed), FitLeastSquares(20), Error(3.2e-4, "splines"),
            Prune(), FitLeastSquares(20), Symbolic("x", "x^2", "log", "exp", "sin", "sqrt"), Error(2.8e-11, "formula"), Coefficients11) { IsQuick = true },

        new("P4B", "grow from what is known", "splines ≤ 3.6e-4; formula ≤ 7.6e-3 (aim: the form of P4C)", "3.7e-4; 7.6e-3, wrong terms",
            Deformations(0.2, P12), Compile($"{Mu:R}*(F12 + F21)"),
            trial => trial.Model = trial.Model.ExpandDepth().ExpandWidth(1, [2, 2, 2, 2, 2]).ExpandWidth(1, 4).Perturb(0.1, PerturbedEdges.All, trial.Seed),
            FitLeastSquares(60), Error(3.6e-4, "splines"), Fit(100, lambda: 1e-5, coefficients: 1), Prune(), FitLeastSquares(30),
            Symbolic("x", "x^2"), Error(7.6e-3, "formula"), Products) { Needed = 1, Note = "On seeds 6 to 15: pykan's limits 10 of 10, the right terms and no others 4 of 10." },

        new("P4C", "without knowing anything", "formula ≤ 6.7e-9; exactly 3 products, .41667 ± 1e-5", "6.8e-9, 2 edges reset by hand",
            Deformations(0.5, P12), Create("9,[5,5],1", baseFunction: BaseFunction.Identity, scaled: true),
            Fit(100, lambda: 1e-5, coefficients: 1), Prune(), FitLeastSquares(30), Symbolic("x", "x^2"), Error(6.7e-9, "formula"), Products),
    ];

    public static Stage Deformations(double size, Func<double[,], double> stress, bool withDeterminant = false) => trial =>
    {
        trial.Training = Make(trial.Seed);
        trial.Test = Make(trial.Seed + 1000);

        Dataset Make(ulong seed)
        {
            var random = new SeededRandom(seed);
            Matrix inputs = new(1000, withDeterminant ? 10 : 9), targets = new(1000, 1);
            double[,] f = new double[3, 3];
            for (int row = 0; row < 1000; row++)
            {
                do
                {
                    for (int i = 0; i < 9; i++)
                        f[i / 3, i % 3] = (i % 4 == 0 ? 1 : 0) + random.NextDouble(-size, size);
                }
                while (Determinant(f) <= 0);
                for (int i = 0; i < 9; i++)
                    inputs[row, i] = f[i / 3, i % 3];
                if (withDeterminant)
                    inputs[row, 9] = Determinant(f);
                targets[row, 0] = stress(f);
            }
            return new Dataset(inputs, targets);
        }
    };

    public static double P11(double[,] f) => Mu * (f[0, 0] * f[0, 0] + f[0, 1] * f[0, 1] + f[0, 2] * f[0, 2] - 1) + Lambda * Math.Log(Determinant(f));

    public static double P12(double[,] f) => Mu * (f[0, 0] * f[1, 0] + f[0, 1] * f[1, 1] + f[0, 2] * f[1, 2]);

    private static double Determinant(double[,] f) =>
        f[0, 0] * (f[1, 1] * f[2, 2] - f[1, 2] * f[2, 1]) - f[0, 1] * (f[1, 0] * f[2, 2] - f[1, 2] * f[2, 0]) + f[0, 2] * (f[1, 0] * f[2, 1] - f[1, 1] * f[2, 0]);

    public static Stage Compile(string law) => trial =>
        trial.Model = FormulaCompiler.Compile(law, trial.Training.Inputs.Columns == 10 ? [.. Names, "D"] : Names, trial.Training.Inputs);

    private static void Coefficients11(Trial trial)
    {
        Expression formula = trial.Model.ToFormulas()[0];
        double mu = At(formula.Differentiate("F11").Differentiate("F11"), trial, 0) / 2, lambda = At(formula.Differentiate("D"), trial, 0) * trial.Test.Inputs[0, 9];
        trial.AtMost("coefficients − true", Math.Max(Math.Abs(mu - Mu), Math.Abs(lambda - Lambda)), 1e-5);
    }

    /// <summary>The second derivatives of the formula by pairs of inputs: three are µ, all others zero.</summary>
    private static void Products(Trial trial)
    {
        Expression formula = trial.Model.ToFormulas()[0];
        string[] names = [.. trial.Model.Info.InputNames];
        double right = 0, wrong = 0;
        for (int i = 0; i < 9; i++)
        {
            for (int j = i; j < 9; j++)
            {
                double mixed = At(formula.Differentiate(names[i]).Differentiate(names[j]), trial, 0);
                if (j == i + 3 && i < 3)
                    right = Math.Max(right, Math.Abs(mixed - Mu));
                else
                    wrong = Math.Max(wrong, Math.Abs(mixed));
            }
        }
        trial.AtMost("3 coefficients − µ", right, 1e-5);
        trial.AtMost("other products", wrong, 1e-5);
    }

    private static double At(Expression expression, Trial trial, int row) =>
        expression.Evaluate(trial.Model.Info.InputNames.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => trial.Test.Inputs[row, pair.i]));
}
