using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.Training.Optimizers;

/// <summary>A function given as a delegate; keeps the value of each evaluation.</summary>
internal sealed class TestObjective(int parameterCount, TestObjective.Function function) : IObjective
{
    public delegate double Function(ReadOnlySpan<double> x, Span<double> gradient);

    public int ParameterCount => parameterCount;

    public List<double> Values { get; } = new(10_000);

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double value = function(parameters, gradient);
        Values.Add(value);
        return value;
    }

    public static TestObjective Rosenbrock(int count) => new(count, (x, g) =>
    {
        g.Clear();
        double sum = 0;
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double valley = x[i + 1] - x[i] * x[i], distance = 1 - x[i];
            sum += 100 * valley * valley + distance * distance;
            g[i] += -400 * x[i] * valley - 2 * distance;
            g[i + 1] += 200 * valley;
        }
        return sum;
    });

    /// <summary>The sum of 10^(i-2) (x_i - i)² + 0.1 (x_i - i)⁴ over i = 1...</summary>
    public static TestObjective IllConditionedQuartic(int count) => new(count, (x, g) =>
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double d = x[i] - (i + 1), weight = Math.Pow(10, i - 2);
            sum += weight * d * d + 0.1 * d * d * d * d;
            g[i] = 2 * weight * d + 0.4 * d * d * d;
        }
        return sum;
    });

    /// <summary>The sum of 0.05 x² + sin(3 x), plus 4: many minima.</summary>
    public static TestObjective Wave(int count) => new(count, (x, g) =>
    {
        double sum = 4;
        for (int i = 0; i < x.Length; i++)
        {
            sum += 0.05 * x[i] * x[i] + Math.Sin(3 * x[i]);
            g[i] = 0.1 * x[i] + 3 * Math.Cos(3 * x[i]);
        }
        return sum;
    });
}
