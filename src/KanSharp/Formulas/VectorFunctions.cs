using System.Numerics.Tensors;

namespace KanSharp.Formulas;

/// <summary>
/// The built-in functions that are worth evaluating at many places at once: values, and first derivatives unless <c>slopes</c> is empty. Values and slopes
/// must not overlap the places. Equal to the functions one by one but for the last bit or two.
/// </summary>
/// <remarks>
/// The vector sines and exponentials of System.Numerics.Tensors are not used: their last bit hangs on whether the JIT has optimised them yet, so that the same seed would not
/// give the same bits.
/// </remarks>
internal static class VectorFunctions
{
    public static void Identity(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        x.CopyTo(values);
        slopes.Fill(1);
    }

    public static void Square(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Multiply(x, x, values);
        if (!slopes.IsEmpty)
            TensorPrimitives.Multiply(x, 2, slopes);
    }

    /// <summary>x^n for n of 3 or more.</summary>
    public static void Power(int n, ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Multiply(x, x, values);
        for (int power = 3; power < n; power++)
            TensorPrimitives.Multiply(values, x, values);
        if (!slopes.IsEmpty)
            TensorPrimitives.Multiply(values, n, slopes);
        TensorPrimitives.Multiply(values, x, values);
    }

    /// <summary>x^-n.</summary>
    public static void Pole(int n, ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        x.CopyTo(values);
        for (int power = 1; power < n; power++)
            TensorPrimitives.Multiply(values, x, values);
        TensorPrimitives.Divide(1, values, values);
        if (slopes.IsEmpty)
            return;
        TensorPrimitives.Divide(values, x, slopes);
        TensorPrimitives.Multiply(slopes, -n, slopes);
    }

    public static void SquareRoot(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Sqrt(x, values);
        if (!slopes.IsEmpty)
            TensorPrimitives.Divide(0.5, values, slopes);
    }

    public static void Exponential(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        for (int n = 0; n < x.Length; n++)
            values[n] = Math.Exp(x[n]);
        if (!slopes.IsEmpty)
            values.CopyTo(slopes);
    }

    public static void Logarithm(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        for (int n = 0; n < x.Length; n++)
            values[n] = Math.Log(x[n]);
        if (!slopes.IsEmpty)
            TensorPrimitives.Divide(1, x, slopes);
    }

    public static void Sine(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        if (!slopes.IsEmpty)
        {
            for (int n = 0; n < x.Length; n++)
                (values[n], slopes[n]) = Math.SinCos(x[n]);
            return;
        }
        for (int n = 0; n < x.Length; n++)
            values[n] = Math.Sin(x[n]);
    }

    public static void Cosine(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        if (!slopes.IsEmpty)
        {
            Sine(x, slopes, values);
            TensorPrimitives.Negate<double>(slopes, slopes);
            return;
        }
        for (int n = 0; n < x.Length; n++)
            values[n] = Math.Cos(x[n]);
    }

    public static void Tangent(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        for (int n = 0; n < x.Length; n++)
            values[n] = Math.Tan(x[n]);
        if (slopes.IsEmpty)
            return;
        TensorPrimitives.Multiply<double>(values, values, slopes);
        TensorPrimitives.Add(slopes, 1, slopes);
    }

    public static void Gaussian(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        for (int n = 0; n < x.Length; n++)
            values[n] = Math.Exp(-x[n] * x[n]);
        if (slopes.IsEmpty)
            return;
        TensorPrimitives.Multiply(x, -2, slopes);
        TensorPrimitives.Multiply<double>(slopes, values, slopes);
    }
}
