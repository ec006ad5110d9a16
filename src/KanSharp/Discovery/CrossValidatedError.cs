using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>
/// The error of a formula's form on rows that its constants were not fitted to: the rows are parted, and each part is predicted with the constants fitted to the others (cross-validation).
/// Exact numbers and exponents are part of the form. All rows say something of a formula here, where a part held back would be too small.
/// </summary>
/// <param name="Rmse">Root mean squared error over all rows, each in its part; not finite where the formula is undefined on a row.</param>
/// <param name="StandardError">Standard error of it, by how the squared errors of the rows scatter.</param>
public sealed record CrossValidatedError(double Rmse, double StandardError)
{
    /// <summary>Cross-validates a formula.</summary>
    /// <param name="formula">The formula; its constants are where the fits begin.</param>
    /// <param name="names">The names of the inputs.</param>
    /// <param name="parts">Each part, with all rows that are not in it.</param>
    internal static CrossValidatedError Of(Expression formula, IReadOnlyList<string> names, IReadOnlyList<(Dataset Others, Dataset Part)> parts)
    {
        double[] errors = [.. parts.SelectMany(part => Errors(FormulaFit.Run(formula, names, part.Others.Inputs, part.Others.Targets.Column(0), weights: part.Others.Weights).Formula, names, part.Part))];
        double rmse = Magnitude.RootMeanSquare(errors);
        // In units of the root mean square, squares have the mean 1; by the chain rule half of their error is that of the root.
        double variance = errors.Sum(error => Math.Pow(error / rmse * (error / rmse) - 1, 2)) / Math.Max(1, errors.Length - 1);
        return new CrossValidatedError(rmse, rmse == 0 ? 0 : rmse * Math.Sqrt(variance / errors.Length) / 2);
    }

    /// <summary>Each times the root of the row's weight.</summary>
    private static double[] Errors(Expression formula, IReadOnlyList<string> names, Dataset data)
    {
        double[] errors = new double[data.Count];
        new FormulaProgram(formula, names).Evaluate(data.Inputs, errors);
        for (int n = 0; n < errors.Length; n++)
            errors[n] = (errors[n] - data.Targets[n, 0]) * Math.Sqrt(data.RowWeights?[n] ?? 1);
        return errors;
    }
}
