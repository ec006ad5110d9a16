using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.Training.Optimizers;

public class LevenbergMarquardtTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(50)]
    public void Reaches_the_minimum_of_Rosenbrocks_function_exactly(int count)
    {
        int half = count - 1;
        var objective = new TestLeastSquares(count, 2 * half, (x, r, j) =>
        {
            j.Clear();
            for (int i = 0; i < half; i++)
            {
                r[i] = 10 * (x[i + 1] - x[i] * x[i]);
                r[half + i] = 1 - x[i];
                j[i * 2 * half + i] = -20 * x[i];
                j[(i + 1) * 2 * half + i] = 10;
                j[i * 2 * half + half + i] = -1;
            }
        });
        double[] x = [.. Enumerable.Repeat(-0.5, count)];
        OptimizerStep last = Run(objective, x, 200);

        Assert.True(last.Value < 1e-28, $"{last}");
        Assert.All(x, value => Assert.Equal(1, value, 1e-13));
    }

    [Fact]
    public void Fits_two_exponentials_to_machine_precision()
    {
        TestLeastSquares objective = TwoExponentials(60);
        double[] x = [1, 1, 1, 0];
        OptimizerStep last = Run(objective, x, 100);

        Assert.NotEqual(OptimizerReason.Progress, last.Reason);
        Assert.True(Math.Sqrt(last.Value / 60) < 1e-15, $"{last}");
        double[] expected = [2, 1.3, 0.5, 0.2];
        for (int i = 0; i < 4; i++)
            Assert.Equal(expected[i], x[i], 1e-12);
    }

    /// <summary>Meyer's problem: parameters of 6e-3, 6e3 and 3e2. Minimum from Moré, Garbow and Hillstrom (1981), problem 10.</summary>
    [Fact]
    public void Solves_Meyers_badly_scaled_problem()
    {
        double[] y =
            [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872];
        var objective = new TestLeastSquares(3, 16, (x, r, j) =>
        {
            for (int i = 0; i < 16; i++)
            {
                double shifted = 50 + 5 * i + x[2], e = Math.Exp(x[1] / shifted);
                r[i] = x[0] * e - y[i];
                j[i] = e;
                j[16 + i] = x[0] * e / shifted;
                j[32 + i] = -x[0] * e * x[1] / (shifted * shifted);
            }
        });
        double[] x = [0.02, 4000, 250];
        OptimizerStep last = Run(objective, x, 300);

        Assert.Equal(OptimizerReason.NoFurtherChange, last.Reason);
        Assert.Equal(87.9458, last.Value, 1e-4);
    }

    /// <summary>Kowalik and Osborne's problem: the residual at the minimum is not zero. Moré, Garbow and Hillstrom, problem 15.</summary>
    [Fact]
    public void Solves_Kowalik_and_Osbornes_problem()
    {
        double[] y = [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
        double[] u = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
        var objective = new TestLeastSquares(4, 11, (x, r, j) =>
        {
            for (int i = 0; i < 11; i++)
            {
                double top = u[i] * u[i] + u[i] * x[1], bottom = u[i] * u[i] + u[i] * x[2] + x[3];
                r[i] = x[0] * top / bottom - y[i];
                j[i] = top / bottom;
                j[11 + i] = x[0] * u[i] / bottom;
                j[22 + i] = -x[0] * top * u[i] / (bottom * bottom);
                j[33 + i] = -x[0] * top / (bottom * bottom);
            }
        });
        double[] x = [0.25, 0.39, 0.415, 0.39];
        OptimizerStep last = Run(objective, x, 200);

        Assert.Equal(OptimizerReason.NoFurtherChange, last.Reason);
        Assert.Equal(3.07505e-4, last.Value, 1e-9);
        Assert.Equal(0.192807, x[0], 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e6)]
    [InlineData(1e-6)]
    public void Fits_an_affine_sine_whatever_the_scale_of_its_argument(double scale)
    {
        var objective = new TestLeastSquares(4, 80, (x, r, j) =>
        {
            for (int i = 0; i < 80; i++)
            {
                double t = -1 + i / 39.5, s = scale * t, sine = Math.Sin(x[0] * s + x[1]), cosine = Math.Cos(x[0] * s + x[1]);
                r[i] = x[2] * sine + x[3] - (1.7 * Math.Sin(Math.PI * t + 0.3) + 0.2);
                j[i] = x[2] * s * cosine;
                j[80 + i] = x[2] * cosine;
                j[160 + i] = sine;
                j[240 + i] = 1;
            }
        });
        double[] x = [2.2 / scale, 0, 1, 0];
        OptimizerStep last = Run(objective, x, 100);

        Assert.True(Math.Sqrt(last.Value / 80) < 1e-15, $"{last}");
        Assert.Equal(Math.PI, x[0] * scale, 1e-13);
    }

    [Fact]
    public void Converges_where_parameters_are_redundant_or_without_effect()
    {
        // (a + b) exp(-c d t): only the sum and the product are determined; e does nothing at all.
        var objective = new TestLeastSquares(5, 40, (x, r, j) =>
        {
            j.Clear();
            for (int i = 0; i < 40; i++)
            {
                double t = 0.1 * i, e = Math.Exp(-x[2] * x[3] * t), amplitude = x[0] + x[1];
                r[i] = amplitude * e - 3 * Math.Exp(-0.7 * t);
                j[i] = j[40 + i] = e;
                j[80 + i] = -amplitude * x[3] * t * e;
                j[120 + i] = -amplitude * x[2] * t * e;
            }
        });
        double[] x = [1, -0.5, 1, 2, 17];
        OptimizerStep last = Run(objective, x, 100);

        Assert.True(Math.Sqrt(last.Value / 40) < 1e-15, $"{last}");
        Assert.Equal(3, x[0] + x[1], 1e-13);
        Assert.Equal(0.7, x[2] * x[3], 1e-13);
        Assert.Equal(17, x[4]);
    }

    [Fact]
    public void Backs_off_from_where_the_residuals_are_not_finite()
    {
        // log x at x <= 0 is NaN or infinite; the full Gauss-Newton step from 9 goes to 9 - 9 (log 9 + 1), far below.
        var objective = new TestLeastSquares(1, 1, (x, r, j) =>
        {
            r[0] = Math.Log(x[0]) + 1;
            j[0] = 1 / x[0];
        });
        double[] x = [9];
        Assert.Equal(OptimizerReason.Progress, new LevenbergMarquardt(new(), 1).Step(objective, x).Reason);
        OptimizerStep last = Run(objective, x, 100);

        Assert.True(last.Value < 1e-30, $"{last}");
        Assert.Equal(Math.Exp(-1), x[0], 1e-15);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_start_that_is_not_finite_is_reported_and_left_alone(double residual, double derivative)
    {
        var objective = new TestLeastSquares(2, 2, (_, r, j) =>
        {
            r[0] = residual;
            r[1] = 1;
            j.Fill(1);
            j[0] = derivative;
        });
        double[] x = [1, 2];
        OptimizerStep step = new LevenbergMarquardt(new(), 2).Step(objective, x);

        Assert.Equal(OptimizerReason.NotFinite, step.Reason);
        Assert.Equal(1, step.Evaluations);
        Assert.Equal([1, 2], x);
    }

    [Fact]
    public void A_start_that_is_the_only_finite_point_is_kept()
    {
        var objective = new TestLeastSquares(1, 1, (x, r, j) =>
        {
            r[0] = x[0] == 0 ? 1 : double.NaN;
            j[0] = 1;
        });
        double[] x = [0];
        OptimizerStep step = new LevenbergMarquardt(new(), 1).Step(objective, x);

        Assert.Equal(OptimizerReason.NotFinite, step.Reason);
        Assert.Equal(1, step.Value);
        Assert.Equal([0], x);
    }

    [Fact]
    public void A_stationary_start_is_recognised()
    {
        var objective = new TestLeastSquares(1, 1, (x, r, j) =>
        {
            r[0] = x[0] * x[0] + 1;
            j[0] = 2 * x[0];
        });
        OptimizerStep step = new LevenbergMarquardt(new(), 1).Step(objective, new double[1]);

        Assert.Equal(new OptimizerStep(1, 1, 0, OptimizerReason.GradientZero), step);
    }

    [Fact]
    public void Every_step_lowers_the_value_and_reports_that_of_the_parameters()
    {
        TestLeastSquares objective = TwoExponentials(40);
        double[] x = [1, 3, -1, 0.1];
        var optimizer = new LevenbergMarquardt(new(), 4);
        double previous = objective.Evaluate(x);
        OptimizerStep step;
        while ((step = optimizer.Step(objective, x)).Reason == OptimizerReason.Progress)
        {
            Assert.True(step.Value < previous);
            Assert.Equal(step.Value, objective.Evaluate(x));
            previous = step.Value;
        }
        Assert.Equal(OptimizerReason.NoFurtherChange, step.Reason);
    }

    [Fact]
    public void A_run_goes_on_from_its_state_as_if_it_had_not_stopped()
    {
        TestLeastSquares objective = TwoExponentials(40);
        double[] x = [1, 3, -1, 0.1], y = [.. x];
        var straight = new LevenbergMarquardt(new(), 4);
        var state = new LevenbergMarquardtState();
        for (int i = 0; i < 12; i++)
        {
            straight.Step(objective, x);
            new LevenbergMarquardt(state, 4).Step(objective, y);
            Assert.Equal(x, y);
        }
    }

    [Fact]
    public void A_linear_parameter_that_no_residual_depends_on_stops_nothing_and_stays()
    {
        const int count = 40;
        var inner = new TestLeastSquares(3, count, (x, r, j) =>
        {
            for (int i = 0; i < count; i++)
            {
                double t = 2.0 * i / (count - 1), decay = Math.Exp(-x[0] * t);
                r[i] = x[1] * decay - 3 * Math.Exp(-0.7 * t);
                (j[i], j[count + i], j[2 * count + i]) = (-x[1] * t * decay, decay, 0);
            }
        });
        double[] x = [0.2, 1, 5];
        var optimizer = new LevenbergMarquardt(new(), 3, separateBelow: double.PositiveInfinity);
        for (int i = 0; i < 20 && optimizer.Step(new TestSeparable(inner, firstLinear: 1), x).Reason == OptimizerReason.Progress; i++)
        {
        }
        Assert.Equal(0.7, x[0], 1e-10);
        Assert.Equal(3, x[1], 1e-10);
        Assert.Equal(5, x[2]);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        TestLeastSquares objective = TwoExponentials(40);
        double[] x = [1, 3, -1, 0.1];
        var optimizer = new LevenbergMarquardt(new(), 4);
        optimizer.Step(objective, x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            optimizer.Step(objective, x);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static TestLeastSquares TwoExponentials(int count) => new(4, count, (x, r, j) =>
    {
        for (int i = 0; i < count; i++)
        {
            double t = 4.0 * i / (count - 1), first = Math.Exp(-x[1] * t), second = Math.Exp(-x[3] * t);
            r[i] = x[0] * first + x[2] * second - (2 * Math.Exp(-1.3 * t) + 0.5 * Math.Exp(-0.2 * t));
            j[i] = first;
            j[count + i] = -x[0] * t * first;
            j[2 * count + i] = second;
            j[3 * count + i] = -x[2] * t * second;
        }
    });

    private static OptimizerStep Run(TestLeastSquares objective, double[] x, int steps)
    {
        var optimizer = new LevenbergMarquardt(new LevenbergMarquardtState(), x.Length);
        OptimizerStep last = default;
        for (int i = 0; i < steps; i++)
        {
            last = optimizer.Step(objective, x);
            if (last.Reason != OptimizerReason.Progress)
                break;
        }
        return last;
    }
}
