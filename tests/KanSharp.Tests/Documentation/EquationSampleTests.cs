using KanSharp.Equations;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Samples;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Documentation;

/// <summary>The samples about derivatives reach what docs/derivatives.md says of them.</summary>
public class EquationSampleTests
{
    [Fact]
    public void Poisson_equation_and_its_formula()
    {
        (EquationSolution solution, FormulaSolution? formula) = Poisson.Run(TextWriter.Null);
        Assert.True(solution.Error!.MeanSquared < 1e-7, $"{solution.Error}");
        Assert.Equal("sin(pi*x)*sin(pi*y)", formula!.Formulas[0].ToText());
        Assert.True(formula.Error!.Largest < 1e-14);
    }

    [Theory]
    [InlineData("poisson.yaml", 1e-4)]
    [InlineData("helmholtz.yaml", 1e-3)]
    [InlineData("heat.yaml", 1e-4)]
    [InlineData("wave.yaml", 1e-3)]
    [InlineData("burgers.yaml", 1e-3)]
    [InlineData("kovasznay.yaml", 1e-3)]
    public void Problems_in_files_are_solved(string name, double relativeError)
    {
        // The first grid and few points: the full runs are in docs/derivatives.md.
        EquationProblem problem = EquationFile.Read(Repository.File("samples", name));
        problem = problem with { Network = problem.Network with { Grids = [problem.Network.Grids[0]], Starts = 2 }, Sampling = problem.Sampling with { Interior = 1000 } };
        EquationSolution solution = EquationSolver.Solve(problem);
        Assert.True(solution.Error!.RelativeL2 < 10 * relativeError, $"{solution.Error}");
    }

    [Fact]
    public void A_pendulum_swings_as_a_Runge_Kutta_method_says()
    {
        EquationSolution solution = EquationSolver.Solve(EquationFile.Read(Repository.File("samples", "pendulum.yaml")));
        double angle = 2, speed = 0, step = 1e-3;
        for (int n = 0; n < 10_000; n++)
        {
            (double v1, double a1) = (speed, Acceleration(angle));
            (double v2, double a2) = (speed + step / 2 * a1, Acceleration(angle + step / 2 * v1));
            (double v3, double a3) = (speed + step / 2 * a2, Acceleration(angle + step / 2 * v2));
            (double v4, double a4) = (speed + step * a3, Acceleration(angle + step * v3));
            angle += step / 6 * (v1 + 2 * v2 + 2 * v3 + v4);
            speed += step / 6 * (a1 + 2 * a2 + 2 * a3 + a4);
        }
        Assert.Equal(angle, solution.Model.Predict(Matrix.FromRows([[10]])).Values[0, 0], 1e-4);

        static double Acceleration(double angle) => -9.81 / 3 * Math.Sin(angle);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_Lagrangian_from_accelerations(ulong seed)
    {
        (KanModel model, double error) = Lagrangian.Run(seed, TextWriter.Null);
        Assert.True(error < 5e-5, $"mean squared error {error}");
        double[] q = Even(-2, 2), v = Even(-0.99, 0.99);
        double[] ofPosition = Values(model, [.. q.Select(x => (double[])[x, 0])]), ofVelocity = Values(model, [.. v.Select(x => (double[])[0, x])]);
        Assert.True(R2(ofPosition, [.. q.Select(x => (double[])[1, x])]) > 0.999999);
        Assert.True(R2(ofVelocity, [.. v.Select(x => (double[])[1, x, Math.Sqrt(1 - x * x)])]) > 0.99995);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_energy_of_an_oscillator_from_its_flow(ulong seed)
    {
        (KanModel model, double cosine) = ConservedQuantities.Oscillator(seed, TextWriter.Null);
        Assert.True(cosine < 1.1e-4, $"cosine {cosine}");
        double[] x = Even(-1, 1);
        double Square(int input) => Coefficients(Values(model, [.. x.Select(value => input == 0 ? (double[])[value, 0.2] : [0.2, value])]), [.. x.Select(value => (double[])[1, value, value * value])])[2];
        Assert.Equal(1, Square(0) / Square(1), 1e-3);
    }

    [Fact]
    public void The_energies_and_the_angular_momentum_of_two_oscillators()
    {
        var random = new SeededRandom(7);
        double[][] states = [.. Enumerable.Range(0, 400).Select(_ => (double[])[.. Enumerable.Range(0, 4).Select(_ => random.NextDouble(-1, 1))])];
        (ulong Seed, Func<double[], double> Quantity)[] found =
        [
            (12, s => s[0] * s[0] + s[1] * s[1]), (7, s => s[2] * s[2] + s[3] * s[3]), (1, s => s[0] * s[3] - s[1] * s[2]),
        ];
        foreach ((ulong seed, Func<double[], double> quantity) in found)
        {
            (KanModel model, double cosine) = ConservedQuantities.TwoOscillators(seed, TextWriter.Null);
            Assert.True(cosine < 0.039, $"seed {seed}: cosine {cosine}");
            double[] f = Values(model, states);
            Assert.True(R2([.. f.Select(value => value / f.Max(Math.Abs))], [.. states.Select(s => (double[])[1, quantity(s)])]) > 0.99, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_time_that_makes_the_space_around_a_black_hole_flat(ulong seed)
    {
        (KanModel model, double loss) = BlackHole.Run(seed, TextWriter.Null);
        Assert.True(loss < 1.05e-4, $"loss {loss}");
        double[] r = Even(1.2, 3), f = Values(model, [.. r.Select(x => (double[])[x])]);
        double[] difference = [.. r.Zip(f, (x, value) => value - 2 * Math.Sqrt(x) - Math.Log((Math.Sqrt(x) - 1) / (Math.Sqrt(x) + 1)))];
        Assert.True(difference.Max() - difference.Min() < 0.01 * (f.Max() - f.Min()));
    }

    private static double[] Even(double start, double end) => [.. Enumerable.Range(0, 201).Select(k => start + (end - start) * k / 200)];

    private static double[] Values(KanModel model, double[][] rows) => model.Predict(Matrix.FromRows(rows)).Values.Column(0).ToArray();

    private static double R2(double[] y, double[][] functions)
    {
        double[] c = Coefficients(y, functions);
        double mean = y.Average(), rest = 0, all = 0;
        for (int n = 0; n < y.Length; n++)
        {
            rest += Math.Pow(y[n] - functions[n].Zip(c, (f, k) => f * k).Sum(), 2);
            all += Math.Pow(y[n] - mean, 2);
        }
        return 1 - rest / all;
    }

    /// <summary>Least squares by the normal equations, with Gauss' elimination.</summary>
    private static double[] Coefficients(double[] y, double[][] functions)
    {
        int count = functions[0].Length;
        double[,] a = new double[count, count + 1];
        for (int n = 0; n < y.Length; n++)
        {
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < count; j++)
                    a[i, j] += functions[n][i] * functions[n][j];
                a[i, count] += functions[n][i] * y[n];
            }
        }
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < count; k++)
            {
                if (k == i)
                    continue;
                double factor = a[k, i] / a[i, i];
                for (int j = i; j <= count; j++)
                    a[k, j] -= factor * a[i, j];
            }
        }
        return [.. Enumerable.Range(0, count).Select(i => a[i, count] / a[i, i])];
    }
}
