using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.Training.Optimizers;

public class LbfgsTests
{
    /// <summary>
    /// The value at every evaluation, step by step, recorded by running LBFGS.py of pykan 0.2.8 on PyTorch 1.13 in float64 with
    /// history_size=10, line_search_fn="strong_wolfe" and all tolerances 1e-32. They pin down every trial step length.
    /// They show extrapolation, interpolation and guesses moved off the edges of the bracket.
    /// </summary>
    public static TheoryData<string, double, double[], double[][]> Recordings => new()
    {
        {
            "Rosenbrock", 1, [-1.2, 1.0],
            [
                [
                    24.199999999999996, 112.44805608969924, 4.146927102567213, 4.125586713674038, 4.121126775765638,
                    4.111816451757751, 4.084955376327375, 4.02228214897995, 3.9091442795206377, 3.758911717937623,
                    3.423165462292753, 2.859759140731463, 2.456257721580502, 1.820363869536455, 18.402773105320595,
                    1.7182388068581445, 1.6576993608388542, 1.496744526679545, 1.135097446516729, 0.920017579685709,
                    0.6550058611893452, 132.83438094449, 1.632724627857948, 0.4647668750070876, 0.4240721568565254,
                ],
                [
                    0.4240721568565254, 0.24206287520480987, 0.22726850614262578, 0.2075351537471241, 0.11264059591157961,
                    0.0939794868309945, 0.046518973933993235, 0.03832066336478631, 0.024998751493187102, 0.02735528966089127,
                    0.014822094319983705, 0.007589367977068576, 0.0023739865145310903, 0.0009258792741980968,
                    0.0005752278144631567, 4.4169766928522354e-05, 8.819480664922818e-06, 1.6495213322397532e-07,
                    1.727051298706198e-08, 4.5007091440361657e-13, 6.815915208495974e-17, 1.3498717421607891e-20,
                    2.095029674992346e-25, 7.346267179870672e-30,
                ],
            ]
        },
        {
            "Rosenbrock", 1, [-1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0],
            [
                [
                    2057.0000000000005, 1448.5672917101977, 434.54048010944666, 194.87269373775214, 71.78677033980016,
                    21.54755464739506, 13.832283223068849, 9.846131371630849, 9.593499446496589, 9.570078689574387,
                    9.567557512119947, 9.565736528537496, 9.56308283993348, 9.551041119847316, 9.545338553128603,
                    9.520981287855196, 9.508371396028783, 9.502470419477254, 9.408340675852832, 9.163215828864697,
                    9.051389303013163, 11.858897673771736, 8.923060705362934, 8.7110989588891,
                ],
                [
                    8.7110989588891, 8.787233658860377, 8.515386947933461, 7.939152225512438, 7.579492629188256,
                    34.60031842644142, 7.508440496864607, 7.3850687636725505, 7.108434287562161, 6.917748603215996,
                    6.593300918869108, 6.376416483021947, 6.0718309102410615, 12.016529001382995, 5.799473114707636,
                    5.386227052173865, 5.070434823127057, 5.284473139847267, 4.928171398570826, 4.611517957554019,
                    4.462376053809604, 4.231701186958315, 4.291539634981397, 3.97641521193228, 3.7474303354184,
                ],
            ]
        },
        {
            "IllConditionedQuartic", 1, [0.0, 0.5, -1.0, 2.0, 3.0],
            [
                [
                    485.64125, 213.55345268185627, 58.790224503218305, 49.118124268647406, 10.977392798574881,
                    4.36183819584498, 1.9635684196517698, 0.6089521094255902, 0.22950287671395897, 0.17017209501464858,
                    0.0762007215603975, 0.022151457593325583, 0.00719906740607331, 0.0030444794776037804,
                    0.0128618891788606, 0.0020625682160944235, 0.0020400160978222776, 0.002023746017772815,
                    0.001992742002028186, 0.0019160979392566588, 0.0017364935548255258, 0.0013633304192805726,
                ],
                [
                    0.0013633304192805726, 0.0007570118104964791, 0.02807983766086039, 0.000737018617904915,
                    0.0001267341203905568, 8.021984126103551e-06, 1.129988317735523e-06, 4.62999249941555e-07,
                    2.714047904321667e-06, 3.052423088019249e-07, 1.1047924181932755e-07, 9.305003893664113e-08,
                    6.563885394929083e-08, 3.201016636026561e-08, 6.084052315277004e-09, 4.1971784222626337e-10,
                    2.0284223333484596e-11, 8.47255015131246e-12, 4.337139815012199e-12, 4.245089686877779e-13,
                    5.685915510535747e-13, 2.7874000749697607e-13, 2.9222615975238213e-12, 3.071077419902928e-14,
                    1.7071011046558402e-15,
                ],
            ]
        },
        {
            "Wave", 0.1, [4.0, -3.5, 2.8],
            [
                [
                    7.002221750059516, 6.779900808272783, 5.248009141406903, 4.858594886332019, 4.000345194240852,
                    3.9002486494069424, 3.5122278278839456, 3.4161637181121365, 2.8162583695426564, 2.7757528155192444,
                    2.7543025970480035, 2.737499134351082, 2.7240262798483386, 2.7131817121896673, 2.70443788674185,
                    2.697380555025891, 2.6916798149815437, 2.6870720362473812, 2.6833458386858515, 2.6803313913978295,
                    2.677891999049, 2.675917489316591, 2.6743189691045792, 2.673024652925139, 2.671976530853537,
                ],
            ]
        },
        {
            "Rosenbrock", 50, [-1.2, 1.0],
            [
                [
                    24.199999999999996, 134908033.5738645, 1625998.7165232347, 15993.391540876528, 1.108209468122341,
                    589040325.3031056, 7151809.627124826, 75529.80229973404, 94.50661490404553, 0.18712555022187613,
                    1.279516907748314, 0.18598579259894743, 0.14655647030710167, 25002950.664629836, 308690.69584325136,
                    3811.4841860644365, 46.919412576400745, 0.6025506505638196, 0.10555970067549987, 0.9490663267360931,
                    0.15231685817557386, 0.0762328448992714, 1711174.8110308158, 21096.017182329117, 256.9523658051474,
                    2.778876932466491, 0.024415169331458125,
                ],
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Tries_the_same_points_as_pykan(string function, double learningRate, double[] start, double[][] expected)
    {
        TestObjective objective = Objective(function, start.Length);
        var optimizer = new Lbfgs(new LbfgsState(start.Length), learningRate);
        double[] x = [.. start];
        foreach (double[] step in expected)
        {
            objective.Values.Clear();
            OptimizerStep result = optimizer.Step(objective, x);

            Assert.Equal(step.Length, objective.Values.Count);
            Assert.Equal(step.Length, result.Evaluations);
            for (int i = 0; i < step.Length; i++)
            {
                // Rounding alone parts two runs along the way: to about 1e-7 by the end of these, with 1e-15 at the beginning.
                double tolerance = step == expected[0] && i < 5 ? 1e-13 : 1e-6;
                Assert.True(
                    Math.Abs(objective.Values[i] - step[i]) <= tolerance * step[i],
                    $"evaluation {i}: {objective.Values[i]:R}, recorded {step[i]:R}");
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(50)]
    public void Reaches_the_minimum_of_Rosenbrocks_function_to_rounding(int count)
    {
        double[] x = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? -1.2 : 1)];
        x[0] = -0.5;
        OptimizerStep last = Run(TestObjective.Rosenbrock(count), x, 60);

        Assert.True(last.Value < 1e-25, $"{last}");
        Assert.All(x, value => Assert.Equal(1, value, 1e-10));
    }

    [Fact]
    public void Reaches_the_minimum_of_an_ill_conditioned_quadratic()
    {
        const int count = 30;
        var objective = new TestObjective(count, (x, g) =>
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double curvature = Math.Pow(10, 6.0 * i / (x.Length - 1));
                sum += 0.5 * curvature * x[i] * x[i];
                g[i] = curvature * x[i];
            }
            return sum;
        });
        double[] x = [.. Enumerable.Repeat(1.0, count)];
        OptimizerStep last = Run(objective, x, 600);

        Assert.True(last.Value < 1e-20, $"{last}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Backs_off_from_where_the_objective_is_not_finite(double learningRate)
    {
        // -sum log x + sum i x has its minimum at x_i = 1/i, beside the region x <= 0 where the logarithm is NaN.
        var objective = new TestObjective(6, (x, g) =>
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += (i + 1) * x[i] - Math.Log(x[i]);
                g[i] = i + 1 - 1 / x[i];
            }
            return sum;
        });
        double[] x = [1e-3, 50, 1e-5, 7, 0.2, 900];
        OptimizerStep last = Run(objective, x, 100, learningRate);

        Assert.Contains(objective.Values, double.IsNaN);
        Assert.NotEqual(OptimizerReason.NotFinite, last.Reason);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(1.0 / (i + 1), x[i], 1e-7);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.NegativeInfinity)]
    public void A_start_that_is_not_finite_is_reported_and_left_alone(double value, double gradient)
    {
        var objective = new TestObjective(3, (_, g) =>
        {
            g.Fill(1);
            g[2] = gradient;
            return value;
        });
        double[] x = [1, 2, 3];
        OptimizerStep step = new Lbfgs(new LbfgsState(3)).Step(objective, x);

        Assert.Equal(OptimizerReason.NotFinite, step.Reason);
        Assert.Equal(1, step.Evaluations);
        Assert.Equal([1, 2, 3], x);
    }

    [Fact]
    public void A_start_that_is_the_only_finite_point_is_kept()
    {
        double[] start = [0.25, -3];
        var objective = new TestObjective(2, (x, g) =>
        {
            g.Fill(1);
            return x.SequenceEqual(start) ? 7 : double.NaN;
        });
        double[] x = [.. start];
        OptimizerStep step = new Lbfgs(new LbfgsState(2)).Step(objective, x);

        Assert.Equal(OptimizerReason.NotFinite, step.Reason);
        Assert.Equal(7, step.Value);
        Assert.Equal(start, x);
    }

    [Fact]
    public void A_stationary_start_is_recognised()
    {
        double[] x = [1, 1, 1];
        OptimizerStep step = new Lbfgs(new LbfgsState(3)).Step(TestObjective.Rosenbrock(3), x);

        Assert.Equal(new OptimizerStep(0, 1, 0, OptimizerReason.GradientZero), step);
    }

    [Fact]
    public void A_gradient_that_points_uphill_ends_the_search_where_it_began()
    {
        var objective = new TestObjective(1, (x, g) =>
        {
            g[0] = -2 * x[0];
            return x[0] * x[0];
        });
        double[] x = [3];
        OptimizerStep step = new Lbfgs(new LbfgsState(1)).Step(objective, x);

        Assert.Equal(OptimizerReason.NoFurtherChange, step.Reason);
        Assert.Equal(9, step.Value);
        Assert.Equal([3], x);
    }

    [Fact]
    public void No_step_ends_higher_than_it_began_and_the_value_reported_is_that_of_the_parameters()
    {
        TestObjective objective = TestObjective.Wave(8);
        double[] x = [4, -3.5, 2.8, 1e-3, 0.4, 30, -17, 2];
        double[] scratch = new double[8];
        var optimizer = new Lbfgs(new LbfgsState(8), 3);
        double previous = objective.Evaluate(x, scratch);
        for (int i = 0; i < 20; i++)
        {
            OptimizerStep step = optimizer.Step(objective, x);
            Assert.True(step.Value <= previous);
            Assert.Equal(step.Value, objective.Evaluate(x, scratch));
            previous = step.Value;
        }
    }

    [Fact]
    public void A_run_goes_on_from_its_state_as_if_it_had_not_stopped()
    {
        TestObjective objective = TestObjective.Rosenbrock(12);
        double[] x = [.. Enumerable.Repeat(-1.2, 12)], y = [.. x];
        var state = new LbfgsState(12);
        var straight = new Lbfgs(new LbfgsState(12));
        for (int i = 0; i < 5; i++)
        {
            straight.Step(objective, x);
            new Lbfgs(state).Step(objective, y);
            Assert.Equal(x, y);
        }
    }

    [Fact]
    public void A_reset_state_starts_anew()
    {
        TestObjective objective = TestObjective.Rosenbrock(4);
        double[] x = [-1.2, 1, 0.5, 2], y = [.. x], other = [3, 3, -3, 0];
        var state = new LbfgsState(4);
        Run(objective, other, 3, 1, state);
        state.Reset();
        new Lbfgs(state).Step(objective, x);
        new Lbfgs(new LbfgsState(4)).Step(objective, y);

        Assert.Equal(y, x);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        TestObjective objective = TestObjective.Rosenbrock(40);
        var optimizer = new Lbfgs(new LbfgsState(40));
        double[] x = [.. Enumerable.Repeat(-1.2, 40)];
        optimizer.Step(objective, x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            optimizer.Step(objective, x);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static OptimizerStep Run(
        TestObjective objective, double[] x, int steps, double learningRate = 1, LbfgsState? state = null)
    {
        var optimizer = new Lbfgs(state ?? new LbfgsState(x.Length), learningRate);
        OptimizerStep last = default;
        for (int i = 0; i < steps; i++)
        {
            last = optimizer.Step(objective, x);
            if (last.Reason is not (OptimizerReason.Progress or OptimizerReason.LineSearchFailed))
                break;
        }
        return last;
    }

    private static TestObjective Objective(string name, int count) => name switch
    {
        "Rosenbrock" => TestObjective.Rosenbrock(count),
        "IllConditionedQuartic" => TestObjective.IllConditionedQuartic(count),
        _ => TestObjective.Wave(count),
    };
}
