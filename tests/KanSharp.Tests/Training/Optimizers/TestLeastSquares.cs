using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training.Optimizers;

namespace KanSharp.Tests.Training.Optimizers;

/// <summary>
/// Residuals given as a delegate that fills them and, parameter by parameter, their derivatives: jacobian[p * residualCount + n].
/// </summary>
internal sealed class TestLeastSquares(int parameterCount, int residualCount, TestLeastSquares.Function function)
    : ILeastSquaresObjective
{
    private readonly double[] _residuals = new double[residualCount];
    private readonly double[] _jacobian = new double[parameterCount * residualCount];

    public delegate void Function(ReadOnlySpan<double> x, Span<double> residuals, Span<double> jacobian);

    public int ParameterCount => parameterCount;

    public int ResidualCount => residualCount;

    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        function(parameters, _residuals, _jacobian);
        double sum = 0;
        foreach (double r in _residuals)
            sum += r * r;
        return sum;
    }

    public double Linearize(ReadOnlySpan<double> parameters, Span<double> normal, Span<double> gradient)
    {
        double sum = Evaluate(parameters);
        normal.Clear();
        gradient.Clear();
        SymmetricUpdate.AddGram(normal, parameterCount, _jacobian, residualCount, residualCount);
        SymmetricUpdate.MirrorLower(normal, parameterCount);
        SymmetricUpdate.AddGradient(gradient, _jacobian, residualCount, _residuals);
        return sum;
    }
}
