using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// Quantities that a motion conserves: functions whose gradient is at right angles to the flow. Prints
/// <code>
/// one oscillator: cosine below 1e-12: True
/// two, seed 1: cosine below 0.039: True
/// </code>
/// </summary>
public static class ConservedQuantities
{
    /// <summary>The energy of an oscillator, found from its flow (p, -x) alone; returns it with the root mean square of the cosine.</summary>
    public static (KanModel Model, double Cosine) Oscillator(ulong seed, TextWriter output)
    {
        Matrix state = RandomStates(1000, 2, seed);
        ModelInfo info = ModelInfo.Default(2, 1) with { InputNames = ["x", "p"], OutputNames = ["f"] };
        KanModel model = KanModel.Create(new KanSpec(2, 1) { GridIntervals = [5] }, seed, info);
        LossTerm cosine = LossTerm.Residual("cosine", state, "(f_x*p - f_p*x)/sqrt((f_x^2 + f_p^2)*(x^2 + p^2))");
        // The cosine alone has many minima. Two values fix scale and offset instead, and then the flow's derivative of f is linear in f.
        LossTerm flow = LossTerm.Residual("flow", state, "f_x*p - f_p*x");
        LossTerm scale = LossTerm.Residual("scale", Matrix.FromRows([[0, 0], [1, 1]]), "f - x");
        var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 20, GridSchedule = GridSchedule.None };
        model = Trainer.Fit(model, new DerivativeLoss(flow, scale), options).Model;
        DerivativeTrainingResult result = Trainer.Fit(model, new DerivativeLoss(cosine), options);
        output.WriteLine($"one oscillator: cosine below 1e-12: {Math.Sqrt(result.TermLosses[0]) < 1e-12}");
        return (result.Model, Math.Sqrt(result.TermLosses[0]));
    }

    /// <summary>One of the quantities that two equal oscillators conserve; which one depends on the seed. A penalty makes it simple.</summary>
    public static (KanModel Model, double Cosine) TwoOscillators(ulong seed, TextWriter output)
    {
        Matrix state = RandomStates(1000, 4, 1);
        ModelInfo info = ModelInfo.Default(4, 1) with { InputNames = ["x1", "p1", "x2", "p2"], OutputNames = ["f"] };
        KanModel model = KanModel.Create(KanSpec.Parse("4,[0,2],1") with { BaseFunction = Layers.BaseFunction.Identity }, seed, info);
        LossTerm cosine = LossTerm.Residual("cosine", state,
            "(f_x1*p1 - f_p1*x1 + f_x2*p2 - f_p2*x2)/sqrt((f_x1^2 + f_p1^2 + f_x2^2 + f_p2^2)*(x1^2 + p1^2 + x2^2 + p2^2))");
        var sparse = new TrainingOptions { Steps = 50, Regularization = new Regularization { Lambda = 0.01, LambdaCoefficients = 1 }, GridSchedule = GridSchedule.None };
        DerivativeTrainingResult result = Trainer.Fit(model, new DerivativeLoss(cosine), sparse);
        output.WriteLine($"two, seed {seed}: cosine below 0.039: {Math.Sqrt(result.TermLosses[0]) < 0.039}");
        return (result.Model, Math.Sqrt(result.TermLosses[0]));
    }

    private static Matrix RandomStates(int rows, int columns, ulong seed)
    {
        var random = new SeededRandom(seed);
        var states = new Matrix(rows, columns);
        foreach (ref double value in states.Values)
            value = random.NextDouble(-1, 1);
        return states;
    }
}
