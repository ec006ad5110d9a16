namespace KanSharp.Formulas;

/// <summary>
/// The singularity-avoiding variants of the built-in functions. With threshold t each is continuous, finite, and equal to its
/// function wherever that is defined and at most t in magnitude (the square root and the sign: where |x| is at least 1/t², 1/t).
/// </summary>
internal static class SingularityGuards
{
    /// <summary>1/xⁿ, n odd: where it exceeds t, the straight line through the origin that meets it on both sides.</summary>
    public static SingularityGuard OddPole(int n) => (x, t) =>
    {
        double value = 1 / IntegerPower(x, n);
        if (Math.Abs(value) <= t)
            return (value, -n * value / x);
        double inverseWidth = Math.Pow(t, 1.0 / n);
        return (t * (x * inverseWidth), t * inverseWidth);
    };

    /// <summary>1/xⁿ, n even: at most t.</summary>
    public static SingularityGuard EvenPole(int n) => (x, t) =>
    {
        double value = 1 / IntegerPower(x, n);
        return value <= t ? (value, -n * value / x) : (t, 0);
    };

    /// <summary>√x, continued as an odd function; a straight line of slope t where |x| is below 1/t².</summary>
    public static (double, double) SquareRoot(double x, double t)
    {
        double magnitude = Math.Abs(x);
        if (magnitude < 1 / (t * t))
            return (t * x, t);
        double root = Math.Sqrt(magnitude);
        return (Math.CopySign(root, x), 0.5 / root);
    }

    /// <summary>x^1.5, continued as an even function.</summary>
    public static (double, double) PowerOneAndHalf(double x, double t)
    {
        double root = Math.Sqrt(Math.Abs(x));
        return (root * root * root, Math.CopySign(1.5 * root, x));
    }

    /// <summary>1/√x, continued as an even function; at most t.</summary>
    public static (double, double) InverseSquareRoot(double x, double t)
    {
        double value = 1 / Math.Sqrt(Math.Abs(x));
        return value <= t ? (value, -0.5 * value / x) : (t, 0);
    }

    /// <summary>exp x, at most t.</summary>
    public static (double, double) Exponential(double x, double t)
    {
        double value = Math.Exp(x);
        return value <= t ? (value, value) : (t, 0);
    }

    /// <summary>log x, continued as an even function; at least -t, and at zero no less than next to it (-744).</summary>
    public static (double, double) Logarithm(double x, double t)
    {
        double value = Math.Log(Math.Max(Math.Abs(x), double.Epsilon));
        return value >= -t ? (value, x == 0 ? 0 : 1 / x) : (-t, 0);
    }

    /// <summary>
    /// tan x; where it exceeds t, the straight line from t down to -t through the pole. The signed distance to the pole is
    /// -arctan(1/tan x), so its half width is arctan(1/t).
    /// </summary>
    public static (double, double) Tangent(double x, double t)
    {
        double value = Math.Tan(x);
        if (Math.Abs(value) <= t)
            return (value, 1 + value * value);
        double halfWidth = Math.Atan(1 / t);
        return (t * Math.Atan(1 / value) / halfWidth, -t / halfWidth);
    }

    /// <summary>sgn x; the straight line through the origin where |x| is below 1/t.</summary>
    public static (double, double) Sign(double x, double t) =>
        Math.Abs(x) < 1 / t ? (t * x, t) : (Math.CopySign(1, x), 0);

    /// <summary>arcsin x, constant beyond its ends.</summary>
    public static (double, double) ArcSine(double x, double t) =>
        Math.Abs(x) < 1 ? (Math.Asin(x), 1 / Math.Sqrt((1 - x) * (1 + x))) : (Math.CopySign(Math.PI / 2, x), 0);

    /// <summary>arccos x, constant beyond its ends.</summary>
    public static (double, double) ArcCosine(double x, double t) =>
        Math.Abs(x) < 1 ? (Math.Acos(x), -1 / Math.Sqrt((1 - x) * (1 + x))) : (x > 0 ? 0 : Math.PI, 0);

    /// <summary>arctanh x, between -t and t, and at ±1 and beyond no more than next to it (18.7).</summary>
    public static (double, double) ArcHyperbolicTangent(double x, double t)
    {
        double largest = Math.BitDecrement(1.0);
        double value = Math.Atanh(Math.Clamp(x, -largest, largest));
        return Math.Abs(value) > t ? (Math.CopySign(t, x), 0) : (value, Math.Abs(x) < 1 ? 1 / ((1 - x) * (1 + x)) : 0);
    }

    /// <summary>xⁿ by repeated multiplication, n ≥ 1.</summary>
    public static double IntegerPower(double x, int n)
    {
        double result = x;
        for (int i = 1; i < n; i++)
            result *= x;
        return result;
    }
}
