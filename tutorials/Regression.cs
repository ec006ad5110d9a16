using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;

namespace KanSharp.Tutorials;

/// <summary>Least squares on functions of one's own, to judge what a network has learnt.</summary>
public static class Regression
{
    public static (double[] Coefficients, double R2) Fit(double[] y, double[] x, Func<double, double[]> functions)
    {
        Matrix data = Matrix.FromRows([.. x.Select(functions)]);
        string[] names = [.. Enumerable.Range(0, data.Columns).Select(i => $"f{i}")];
        Expression model = names.Select((name, i) => (0.5 + i / 16.0) * new Variable(name)).Aggregate((a, b) => a + b);
        FormulaFitResult fit = FormulaFit.Run(model, names, data, y);
        double mean = y.Average();
        return ([.. names.Select(name => fit.Formula.Differentiate(name).Evaluate(new Dictionary<string, double>()))],
            1 - fit.Rmse * fit.Rmse / (y.Sum(value => (value - mean) * (value - mean)) / y.Length));
    }
}
