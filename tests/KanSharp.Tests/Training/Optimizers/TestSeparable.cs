using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.Training.Optimizers;

/// <summary>Least squares whose residuals are linear in the parameters from one on.</summary>
internal sealed class TestSeparable(TestLeastSquares inner, int firstLinear) : ISeparableObjective
{
    public int ParameterCount => inner.ParameterCount;

    public int ResidualCount => inner.ResidualCount;

    public int FirstLinear => firstLinear;

    public int LinearCount => ParameterCount - firstLinear;

    public double Evaluate(ReadOnlySpan<double> parameters) => inner.Evaluate(parameters);

    public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient) => inner.Linearize(parameters, normal, gradient);

    public double LinearizeLinear(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient)
    {
        int count = ParameterCount;
        double[] all = new double[count * count], slopes = new double[count];
        double value = inner.Linearize(parameters, all, slopes);
        for (int i = 0; i < LinearCount; i++)
            all.AsSpan((firstLinear + i) * count + firstLinear, LinearCount).CopyTo(normal[(i * LinearCount)..]);
        slopes.AsSpan(firstLinear).CopyTo(gradient);
        return value;
    }
}
