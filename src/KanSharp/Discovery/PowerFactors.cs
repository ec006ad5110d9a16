using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>
/// Finds where most inputs are mere factors, y = x₁^p₁ x₂^p₂ .. F(a, b) or F(a, b, c): log|y| is regressed on the logarithms of all but two or three inputs and a polynomial of these. However rough the polynomial, powers that are
/// multiples of one half show by their standard errors; divided by them, the target has two or three inputs. A cosine or sine may be a factor, too.
/// </summary>
internal static class PowerFactors
{
    /// <summary>Rows that are looked at, and how many it takes.</summary>
    private const int MostRows = 400, FewestRows = 80, MostInputs = 12;

    /// <summary>Degrees of the polynomial of two inputs and of three.</summary>
    private const int DegreeOfTwo = 6, DegreeOfThree = 4;

    /// <summary>A power is known if its standard error is no larger, and so many of these from a multiple of one half.</summary>
    private const double LargestError = 0.07, LargestDeviation = 2.5;

    /// <summary>Three inputs are left only if two leave so many times as much.</summary>
    private const double Gain = 1.2;

    /// <summary>Cosine and sine of an input that spans this much may be factors as well.</summary>
    private const double SmallestSpanOfAngle = 1;

    /// <summary>The view of the target divided by its factors, as a function of the inputs that are left; null where there is none.</summary>
    public static DataView? Find(DataView view, SymbolicLibrary library, CancellationToken cancellation)
    {
        string[] names = [.. view.Info.InputNames];
        int count = names.Length;
        int[] rows = [.. Enumerable.Range(0, view.Training.Count).Where(row => view.Training.Targets[row, 0] != 0
            && !Enumerable.Range(0, count).Any(j => view.Training.Inputs[row, j] == 0)).Take(MostRows)];
        if (rows.Length < FewestRows || 2 * rows.Length < Math.Min(MostRows, view.Training.Count) || count is < 4 or > MostInputs)
            return null;
        Quantity[] inputs = Quantity.Inputs(view, rows);
        double[] target = [.. rows.Select(row => Math.Log(Math.Abs(view.Training.Targets[row, 0])))];
        if (Best(inputs, Kept(count)) is not { } best)
            return null;
        if (!best.IsKnown && library.TryGet("sin", out _))
        {
            foreach (int j in Enumerable.Range(0, count).Where(j => inputs[j].Values.Max() - inputs[j].Values.Min() >= SmallestSpanOfAngle))
            {
                foreach (Func<Expression, Expression> function in (Func<Expression, Expression>[])[Expression.Cos, Expression.Sin])
                {
                    Expression expression = function(inputs[j].Expression);
                    double[] values = [.. inputs[j].Values.Select(value => expression.Evaluate(new Dictionary<string, double> { [names[j]] = value }))];
                    Fit? fit = Best([.. inputs.Select((input, k) => k == j ? new Quantity(expression, values) : input)], Kept(count).Where(kept => !kept.Contains(j)));
                    if (fit is { IsKnown: true } && fit.Left < best.Left / Gain && fit.Powers[Array.FindIndex(fit.Factors, factor => factor.Expression == expression)] != 0)
                        best = fit;
                }
            }
        }
        return best.IsKnown ? view.Dimensionless(Product.Of([new Constant(1), .. best.Factors.Zip(best.Powers).Where(factor => factor.Second != 0).Select(factor => factor.First.Expression.Pow(factor.Second))]),
            [.. best.Kept.Select(j => new Variable(names[j]))]) : null;

        Fit? Best(Quantity[] quantities, IEnumerable<int[]> sets)
        {
            Fit? best = null;
            foreach (int[] kept in sets.TakeWhile(_ => !cancellation.IsCancellationRequested))
            {
                Fit fit = Regress(quantities, target, kept);
                if (best is null || fit.Left < (kept.Length > best.Kept.Length ? best.Left / Gain : best.Left))
                    best = fit;
            }
            return best;
        }
    }

    /// <summary>A regression: the inputs that are kept, the factors with their powers, rounded where they are known, and what is left of log|y|.</summary>
    private sealed record Fit(int[] Kept, Quantity[] Factors, double[] Powers, bool IsKnown, double Left);

    /// <summary>All pairs, then all sets of three.</summary>
    private static IEnumerable<int[]> Kept(int count) =>
        from size in (int[])[2, 3]
        from i in Enumerable.Range(0, count)
        from j in Enumerable.Range(i + 1, count - i - 1)
        from k in size == 2 ? [j] : Enumerable.Range(j + 1, count - j - 1)
        select size == 2 ? (int[])[i, j] : [i, j, k];

    private static Fit Regress(Quantity[] inputs, double[] target, int[] kept)
    {
        double[] rest = [.. target];
        List<double[]> directions = [];
        foreach (double[] column in Polynomial([.. kept.Select(j => Scaled(inputs[j].Values))], kept.Length == 2 ? DegreeOfTwo : DegreeOfThree))
        {
            double length = TensorPrimitives.Norm<double>(column);
            TakeOff(column);
            TakeOff(column);
            double left = TensorPrimitives.Norm<double>(column);
            if (!(left > 1e-8 * length))
                continue;
            TensorPrimitives.Divide(column, left, column);
            directions.Add(column);
        }
        Quantity[] quantities = [.. Enumerable.Range(0, inputs.Length).Except(kept).Select(j => inputs[j])];
        double[][] factors = [.. quantities.Select(quantity => (double[])[.. quantity.Logarithms])];
        foreach (double[] column in factors.Append(rest))
            TakeOff(column);
        int count = factors.Length, freedom = target.Length - directions.Count - count;
        double[] normal = new double[count * count], powers = new double[count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
                normal[i * count + j] = TensorPrimitives.Dot<double>(factors[i], factors[j]);
            powers[i] = TensorPrimitives.Dot<double>(factors[i], rest);
        }
        if (freedom <= 0 || !Cholesky.TryFactor(normal, count))
            return new Fit(kept, quantities, powers, false, double.PositiveInfinity);
        Cholesky.Solve(normal, powers);
        for (int i = 0; i < count; i++)
            TensorPrimitives.MultiplyAdd(factors[i], -powers[i], rest, rest);
        double deviation = TensorPrimitives.Norm<double>(rest) / Math.Sqrt(freedom);
        bool isKnown = true;
        for (int i = 0; i < count; i++)
        {
            double[] unit = new double[count];
            unit[i] = 1;
            Cholesky.Solve(normal, unit);
            double error = deviation * Math.Sqrt(unit[i]), rounded = quantities[i].IsPositive ? Math.Round(2 * powers[i]) / 2 : Math.Round(powers[i]);
            isKnown &= error <= LargestError && Math.Abs(rounded - powers[i]) <= LargestDeviation * error + 1e-6;
            powers[i] = rounded;
        }
        return new Fit(kept, quantities, powers, isKnown, deviation);

        void TakeOff(double[] column)
        {
            foreach (double[] direction in directions)
                TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, column), column, column);
        }
    }

    /// <summary>The products of powers up to a degree together.</summary>
    private static IEnumerable<double[]> Polynomial(double[][] inputs, int degree)
    {
        double[] one = [.. Enumerable.Repeat(1.0, inputs[0].Length)];
        return inputs.Aggregate((IEnumerable<(int Degree, double[] Values)>)[(0, one)], (products, input) => [.. products.SelectMany(product => Enumerable.Range(0, degree - product.Degree + 1).Select(power =>
            (product.Degree + power, (double[])[.. product.Values.Select((value, row) => value * Math.Pow(input[row], power))])))]).Select(product => product.Values);
    }

    /// <summary>From -1 to 1.</summary>
    private static double[] Scaled(double[] values)
    {
        double low = values.Min(), width = values.Max() - low;
        return [.. values.Select(value => width > 0 ? 2 * (value - low) / width - 1 : 0)];
    }
}
