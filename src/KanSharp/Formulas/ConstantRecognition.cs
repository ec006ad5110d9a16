using KanSharp.Formulas.Simplification;

namespace KanSharp.Formulas;

/// <summary>
/// A formula, its error, and how far off each of its free constants (<see cref="FreeConstants.Of"/>, in that order) may be from a
/// number it stands for; none given: 1e-6 of its size, or 1e-6 where it is below one.
/// </summary>
/// <param name="Formula">The formula.</param>
/// <param name="Error">Its error, zero or above.</param>
/// <param name="Tolerances">Absolute tolerances, such as two standard errors of a fit.</param>
public sealed record FittedFormula(Expression Formula, double Error, IReadOnlyList<double>? Tolerances = null);

/// <summary>
/// Replaces decimal constants by the numbers they stand for: 0, ±1 and other small whole numbers, ratios, multiples of π and e, square
/// roots. What to keep is decided by the error of the whole formula, never by the look of the constant alone.
/// </summary>
public static class ConstantRecognition
{
    private const double DefaultTolerance = 1e-6;
    private const int LargestDenominator = 12;
    private const int LargestNumerator = 1000;
    private const int LargestUnderRoot = 20;

    /// <summary>The bits that a square root adds to the cost of what stands under it.</summary>
    private const double RootBits = 6;

    /// <summary>What a ratio may be multiplied by, and the bits that adds to its cost: the rarer in formulas, the more, as one of many is near any number.</summary>
    private static readonly (Expression Factor, double Value, double Bits)[] s_factors =
    [
        (new Constant(1), 1, 0),
        (NamedConstant.Pi, Math.PI, 1),
        (1 / Expression.Pi, 1 / Math.PI, 3),
        (NamedConstant.E, Math.E, 6),
        (Expression.Pi.Pow(2), Math.PI * Math.PI, 6),
        (Expression.Sqrt(Expression.Pi), Math.Sqrt(Math.PI), 7),
        (1 / Expression.Sqrt(Expression.Pi), 1 / Math.Sqrt(Math.PI), 7),
        (1 / Expression.Sqrt(2 * Expression.Pi), 1 / Math.Sqrt(2 * Math.PI), 6),
    ];

    /// <summary>
    /// The numbers within <paramref name="tolerance"/> of <paramref name="value"/>, simplest first: p/q times 1, π, 1/π, e, π², √π, 1/√π or
    /// 1/√(2π) with q up to 12 and p up to 1000, and √(p/q) with both up to 20. A number that takes more bits to write down than the
    /// constant has reliable digits, log2(|value|/tolerance), would say nothing and is not offered.
    /// </summary>
    public static IReadOnlyList<Expression> Candidates(double value, double tolerance)
    {
        var found = new List<(Expression Expression, double Bits)>();
        double magnitude = Math.Abs(value);
        if (magnitude <= tolerance)
            found.Add((new Constant(0), 0));
        foreach (var (factor, factorValue, bits) in s_factors)
        {
            for (int q = 1; q <= LargestDenominator; q++)
            {
                double p = Math.Round(magnitude / factorValue * q);
                if (p is >= 1 and <= LargestNumerator && Coprime((int)p, q) && Math.Abs(p / q * factorValue - magnitude) <= tolerance)
                    found.Add((Factors.Of([new Constant(p), PowerRules.Of(new Constant(q), new Constant(-1)), factor]).ToExpression(), bits + Bits(p, q)));
            }
        }
        for (int q = 1; q <= LargestUnderRoot; q++)
        {
            double p = Math.Round(magnitude * magnitude * q);
            if (p is >= 1 and <= LargestUnderRoot && Coprime((int)p, q) && Math.Abs(Math.Sqrt(p / q) - magnitude) <= tolerance && !IsSquare(p * q))
                found.Add((p == 1 ? 1 / Expression.Sqrt(q) : Expression.Sqrt(new Constant(p) / q), RootBits + Bits(p, q)));
        }
        double digits = Math.Log2(magnitude / tolerance);
        return [.. found.Where(candidate => candidate.Bits <= Math.Max(digits, 0)).OrderBy(candidate => candidate.Bits)
            .Select(candidate => value < 0 ? Product.Negate(candidate.Expression) : candidate.Expression)];
    }

    /// <summary>The simplified formula with its constants recognised one by one, as long as its error does not grow.</summary>
    /// <param name="expression">The formula.</param>
    /// <param name="error">The error of a formula on the data, such as the root mean square.</param>
    /// <param name="tolerance">How far a constant may be from the number it stands for, relative to its size where that is above one.</param>
    /// <param name="allowedGrowth">The relative growth of the error that counts as none; 2/N for N noisy rows is about two standard errors of one constant.</param>
    /// <param name="errorFloor">An error that is rounding only: up to here it may grow.</param>
    public static Expression Recognise(Expression expression, Func<Expression, double> error, double tolerance = DefaultTolerance,
        double allowedGrowth = 1e-9, double errorFloor = 0)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Recognise(expression, Fit, allowedGrowth, errorFloor).Formula;

        FittedFormula Fit(Expression formula) =>
            new(formula, error(formula), [.. FreeConstants.Of(formula).Values.Select(value => tolerance * Math.Max(1, Math.Abs(value)))]);
    }

    /// <summary>As above, with the other constants fitted again after each replacement.</summary>
    /// <param name="expression">The formula.</param>
    /// <param name="fit">Fits the free constants of a formula.</param>
    /// <param name="allowedGrowth">The relative growth of the error that counts as none.</param>
    /// <param name="errorFloor">An error that is rounding only: up to here it may grow.</param>
    public static FittedFormula Recognise(Expression expression, Func<Expression, FittedFormula> fit, double allowedGrowth = 1e-9, double errorFloor = 0) =>
        Recognise(expression, fit, _ => allowedGrowth, errorFloor);

    /// <summary>As above; the error may have grown by as much as the number of constants that are no longer free allows.</summary>
    internal static FittedFormula Recognise(Expression expression, Func<Expression, FittedFormula> fit, Func<int, double> allowedGrowth, double errorFloor)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(fit);
        FittedFormula current = fit(expression.Simplify());
        double best = current.Error;
        int constants = FreeConstants.Of(current.Formula).Names.Length;
        // First what makes terms and factors vanish: the rest may then be better determined.
        foreach (bool onlyUnits in (bool[])[true, false])
        {
            for (int i = 0; i < FreeConstants.Of(current.Formula).Names.Length;)
            {
                if (Replace(current, i, onlyUnits, fit, AllowedError) is not { } replaced)
                {
                    i++;
                    continue;
                }
                // The next constant has moved up, unless a merger left one in this place.
                i += FreeConstants.Of(replaced.Formula).Names.Length < FreeConstants.Of(current.Formula).Names.Length ? 0 : 1;
                current = replaced;
                best = Math.Min(best, current.Error);
            }
        }
        return current;

        double AllowedError(int free) => Math.Max(best * (1 + allowedGrowth(Math.Max(1, constants - free))), errorFloor);
    }

    private static FittedFormula? Replace(FittedFormula current, int index, bool onlyUnits, Func<Expression, FittedFormula> fit, Func<int, double> allowedError)
    {
        FreeConstants free = FreeConstants.Of(current.Formula);
        double value = free.Values[index];
        double tolerance = current.Tolerances is { } tolerances ? tolerances[index] : DefaultTolerance * Math.Max(1, Math.Abs(value));
        foreach (Expression candidate in Candidates(value, tolerance))
        {
            if (onlyUnits && candidate is not Constant { Value: 0 or 1 or -1 })
                continue;
            var replacements = new Dictionary<string, Expression>();
            for (int i = 0; i < free.Names.Length; i++)
                replacements[free.Names[i]] = i == index ? candidate : new Constant(free.Values[i]);
            FittedFormula trial = fit(free.Template.Substitute(replacements).Simplify());
            if (trial.Error <= allowedError(FreeConstants.Of(trial.Formula).Names.Length))
                return trial;
        }
        return null;
    }

    private static double Bits(double p, double q) => Math.Log2(p) + 2 * Math.Log2(q);

    private static bool Coprime(int p, int q) => q == 0 ? p == 1 : Coprime(q, p % q);

    private static bool IsSquare(double value) => Math.Sqrt(value) == Math.Floor(Math.Sqrt(value));
}
