using KanSharp.Datasets;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// What a function is put together of, asked of a network that was trained on its values. Prints
/// <code>
/// tree ((x1, x2), (x3, x4))
/// depends on x1, x2 through one combination: True
/// on x1, x3: False
/// that combination is x1^2 + x2^2: True
/// </code>
/// </summary>
public static class Structure
{
    /// <summary>Trains [4,5,5,1] on (x1² + x2²)² + (x3² + x4²)² and tests hypotheses on it.</summary>
    public static void Run(TextWriter output)
    {
        Dataset data = SampleBox.Cube(4).SampleRows(1000, seed: 1, x => Square(Square(x[0]) + Square(x[1])) + Square(Square(x[2]) + Square(x[3])));
        KanModel model = KanModel.Create(new KanSpec(4, 5, 5, 1), seed: 1);
        model = Trainer.Fit(model, data, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 100 }).Model;

        Matrix some = data.Inputs.SelectRows([.. Enumerable.Range(0, 300)]);
        FunctionStructure structure = FunctionStructure.Of(model, some);
        output.WriteLine($"tree {structure.FindTree(symmetryThreshold: 0.05, separabilityThreshold: 0.05)}");
        output.WriteLine($"depends on x1, x2 through one combination: {structure.TestSymmetry([0, 1], 0.05).Holds}");
        output.WriteLine($"on x1, x3: {structure.TestSymmetry([0, 2], 0.05).Holds}");
        output.WriteLine($"that combination is x1^2 + x2^2: {structure.TestSymmetryVariable(Formulas.Expression.Parse("x1^2 + x2^2"), 0.05).Holds}");
    }

    private static double Square(double x) => x * x;
}
