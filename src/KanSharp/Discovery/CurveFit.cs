using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>Fits a + b f(l x) to samples, for functions f of one constant: a and b follow from linear regression, l is searched for. Polynomials of second degree and quotients of straight lines need no search.</summary>
internal sealed class CurveFit
{
    /// <summary>Narrowings of the interval around a minimum, by the golden section, and how many minima are looked at.</summary>
    private const int Narrowings = 45, Minima = 2;

    /// <summary>Powers in a quotient of polynomials, in both together and below.</summary>
    private const int MostPowers = 10, MostBelow = 4;

    /// <summary>What is left of an exact fit.</summary>
    private const double Rounding = 1e-11;

    /// <summary>A function f of l x, with a companion where it has a phase, and the l to begin with for x up to 1.</summary>
    internal sealed record Family(string Name, double[] Starts, Func<double, double> Value, Func<Expression, Expression> Build, Func<double, double>? Companion = null, Func<Expression, Expression>? BuildCompanion = null)
    {
        public Func<double, double>[] Functions => Companion is null ? [Value] : [Value, Companion];
    }

    private static readonly double[] s_scales = [.. Enumerable.Range(0, 36).Select(i => 0.05 * Math.Pow(1.25, i))];

    private static readonly double[] s_bothSigns = [.. s_scales.Reverse().Select(scale => -scale), .. s_scales];

    private static readonly double[] s_frequencies = [.. Enumerable.Range(1, 120).Select(i => 0.4 * i)];

    private static readonly double[] s_shares = [.. Enumerable.Range(1, 25).Select(i => 0.04 * i)];

    private static readonly double[] s_offsets = [.. s_shares.Reverse().Select(share => -share), .. s_scales];

    internal static readonly Family[] Families =
    [
        new("exp", s_bothSigns, Math.Exp, Expression.Exp),
        new("exp", s_scales, Math.Cosh, x => new Call(ElementaryFunction.Cosh, x)),
        new("exp", s_scales, Math.Sinh, x => new Call(ElementaryFunction.Sinh, x)),
        new("tanh", s_scales, Math.Tanh, Expression.Tanh),
        new("sin", s_frequencies, Math.Sin, Expression.Sin, Math.Cos, Expression.Cos),
        new("tan", s_frequencies, Math.Tan, Expression.Tan),
        new("log", s_offsets, x => Math.Log(1 + x), x => Expression.Log(1 + x)),
        new("sqrt", s_offsets, x => Math.Sqrt(1 + x), x => Expression.Sqrt(1 + x)),
        new("1/sqrt", s_offsets, x => 1 / Math.Sqrt(1 + x), x => (1 + x).Pow(-0.5)),
        new("arcsin", s_shares, Math.Asin, x => new Call(ElementaryFunction.Arcsin, x)),
        new("arctan", s_scales, Math.Atan, x => new Call(ElementaryFunction.Arctan, x)),
        new("arcsinh", s_scales, Math.Asinh, x => new Call(ElementaryFunction.Arcsinh, x)),
        new("arctanh", s_shares, Math.Atanh, x => new Call(ElementaryFunction.Arctanh, x)),
    ];

    private readonly double _largest;
    private readonly double[] _x;
    private readonly double[] _z;
    private readonly double _mean;
    private readonly double _spread;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly double[] _rest;

    public CurveFit(double[] x, double[] z)
    {
        _largest = x.Max(Math.Abs);
        _x = [.. x.Select(value => value / _largest)];
        _mean = z.Average();
        _z = [.. z.Select(value => value - _mean)];
        _spread = TensorPrimitives.Norm<double>(_z);
        (_first, _second, _rest) = (new double[x.Length], new double[x.Length], new double[x.Length]);
    }

    /// <summary>Every form that leaves no more than a part of the deviation, with what it leaves.</summary>
    public IEnumerable<(double Left, Expression Form)> Forms(Expression x, SymbolicLibrary library, double largestMiss)
    {
        if (!(_spread > 0 && _largest > 0))
            yield break;
        Expression scaled = x / _largest;
        (double left, double a, double b, double c) = Regress(place => place);
        if (left <= largestMiss)
            yield return (left, a + b * scaled);
        (left, a, b, c) = Regress(place => place, (place, _) => place * place);
        if (left <= largestMiss)
            yield return (left, a + b * scaled + c * scaled.Pow(2));
        (left, a, b, c) = Regress(place => place, (place, value) => -place * value);
        if (left <= largestMiss)
            yield return (left, (a + b * scaled) / (1 + c * scaled));
        if (library.TryGet("log", out _))
        {
            (left, a, b, c) = Regress(Math.Log);
            if (left <= largestMiss)
                yield return (left, a + b * Expression.Log(x / _largest));
        }
        foreach (Family family in Families)
        {
            if (!library.TryGet(family.Name, out _))
                continue;
            double[] looks = Array.ConvertAll(family.Starts, scale => Fit(family, scale).Left);
            foreach (int i in Enumerable.Range(0, looks.Length).Where(i => looks[i] < 0.5 && !(i > 0 && looks[i - 1] < looks[i]) && !(i + 1 < looks.Length && looks[i + 1] < looks[i])).OrderBy(i => looks[i]).Take(Minima))
            {
                double scale = Narrow(family, family.Starts[Math.Max(0, i - 1)], family.Starts[Math.Min(looks.Length - 1, i + 1)]);
                (left, a, b, c) = Fit(family, scale);
                if (left <= largestMiss)
                    yield return (left, a + b * family.Build(scale * scaled) + (family.BuildCompanion is null ? 0 : c * family.BuildCompanion(scale * scaled)));
            }
        }
    }

    /// <summary>The quotient of two polynomials, or the polynomial, of the fewest powers that leaves no more than a part of the deviation, without the powers it does not need.</summary>
    public IEnumerable<(double Left, Expression Form)> Quotient(Expression x, double exact)
    {
        if (!(_spread > 0 && _largest > 0))
            yield break;
        double[] z = [.. _z.Select(value => value + _mean)];
        double[][] powers = [[.. Enumerable.Repeat(1.0, _x.Length)], .. Enumerable.Range(1, MostPowers).Select(power => Array.ConvertAll(_x, place => Math.Pow(place, power)))];
        IEnumerable<(int Above, int Below)> degrees = from sum in Enumerable.Range(3, MostPowers - 2) from below in Enumerable.Range(0, Math.Min(sum / 2, MostBelow) + 1) select (sum - below, below);
        foreach ((int above, int below) in degrees)
        {
            int[] terms = [.. Enumerable.Range(0, above + 1), .. Enumerable.Range(1, below).Select(power => -power)];
            (double left, double[] multiples) = Solve(terms);
            if (!(left <= exact))
                continue;
            for (double allowed = Math.Max(1.5 * left, Rounding); ;)
            {
                var fewer = terms.Select(term => terms.Where(other => other != term).ToArray()).Select(rest => (Terms: rest, Fit: Solve(rest))).MinBy(rest => rest.Fit.Left);
                if (!(fewer.Fit.Left <= allowed))
                    break;
                (terms, (left, multiples)) = fewer;
            }
            Expression scaled = x / _largest;
            Expression Part(Func<int, bool> belongs) => Sum.Of([.. terms.Zip(multiples).Where(term => belongs(term.First)).Select(term => term.Second * scaled.Pow(Math.Abs(term.First)))]);
            yield return (left, terms.All(term => term >= 0) ? Part(_ => true) : Part(term => term >= 0) / (1 + Part(term => term < 0)));
            yield break;
        }

        // Terms below zero are powers of the divisor: z (1 + c x + ..) = a + b x + ..
        (double Left, double[] Multiples) Solve(int[] terms)
        {
            Matrix columns = new(_x.Length, terms.Length), right = new(_x.Length, 1), multiples = new(terms.Length, 1);
            for (int i = 0; i < terms.Length; i++)
            {
                powers[Math.Abs(terms[i])].CopyTo(columns.Column(i));
                if (terms[i] >= 0)
                    continue;
                TensorPrimitives.Multiply<double>(columns.Column(i), z, columns.Column(i));
                TensorPrimitives.Negate<double>(columns.Column(i), columns.Column(i));
            }
            z.CopyTo(right.Column(0));
            MinimumNormLeastSquares.Solve(columns, right, 1e-14, multiples);
            double squares = 0;
            for (int row = 0; row < _x.Length; row++)
            {
                double above = 0, below = 1;
                for (int i = 0; i < terms.Length; i++)
                {
                    if (terms[i] < 0)
                        below += multiples[i, 0] * powers[-terms[i]][row];
                    else
                        above += multiples[i, 0] * powers[terms[i]][row];
                }
                squares += Math.Pow(above / below - z[row], 2);
            }
            return (Math.Sqrt(squares) / _spread, multiples.Column(0).ToArray());
        }
    }

    private double Narrow(Family family, double low, double high)
    {
        const double Golden = 0.6180339887498949;
        double first = high - Golden * (high - low), second = low + Golden * (high - low), atFirst = Fit(family, first).Left, atSecond = Fit(family, second).Left;
        for (int step = 0; step < Narrowings; step++)
        {
            if (atFirst <= atSecond)
            {
                (high, second, atSecond) = (second, first, atFirst);
                first = high - Golden * (high - low);
                atFirst = Fit(family, first).Left;
            }
            else
            {
                (low, first, atFirst) = (first, second, atSecond);
                second = low + Golden * (high - low);
                atSecond = Fit(family, second).Left;
            }
        }
        return atFirst <= atSecond ? first : second;
    }

    private (double Left, double A, double B, double C) Fit(Family family, double scale) =>
        Regress(place => family.Value(scale * place), family.Companion is null ? null : (place, _) => family.Companion(scale * place));

    /// <summary>z as a + b f + c g, and the part of the deviation that is left; infinite where f or g is not defined or the same everywhere.</summary>
    private (double Left, double A, double B, double C) Regress(Func<double, double> f, Func<double, double, double>? g = null)
    {
        for (int i = 0; i < _x.Length; i++)
            _first[i] = f(_x[i]);
        double mean = Centre(_first), squares = TensorPrimitives.SumOfSquares<double>(_first);
        if (!(squares > 0 && double.IsFinite(squares)))
            return (double.PositiveInfinity, 0, 0, 0);
        double b = TensorPrimitives.Dot<double>(_first, _z) / squares, c = 0, secondMean = 0;
        TensorPrimitives.MultiplyAdd(_first, -b, _z, _rest);
        if (g is not null)
        {
            for (int i = 0; i < _x.Length; i++)
                _second[i] = g(_x[i], _z[i] + _mean);
            secondMean = Centre(_second);
            double along = TensorPrimitives.Dot<double>(_first, _second) / squares;
            TensorPrimitives.MultiplyAdd(_first, -along, _second, _second);
            double others = TensorPrimitives.SumOfSquares<double>(_second);
            if (!(others > 0 && double.IsFinite(others)))
                return (double.PositiveInfinity, 0, 0, 0);
            c = TensorPrimitives.Dot<double>(_second, _rest) / others;
            b -= c * along;
            TensorPrimitives.MultiplyAdd(_second, -c, _rest, _rest);
        }
        return (TensorPrimitives.Norm<double>(_rest) / _spread, _mean - b * mean - c * secondMean, b, c);
    }

    private static double Centre(double[] values)
    {
        double mean = TensorPrimitives.Sum<double>(values) / values.Length;
        TensorPrimitives.Subtract(values, mean, values);
        return mean;
    }
}
