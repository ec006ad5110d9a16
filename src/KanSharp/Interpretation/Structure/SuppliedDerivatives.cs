using KanSharp.Numerics;

namespace KanSharp.Interpretation.Structure;

/// <summary>The derivatives that a function of the user's gives itself.</summary>
internal sealed class SuppliedDerivatives(DifferentiableFunction function) : DerivativeSource
{
    public override LocalDerivatives At(Matrix points)
    {
        int inputs = points.Columns;
        double[] point = new double[inputs], gradient = new double[inputs], hessian = new double[inputs * inputs], values = new double[points.Rows];
        double[][] first = [.. Enumerable.Range(0, inputs).Select(_ => new double[points.Rows])];
        (int I, int J)[] pairs = [.. LocalDerivatives.Pairs(inputs)];
        double[][] second = [.. pairs.Select(_ => new double[points.Rows])];
        for (int row = 0; row < points.Rows; row++)
        {
            for (int i = 0; i < inputs; i++)
                point[i] = points[row, i];
            values[row] = function(point, gradient, hessian);
            for (int i = 0; i < inputs; i++)
                first[i][row] = gradient[i];
            for (int p = 0; p < pairs.Length; p++)
                second[p][row] = hessian[pairs[p].I * inputs + pairs[p].J];
        }
        return new LocalDerivatives(values, first, second);
    }
}
