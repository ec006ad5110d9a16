using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.Training.Optimizers;

public class AdamTests
{
    /// <summary>
    /// Values and parameters from torch.optim.Adam(lr=0.01) and AdamW(lr=0.05, weight_decay=0.1), PyTorch 1.13 in float64, on Rosenbrock's
    /// function from (-1.2, 1, 0.5): steps 1, 2, 3, 10 and 50.
    /// </summary>
    public static TheoryData<double, double, int[], double[], double[][]> Recordings => new()
    {
        {
            0.01, 0, [1, 2, 3, 10, 50],
            [49.199999999999996, 45.05172200028023, 41.16333753048349, 20.89922714265237, 3.8558171791849047],
            [
                [-1.1900000000004638, 0.9900000000008928, 0.509999999999],
                [-1.1800123220819878, 0.9800406075658208, 0.5199791930778819],
                [-1.1700454296870875, 0.9701540492612526, 0.5299219978950437],
                [-1.1016064297933919, 0.9065277945326742, 0.5969355857980222],
                [-0.9000166242678317, 0.853219755864733, 0.7473671482915615],
            ]
        },
        {
            0.05, 0.1, [1, 2, 3, 10, 50],
            [49.199999999999996, 29.768901333099304, 17.111055911828135, 7.750296841795419, 3.397488299303306],
            [
                [-1.1440000000023192, 0.9450000000044643, 0.547499999995],
                [-1.0889145492296766, 0.8934422485541618, 0.5934797240904314],
                [-1.0352614044022208, 0.8493554449558839, 0.6364022905170286],
                [-0.7664346721986267, 0.7944609363660725, 0.7483326351948831],
                [-0.7432791583291706, 0.585562144963826, 0.36032422657469243],
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Takes_the_same_steps_as_PyTorch(
        double learningRate, double weightDecay, int[] steps, double[] values, double[][] parameters)
    {
        TestObjective objective = TestObjective.Rosenbrock(3);
        var optimizer = new Adam(new AdamState(3), learningRate, weightDecay);
        double[] x = [-1.2, 1, 0.5];
        for (int step = 1; step <= steps[^1]; step++)
        {
            OptimizerStep result = optimizer.Step(objective, x);
            int row = Array.IndexOf(steps, step);
            if (row < 0)
                continue;
            Assert.Equal(values[row], result.Value, 1e-11 * values[row]);
            for (int i = 0; i < 3; i++)
                Assert.Equal(parameters[row][i], x[i], 1e-12);
        }
    }

    [Fact]
    public void The_first_two_steps_are_those_of_the_paper()
    {
        // f = x² from 3: g = 6; m = 0.6, v = 0.036; both corrections give back 6 and 36, so x falls by the learning rate.
        var objective = new TestObjective(1, (x, g) =>
        {
            g[0] = 2 * x[0];
            return x[0] * x[0];
        });
        var optimizer = new Adam(new AdamState(1), 0.1);
        double[] x = [3];

        Assert.Equal(new OptimizerStep(9, 1, 6, OptimizerReason.Progress), optimizer.Step(objective, x));
        Assert.Equal(3 - 0.1 * 6 / (6 + 1e-8), x[0], 1e-15);

        // g = 5.8: m = 0.54 + 0.58 over 1 - 0.81, v = 0.035964 + 0.03364 over 1 - 0.998001.
        optimizer.Step(objective, x);
        Assert.Equal(2.9 - 0.1 * (1.12 / 0.19) / Math.Sqrt(0.069604 / 0.001999), x[0], 1e-9);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void What_is_not_finite_changes_neither_parameters_nor_state(double value, double gradient)
    {
        var objective = new TestObjective(2, (_, g) =>
        {
            g.Fill(gradient);
            return value;
        });
        var state = new AdamState(2);
        double[] x = [1, 2];

        Assert.Equal(OptimizerReason.NotFinite, new Adam(state, 0.1, 0.5).Step(objective, x).Reason);
        Assert.Equal([1, 2], x);
        Assert.Equal(0, state.StepCount);
        Assert.Equal([0, 0], state.Mean);
    }

    [Fact]
    public void A_run_goes_on_from_its_state_and_a_reset_one_starts_anew()
    {
        TestObjective objective = TestObjective.Rosenbrock(5);
        double[] x = [-1.2, 1, 0.5, 2, 0], start = [.. x], y = [.. x];
        var straight = new Adam(new AdamState(5), 0.01);
        var state = new AdamState(5);
        for (int i = 0; i < 10; i++)
        {
            straight.Step(objective, x);
            new Adam(state, 0.01).Step(objective, y);
        }
        Assert.Equal(x, y);

        state.Reset();
        double[] again = [.. start];
        for (int i = 0; i < 10; i++)
            new Adam(state, 0.01).Step(objective, again);
        Assert.Equal(x, again);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        TestObjective objective = TestObjective.Rosenbrock(5);
        var optimizer = new Adam(new AdamState(5), 0.01);
        double[] x = [-1.2, 1, 0.5, 2, 0];
        optimizer.Step(objective, x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            optimizer.Step(objective, x);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
