using KanSharp.Formulas;
using KanSharp.Numerics;

namespace KanSharp.Discovery;

/// <summary>
/// Formulas of one input, x^k S(a + b f(l x^m)) with two functions S and f of the library: for each S, k and m the samples are turned into those of a + b f(l x), where a and b are linear and l is
/// searched for. Sums of two powers and quotients of two sums stand in the place of f as well.
/// </summary>
internal static class CurveSearch
{
    /// <summary>Samples that are looked at, evenly by rank.</summary>
    private const int Samples = 64;

    /// <summary>Formulas that leave more than this part of the deviation are none.</summary>
    private const double LargestMiss = 0.02;

    /// <summary>Formulas returned at most.</summary>
    private const int Most = 6;

    /// <summary>Complexity up to which an exact formula ends the search for others.</summary>
    private const int ShortFormula = 40;

    private static readonly double[] s_powers = [0, 1, -1, 2, -2, 3, -3, 4, -4, 0.5, -0.5, 1.5, -1.5];

    private static readonly double[] s_innerPowers = [1, -1, 2, -2, 0.5, -0.5, 3, -3];

    /// <summary>A function S, the inverse that takes its values back, and whether these must have one sign.</summary>
    private sealed record Outer(string Name, bool HasOneSign, Func<double, double> Inverse, Func<Expression, Expression> Build);

    private static readonly Outer[] s_outer =
    [
        new("x", false, y => y, z => z),
        new("1/x", false, y => 1 / y, z => z.Pow(-1)),
        new("sqrt", true, y => y * y, Expression.Sqrt),
        new("1/sqrt", true, y => 1 / (y * y), z => z.Pow(-0.5)),
        new("x^2", true, Math.Sqrt, z => z.Pow(2)),
        new("1/x^2", true, y => 1 / Math.Sqrt(y), z => z.Pow(-2)),
        new("exp", true, Math.Log, Expression.Exp),
        new("log", false, Math.Exp, Expression.Log),
    ];

    /// <summary>The formulas of least error, of exact ones the simplest first.</summary>
    /// <param name="inputs">The input of each sample.</param>
    /// <param name="targets">What the formulas have to give.</param>
    /// <param name="variable">The input's name.</param>
    /// <param name="library">The functions that may appear.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="cancellation">Ends the search with what is there.</param>
    /// <param name="exact">Formulas that leave less than this part of the deviation are as good as each other.</param>
    /// <param name="rich">Whether quotients of polynomials, and then formulas with two functions, are looked for where no others are as good as that.</param>
    public static IReadOnlyList<Expression> Find(ReadOnlySpan<double> inputs, ReadOnlySpan<double> targets, Variable variable, SymbolicLibrary library, int threads, CancellationToken cancellation, double exact = 1e-7, bool rich = false)
    {
        int count = Math.Min(Samples, inputs.Length), last = inputs.Length - 1;
        double[] sorted = inputs.ToArray(), values = targets.ToArray();
        Array.Sort(sorted, values);
        int[] picked = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * last / Math.Max(1, count - 1)))];
        double[] x = [.. picked.Select(row => sorted[row])], y = [.. picked.Select(row => values[row])];
        var samples = new Matrix(count, 1);
        x.CopyTo(samples.Column(0));
        double mean = y.Average(), spread = Math.Sqrt(y.Average(value => (value - mean) * (value - mean)));
        (Outer Outer, double Power)[] frames =
        [
            .. from outer in s_outer
               where library.TryGet(outer.Name, out _)
               from power in s_powers
               where double.IsInteger(power) || (x[0] >= 0 && library.TryGet("sqrt", out _))
               select (outer, power),
        ];
        var found = new List<(double Left, Expression Formula)>[frames.Length];
        Parallel.For(0, frames.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => found[i] = cancellation.IsCancellationRequested ? [] : Fit(frames[i].Outer, frames[i].Power));
        if (rich && !IsExact())
            found = [.. found, .. Each(["x", "1/x", "exp", "log", "sqrt"], z => new CurveFit(x, z).Quotient(variable, exact))];
        if (rich && !IsExact())
            found = [.. found, .. Each(["x", "exp"], z => CurvePairs.Find(x, z, variable, library, LargestMiss, cancellation))];
        return [.. found.SelectMany(fits => fits).OrderBy(fit => Math.Max(fit.Left, exact)).ThenBy(fit => fit.Formula.Complexity).Select(fit => fit.Formula).Take(Most)];

        List<(double, Expression)> Fit(Outer outer, double power)
        {
            if (Undo(outer, power, out double sign) is not { } z)
                return [];
            List<(double, Expression)> fits = [];
            foreach (double inner in s_innerPowers)
            {
                double[] places = [.. x.Select(value => Math.Pow(value, inner))];
                if (!places.All(double.IsFinite) || !(double.IsInteger(inner) || library.TryGet("sqrt", out _)))
                    continue;
                fits.AddRange(Restore(outer, power, sign, new CurveFit(places, z).Forms(inner == 1 ? variable : variable.Pow(inner), library, LargestMiss)));
            }
            return fits;
        }

        // A long polynomial may stand for a short formula with two functions.
        bool IsExact() => found.Any(fits => fits.Any(fit => fit.Left <= exact && fit.Formula.Complexity <= ShortFormula));

        // Richer forms in the place of a + b f.
        List<(double, Expression)>[] Each(string[] names, Func<double[], IEnumerable<(double, Expression)>> forms)
        {
            Outer[] outers = [.. frames.Select(frame => frame.Outer).Where(outer => names.Contains(outer.Name)).Distinct()];
            var fits = new List<(double, Expression)>[outers.Length];
            Parallel.For(0, outers.Length, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => fits[i] = !cancellation.IsCancellationRequested && Undo(outers[i], 0, out double sign) is { } z ? Restore(outers[i], 0, sign, forms(z)) : []);
            return fits;
        }

        // What S has to be given for x^k S to be the samples; null where that is not defined.
        double[]? Undo(Outer outer, double power, out double sign)
        {
            double[] rest = [.. x.Zip(y, (place, value) => value / Math.Pow(place, power))];
            double of = sign = outer.HasOneSign && rest[0] < 0 ? -1 : 1;
            if (outer.HasOneSign && rest.Any(value => !(value * of > 0)))
                return null;
            double[] z = [.. rest.Select(value => outer.Inverse(value * of))];
            return z.All(double.IsFinite) ? z : null;
        }

        List<(double, Expression)> Restore(Outer outer, double power, double sign, IEnumerable<(double Left, Expression Form)> forms)
        {
            List<(double, Expression)> fits = [];
            double[] computed = new double[count];
            foreach ((double left, Expression form) in forms)
            {
                // Powers of x and S may have given all weight to a few samples.
                Expression curve = power == 0 ? outer.Build(form) : variable.Pow(power) * outer.Build(form), formula = sign < 0 ? -curve : curve;
                new FormulaProgram(formula, [variable.Name]).Evaluate(samples, computed);
                double missed = Math.Sqrt(computed.Zip(y, (value, target) => (value - target) * (value - target)).Average()) / spread;
                if (missed <= LargestMiss)
                    fits.Add((Math.Max(left, missed), formula));
            }
            return fits;
        }
    }
}
