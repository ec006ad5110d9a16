using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;

namespace KanSharp.Discovery;

/// <summary>Writes the fitted constants of an exact formula with the fewest digits that leave it exact: 0.13 in the place of 0.13000000000000003.</summary>
internal static class ShortDecimals
{
    /// <summary>Digits that are tried, and how far a constant may be moved, relative to its size.</summary>
    private const int MostDigits = 10;

    private const double Tolerance = 1e-9;

    /// <summary>Ratios with denominators up to this are left as they are.</summary>
    private const int LargestDenominator = 12;

    /// <summary>The formula as it is where its error is above <paramref name="rounding"/>.</summary>
    public static FormulaFitResult Of(FormulaFitResult fitted, double rounding, IReadOnlyList<string> variables, Matrix inputs, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights)
    {
        if (!(fitted.Rmse <= rounding))
            return fitted;
        FreeConstants constants = FreeConstants.Of(fitted.Formula, constant => !IsSimple(constant.Value));
        double[] values = [.. constants.Values];
        double best = fitted.Rmse;
        for (int i = 0; i < values.Length; i++)
        {
            double fittedValue = values[i];
            for (int digits = 1; digits <= MostDigits; digits++)
            {
                double shortened = double.Parse(fittedValue.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
                // A whole number would be one constant fewer.
                if (!(Math.Abs(shortened - fittedValue) <= Tolerance * Math.Abs(fittedValue)) || double.IsInteger(shortened))
                    continue;
                values[i] = shortened;
                double error = FormulaFit.Rmse(constants.Bind(values), variables, inputs, targets, weights);
                if (error <= rounding)
                {
                    best = error;
                    break;
                }
                values[i] = fittedValue;
            }
        }
        return fitted with { Formula = constants.Bind(values), Rmse = best };
    }

    private static bool IsSimple(double value) => Enumerable.Range(1, LargestDenominator).Any(denominator => Math.Round(value * denominator) / denominator == value);
}
