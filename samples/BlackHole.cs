using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A time in which the space around a black hole is flat: t' = t + f(r) with the metric of Schwarzschild (radius 1) and flat sections t' = constant,
/// which Painlevé and Gullstrand found. The condition on the metric is (1 - 1/r) f'^2 = 1/(r - 1). Prints
/// <code>
/// loss below 1e-4: True
/// </code>
/// </summary>
public static class BlackHole
{
    /// <summary>Learns f on r from 1.2 to 3; returns it with the loss, the mean square over the nine entries of the spatial metric.</summary>
    public static (KanModel Model, double Loss) Run(ulong seed, TextWriter output)
    {
        var random = new SeededRandom(seed);
        var radius = new Matrix(10_000, 1);
        foreach (ref double r in radius.Values)
            r = random.NextDouble(1.2, 3);
        ModelInfo info = ModelInfo.Default(1, 1) with { InputNames = ["r"], OutputNames = ["f"], InputScaling = new Scaling([2.1], [0.9]) };
        KanModel model = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [10] }, seed, info);
        var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 30, GridSchedule = GridSchedule.None };

        // f and -f both do; a start that rises picks the first.
        model = Trainer.Fit(model, new DerivativeLoss(LossTerm.Residual("start", radius, "f - r")), options with { Steps = 3 }).Model;
        LossTerm metric = LossTerm.Residual("metric", radius, "((1 - 1/r)*f_r^2 - 1/(r - 1))/3");
        DerivativeTrainingResult result = Trainer.Fit(model, new DerivativeLoss(metric), options);
        output.WriteLine($"loss below 1e-4: {result.TermLosses[0] < 1e-4}");
        return (result.Model, result.TermLosses[0]);
    }
}
