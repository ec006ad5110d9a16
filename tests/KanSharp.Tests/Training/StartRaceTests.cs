using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class StartRaceTests
{
    [Fact]
    public void Starts_in_reserve_wait_for_a_best_that_is_nearly_exact()
    {
        // A square is exact at once; exp is a spline's to a few digits; a cube with a little noise is nearly exact, and stays so.
        Assert.Equal([0], StartsOf((x, _) => x * x, new KanSpec(1, 1)));
        Assert.Equal([0, 1], StartsOf((x, _) => Math.Exp(3 * x), new KanSpec(1, 1)));
        Assert.Equal([0, 1, 2, 3], StartsOf((x, noise) => x * x * x + 1e-9 * noise, new KanSpec(1, 1)));

        static int[] StartsOf(Func<double, double, double> function, KanSpec spec)
        {
            Dataset data = Sample(1, (x, noise) => function(x[0], noise), 1);
            var seen = new List<int>();
            var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 200 };
            _ = StartRace.Run(Starts(spec, data, 1, 4), data, options, progress: new Heard(seen), reserve: 2);
            return [.. seen.Distinct()];
        }
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(5, -7)]
    [InlineData(0.3, -2)]
    public void A_product_far_from_its_zeros_is_exact(double first, double second)
    {
        var errors = new List<double>();
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Dataset data = Sample(2, (x, _) => (x[0] + first) * (x[1] + second), seed);
            ImmutableArray<KanModel> starts = Starts(new KanSpec(2, 2, 1) { GridIntervals = [5] }, data, seed, 8);
            var options = new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 300 };
            TrainingResult result = StartRace.Run(starts, data, options, reserve: 5).Result;
            errors.Add(Math.Sqrt(result.Report.TrainLoss));
        }
        Assert.True(errors.All(error => error < 1e-11) && errors.Count(error => error < 1e-12) >= 4, string.Join("  ", errors));
    }

    [Fact]
    public void An_exact_fit_is_kept_whatever_rows_beyond_the_range_say()
    {
        Dataset training = Sample(1, (x, _) => x[0] * x[0] * x[0], 1);
        Matrix far = new(1, 1), target = new(1, 1);
        (far[0, 0], target[0, 0]) = (3, 0.1);
        TrainingResult result = Trainer.Fit(Starts(new KanSpec(1, 1), training, 1, 1)[0], training, new TrainingOptions { Optimizer = Optimizer.LevenbergMarquardt, Steps = 60 }, new Dataset(far, target));
        Assert.True(result.Report.TrainLoss < 1e-28, $"{result.Report.TrainLoss}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_race_of_reserves_alone_is_refused(int reserve)
    {
        Dataset data = Sample(1, (x, _) => x[0], 1);
        Assert.Contains($"{reserve} of 2", Assert.Throws<KanSharpException>(() => StartRace.Run(Starts(new KanSpec(1, 1), data, 1, 2), data, new TrainingOptions(), reserve: reserve)).Message);
    }

    private static ImmutableArray<KanModel> Starts(KanSpec spec, Dataset data, ulong seed, int count)
    {
        ModelInfo units = ModelInfo.Default(data.Inputs.Columns, 1) with { InputScaling = Scaling.FromRange(data.Inputs), OutputScaling = Scaling.FromMoments(data.Targets) };
        return [.. Enumerable.Range(0, count).Select(start => KanModel.Create(spec, seed + (ulong)start, units))];
    }

    private static Dataset Sample(int inputs, Func<double[], double, double> function, ulong seed)
    {
        var random = new SeededRandom(seed);
        Matrix values = new(800, inputs), targets = new(800, 1);
        foreach (ref double value in values.Values)
            value = random.NextDouble(-1, 1);
        for (int row = 0; row < values.Rows; row++)
            targets[row, 0] = function([.. Enumerable.Range(0, inputs).Select(i => values[row, i])], random.NextDouble(-1, 1));
        return new Dataset(values, targets);
    }

    private sealed class Heard(List<int> starts) : IProgress<StartProgress>
    {
        public void Report(StartProgress value) => starts.Add(value.Start);
    }
}
