using System.Numerics.Tensors;

namespace KanSharp.Layers.Kernels;

/// <summary>Values and slopes of the base function over a tile.</summary>
internal static class BaseFunctionKernel
{
    public static void Evaluate(BaseFunction function, ReadOnlySpan<double> x, Span<double> value, Span<double> slope)
    {
        switch (function)
        {
            case BaseFunction.Silu:
                // s = sigmoid(x); silu = x s; silu' = s (1 + x (1 - s)) = s + silu (1 - s)
                TensorPrimitives.Sigmoid(x, slope);
                TensorPrimitives.Multiply(x, slope, value);
                for (int n = 0; n < x.Length; n++)
                    slope[n] += value[n] * (1 - slope[n]);
                break;
            case BaseFunction.Identity:
                x.CopyTo(value);
                slope.Fill(1);
                break;
            default:
                value.Clear();
                slope.Clear();
                break;
        }
    }
}
