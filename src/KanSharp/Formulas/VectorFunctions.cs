using System.Numerics.Tensors;

namespace KanSharp.Formulas;

/// <summary>
/// The built-in functions that are worth evaluating at many places at once: values, and first derivatives unless <c>slopes</c> is empty. Values and slopes
/// must not overlap the places. Equal to the functions one by one but for the last bit or two; the vector tanh is not among them, since it has no relative accuracy near zero.
/// </summary>
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
        TensorPrimitives.Exp(x, values);
        if (!slopes.IsEmpty)
            values.CopyTo(slopes);
    }

    public static void Logarithm(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Log(x, values);
        if (!slopes.IsEmpty)
            TensorPrimitives.Divide(1, x, slopes);
    }

    public static void Sine(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Sin(x, values);
        if (!slopes.IsEmpty)
            TensorPrimitives.Cos(x, slopes);
    }

    public static void Cosine(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Cos(x, values);
        if (slopes.IsEmpty)
            return;
        TensorPrimitives.Sin(x, slopes);
        TensorPrimitives.Negate<double>(slopes, slopes);
    }

    public static void Tangent(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Tan(x, values);
        if (slopes.IsEmpty)
            return;
        TensorPrimitives.Multiply<double>(values, values, slopes);
        TensorPrimitives.Add(slopes, 1, slopes);
    }

    public static void Gaussian(ReadOnlySpan<double> x, Span<double> values, Span<double> slopes)
    {
        TensorPrimitives.Multiply(x, x, values);
        TensorPrimitives.Negate<double>(values, values);
        TensorPrimitives.Exp<double>(values, values);
        if (slopes.IsEmpty)
            return;
        TensorPrimitives.Multiply(x, -2, slopes);
        TensorPrimitives.Multiply<double>(slopes, values, slopes);
    }
}
