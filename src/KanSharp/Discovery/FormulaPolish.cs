using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Numerics;

namespace KanSharp.Discovery;

/// <summary>
/// Makes a formula read off a network presentable: simplifies it, refits its constants in the user's units, and puts exact numbers in the place of
/// constants wherever the data do not object.
/// </summary>
internal sealed class FormulaPolish(IReadOnlyList<string> variables, Matrix inputs, double[] targets)
{
    /// <summary>An error below this part of the targets' size is rounding.</summary>
    private const double RelativeFloor = 1e-13;

    /// <summary>An exact number may raise the sum of squares by this many residual variances: two standard errors of one constant.</summary>
    private const double AllowedVariances = 4;

    private readonly double _floor = RelativeFloor * Math.Sqrt(targets.Average(y => y * y));

    /// <summary>Returns null where the formula is not finite on all rows.</summary>
    public FormulaFitResult? Run(Expression formula, CancellationToken cancellation)
    {
        FormulaFitResult current = FormulaFit.Run(formula.Simplify(), variables, inputs, targets);
        if (!double.IsFinite(current.Rmse))
            return null;
        int degrees = Math.Max(1, targets.Length - current.StandardErrors.Count);
        double start = current.Rmse;
        int replaced = 0;
        bool changed = true;
        while (changed && !cancellation.IsCancellationRequested)
        {
            changed = false;
            FreeConstants constants = FreeConstants.Of(current.Formula);
            for (int c = 0; c < constants.Names.Length && !changed && !cancellation.IsCancellationRequested; c++)
            {
                double allowed = Math.Max(10 * _floor, start * Math.Sqrt(1 + AllowedVariances * (replaced + 1) / degrees));
                foreach (Expression exact in Candidates(constants.Values[c], current.StandardErrors[c]))
                {
                    FormulaFitResult? trial = Replace(constants, c, exact);
                    if (trial is null || !(trial.Rmse <= allowed))
                        continue;
                    current = trial;
                    start = Math.Min(start, trial.Rmse);
                    replaced++;
                    changed = true;
                    break;
                }
            }
        }
        return current;
    }

    /// <summary>Exact numbers within three standard errors. A constant that the rows do not determine, since others make up for it, may be 1.</summary>
    private static IEnumerable<Expression> Candidates(double value, double error)
    {
        if (!double.IsFinite(error) || error > Math.Abs(value))
            return [new Constant(1), new Constant(-1), new Constant(0)];
        return NiceConstants.Near(value, Math.Max(3 * error, 1e-9 * Math.Max(1, Math.Abs(value))));
    }

    private FormulaFitResult? Replace(FreeConstants constants, int index, Expression exact)
    {
        var replacements = new Dictionary<string, Expression>();
        for (int c = 0; c < constants.Names.Length; c++)
            replacements[constants.Names[c]] = c == index ? exact : new Constant(constants.Values[c]);
        Expression formula = constants.Template.Substitute(replacements).Simplify();
        FormulaFitResult fitted = FormulaFit.Run(formula, variables, inputs, targets, steps: 15);
        return double.IsFinite(fitted.Rmse) ? fitted : null;
    }
}
