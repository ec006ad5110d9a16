using KanSharp.Formulas;
using KanSharp.Formulas.Simplification;
using KanSharp.Interpretation;
using KanSharp.Numerics;
using MathNet.Numerics.Distributions;

namespace KanSharp.Discovery;

/// <summary>
/// Makes a formula read off a network presentable: simplifies it, refits its constants in the user's units, and puts exact numbers in the place of
/// constants wherever the data do not object.
/// </summary>
internal sealed class FormulaPolish(IReadOnlyList<string> variables, Matrix inputs, double[] targets, double[]? weights = null)
{
    /// <summary>An error below this part of the targets' size is rounding.</summary>
    private const double RelativeFloor = 1e-12;

    /// <summary>Exact numbers that are the true ones raise the sum of squares by no more than is allowed this often: in 997 of 1000 cases, three standard errors of one constant.</summary>
    private const double Confidence = 0.9973;

    /// <summary>An exponent may be moved this far.</summary>
    private const double LargestExponentChange = 0.1;

    private static readonly int[] s_denominators = [1, 2, 3, 4];

    private readonly double _floor = RelativeFloor * Math.Sqrt(targets.Average(y => y * y));

    /// <summary>Returns null where the formula is not finite on all rows, or the work was cancelled.</summary>
    public FormulaFitResult? Run(Expression formula, CancellationToken cancellation)
    {
        FormulaFitResult fitted = FormulaFit.Run(Unscaled(formula.Simplify()).Simplify(), variables, inputs, targets, weights: weights);
        if (!double.IsFinite(fitted.Rmse) || cancellation.IsCancellationRequested)
            return null;
        int degrees = Math.Max(1, targets.Length - fitted.StandardErrors.Count);
        fitted = RoundExponents(fitted, Growth(1), cancellation);
        fitted = Straighten(fitted, Growth(1), cancellation);
        fitted = fitted with { Formula = SignChanges.Round(fitted.Formula, variables, inputs) };
        FormulaFitResult latest = fitted;
        FittedFormula recognised = ConstantRecognition.Recognise(fitted.Formula, Fit, Growth, _floor);
        FormulaFitResult polished = latest.Formula == recognised.Formula ? latest : FormulaFit.Run(recognised.Formula, variables, inputs, targets, weights: weights);
        return ShortDecimals.Of(polished, _floor, variables, inputs, targets, weights);

        // So many true numbers in place of fitted constants raise the sum of squares by a chi-square of residual variances (the likelihood ratio of nested models).
        double Growth(int constants) => Math.Sqrt(1 + ChiSquared.InvCDF(constants, Confidence) / degrees) - 1;

        FittedFormula Fit(Expression trial)
        {
            if (cancellation.IsCancellationRequested)
                return new FittedFormula(trial, double.NaN);
            latest = FormulaFit.Run(trial, variables, inputs, targets, steps: 15, weights);
            return new FittedFormula(latest.Formula, latest.Rmse, Tolerances(latest));
        }
    }

    /// <summary>sgn(a x + b) and c |a x + b| have a constant too many: sgn(x + b/a), c |a| |x + b/a|.</summary>
    private static Expression Unscaled(Expression node)
    {
        if (node.WithChildren(Unscaled) is not Call { Function: ElementaryFunction.Sgn or ElementaryFunction.Abs, Argument: Sum sum } call)
            return node.WithChildren(Unscaled);
        double scale = sum.Terms.Where(term => !term.IsConstant).Select(term => Terms.Split(term).Coefficient).Where(number => !number.IsExact).Select(number => Math.Abs(number.Value)).FirstOrDefault(1);
        Expression unscaled = new Call(call.Function, Sum.Of([.. sum.Terms.Select(term => term / scale)]));
        return call.Function == ElementaryFunction.Abs ? scale * unscaled : unscaled;
    }

    /// <summary>
    /// Exponents that simplifying made of constants, exp(2.01 log x) = x^2.01, become simple ratios where the error, with the other constants
    /// fitted again, does not grow.
    /// </summary>
    private FormulaFitResult RoundExponents(FormulaFitResult fitted, double growth, CancellationToken cancellation)
    {
        for (int kept = 0; OddPowers(fitted.Formula).Distinct().ElementAtOrDefault(kept) is { } power;)
        {
            double exponent = ((Constant)power.Exponent).Value;
            FormulaFitResult? rounded = null;
            foreach (int denominator in s_denominators)
            {
                double numerator = Math.Round(exponent * denominator);
                if (cancellation.IsCancellationRequested || Math.Abs(numerator / denominator - exponent) > LargestExponentChange)
                    continue;
                Expression simple = Replace(fitted.Formula, power, Power.Of(power.Base, (new Constant(numerator) / denominator).Simplify()));
                FormulaFitResult trial = FormulaFit.Run(simple.Simplify(), variables, inputs, targets, weights: weights);
                if (trial.Rmse <= Math.Max(fitted.Rmse * (1 + growth), _floor))
                {
                    rounded = trial;
                    break;
                }
            }
            // The other exponents were fitted again: they are others now.
            if (rounded is null)
                kept++;
            else
                fitted = rounded;
        }
        return fitted;
    }

    /// <summary>Functions that are practically polynomials become these, as long as the error does not grow.</summary>
    private FormulaFitResult Straighten(FormulaFitResult fitted, double growth, CancellationToken cancellation)
    {
        FormulaFitResult? simpler;
        do
        {
            simpler = null;
            foreach (Expression candidate in Straightening.Simpler(fitted.Formula, variables, inputs))
            {
                if (cancellation.IsCancellationRequested)
                    break;
                FormulaFitResult trial = FormulaFit.Run(candidate, variables, inputs, targets, weights: weights);
                if (trial.Rmse <= Math.Max(fitted.Rmse * (1 + growth), _floor))
                {
                    fitted = simpler = trial;
                    break;
                }
            }
        }
        while (simpler is not null);
        return fitted;
    }

    private static IEnumerable<Power> OddPowers(Expression formula) => formula.Children.SelectMany(OddPowers)
        .Concat(formula is Power { Exponent: Constant exponent } power && !s_denominators.Any(denominator => Math.Round(exponent.Value * denominator) / denominator == exponent.Value) ? [power] : []);

    private static Expression Replace(Expression formula, Power old, Expression replacement) =>
        formula.Equals(old) ? replacement : formula.WithChildren(child => Replace(child, old, replacement));

    /// <summary>Three standard errors; a constant that the rows do not determine, since others make up for it, may be anything of its size.</summary>
    private static double[] Tolerances(FormulaFitResult fit) =>
    [
        .. FreeConstants.Of(fit.Formula).Values.Zip(fit.StandardErrors, (value, error) =>
            double.IsFinite(error) ? Math.Max(3 * error, 1e-9 * Math.Max(1, Math.Abs(value))) : Math.Max(1, Math.Abs(value))),
    ];
}
