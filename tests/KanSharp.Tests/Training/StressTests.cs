using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

/// <summary>Short trainings of every kind of net on data of every size: whatever happens, the model is finite and no worse than a constant, and nothing but the library's own errors comes out.</summary>
public class StressTests
{
    private const int RunsPerPart = 250;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Random_trainings_end_finite_and_without_foreign_exceptions(int part)
    {
        List<string> failures = [];
        for (int run = 0; run < RunsPerPart; run++)
        {
            var random = new SeededRandom((ulong)(1000 * part + run));
            string what = "";
            try
            {
                if (Run(random, out what) is string failure)
                    failures.Add($"run {run}: {failure} ({what})");
            }
            catch (KanSharpException)
            {
                // A combination that is refused in words.
            }
            catch (Exception failure)
            {
                failures.Add($"run {run}: {failure.GetType().Name}: {failure.Message} ({what})");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of {RunsPerPart}\n{string.Join("\n", failures.Take(20))}");
    }

    private static string? Run(SeededRandom random, out string what)
    {
        int inputs = 1 + random.NextInt(3), hidden = random.NextInt(4), rows = 10 + random.NextInt(30);
        string shape = hidden switch { 0 => $"{inputs},1", 1 => $"{inputs},2,1", 2 => $"{inputs},[1,1],1", _ => $"{inputs},2,2,1" };
        var options = new TrainingOptions
        {
            Optimizer = (Optimizer)random.NextInt(3),
            Steps = 1 + random.NextInt(4),
            Loss = random.NextInt(4) == 0 ? Loss.Huber : Loss.MeanSquaredError,
            GridSchedule = new GridSchedule { Updates = random.NextInt(3), LastStep = 3, Guarded = random.NextInt(2) == 0 },
            Threads = 1,
        };
        if (options.Optimizer != Optimizer.LevenbergMarquardt)
            options = options with { LearningRate = Math.Pow(10, random.NextDouble(-4, 2)), Regularization = new Regularization { Lambda = random.NextInt(2) * 0.01 } };
        Matrix x = Data(random, rows, inputs), y = Data(random, rows, 1);
        var spec = KanSpec.Parse(shape) with { GridIntervals = [1 + random.NextInt(8)], SplineOrders = [random.NextInt(5)], RangePolicy = (RangePolicy)random.NextInt(3) };
        what = $"{shape}, grid {spec.GridIntervals[0]}, order {spec.SplineOrders[0]}, {options.Optimizer}, rate {options.LearningRate}, {options.Loss}, {spec.RangePolicy}, guarded {options.GridSchedule.Guarded}, lambda {options.Regularization.Lambda}";
        ModelInfo info = ModelInfo.Default(inputs, 1) with { InputScaling = Scaling.FromRange(x), OutputScaling = Scaling.FromMoments(y) };
        KanModel start = KanModel.Create(spec, (ulong)rows, info);
        TrainingResult result = Trainer.Fit(start, new Dataset(x, y), options);
        if (result.Model.Parameters.ToArray().Any(value => !double.IsFinite(value)))
            return "a parameter is not finite";
        if (result.Model.Predict(x).Values.Values.ToArray().Any(value => !double.IsFinite(value)))
            return "a prediction is not finite";
        double[] target = info.OutputScaling.Apply(y).Column(0).ToArray();
        double constant = target.Average(value => Math.Pow(value - target.Average(), 2));
        if (options.Loss == Loss.MeanSquaredError && !(result.Report.TrainLoss <= constant * (1 + 1e-9) + 1e-30))
            return $"the loss {result.Report.TrainLoss} is above that of a constant, {constant}";
        return null;
    }

    /// <summary>Values from 1e-100 to 1e100, offsets far from zero, columns of 0 and 1, outliers, constants, repeated values.</summary>
    private static Matrix Data(SeededRandom random, int rows, int columns)
    {
        var data = new Matrix(rows, columns);
        for (int j = 0; j < columns; j++)
        {
            int kind = random.NextInt(6);
            double scale = Math.Pow(10, kind == 0 ? random.NextDouble(-100, 100) : random.NextDouble(-3, 3)), offset = kind == 1 ? 1.7e9 : 0;
            foreach (ref double value in data.Column(j))
            {
                value = kind switch
                {
                    2 => random.NextInt(2),
                    3 => scale,
                    4 => scale * random.NextInt(3),
                    _ => offset + scale * random.NextGaussian(),
                };
            }
            if (kind == 5)
                data[random.NextInt(rows), j] = 1e6 * scale;
        }
        return data;
    }
}
