using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// A Lagrangian from accelerations: a relativistic mass under a constant force. The network is L(q, v); the equation of Euler and Lagrange says which
/// acceleration belongs to it. Prints
/// <code>
/// mean squared error of the acceleration below 1e-5: True
/// </code>
/// </summary>
public static class Lagrangian
{
    /// <summary>Learns L from positions, velocities and accelerations; returns it with the mean squared error of the acceleration.</summary>
    public static (KanModel Model, double MeanSquaredError) Run(ulong seed, TextWriter output)
    {
        var random = new SeededRandom(seed);
        var motion = new Matrix(10_000, 2);
        double[] acceleration = new double[motion.Rows];
        for (int row = 0; row < motion.Rows; row++)
        {
            motion[row, 0] = random.NextDouble(-2, 2);
            motion[row, 1] = random.NextDouble(-1, 1);
            acceleration[row] = Math.Pow(1 - motion[row, 1] * motion[row, 1], 1.5);
        }
        ModelInfo info = ModelInfo.Default(2, 1) with { InputNames = ["q", "v"], OutputNames = ["L"], InputScaling = new Scaling([0, 0], [2, 1]) };
        KanModel model = KanModel.Create(new KanSpec(2, 1) { GridIntervals = [20], SplineOrders = [5] }, seed, info);
        var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 30, GridSchedule = GridSchedule.None };

        // A start with the right sign of mass and force: L = v^2 + q.
        model = Trainer.Fit(model, new DerivativeLoss(LossTerm.Residual("start", motion, "L - v^2 - q")), options with { Steps = 3 }).Model;
        LossTerm term = LossTerm.Residual("motion", motion, "(L_q - v*L_qv)/L_vv - a", columns: new Dictionary<string, double[]> { ["a"] = acceleration });
        DerivativeTrainingResult result = Trainer.Fit(model, new DerivativeLoss(term), options);
        output.WriteLine($"mean squared error of the acceleration below 1e-5: {result.TermLosses[0] < 1e-5}");
        return (result.Model, result.TermLosses[0]);
    }
}
