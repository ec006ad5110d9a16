using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KanSharp.Numerics.LinearAlgebra;

/// <summary>
/// JᵀJ where most of J is zero, as for splines on fine grids: a sample meets one window of a spline's coefficients. What a sample costs hangs on the number of splines, not on that of their
/// coefficients.
/// </summary>
internal static unsafe class WindowProducts
{
    /// <summary>Parameters in a window.</summary>
    public const int Width = 4;

    /// <summary>
    /// Adds the products of windows with windows to the lower triangle of <paramref name="normal"/>. Next to the diagonal the upper one is added to as well, and a window that runs over the
    /// last parameter adds its zeros to what stands there: up to <see cref="Width"/> - 1 rows more, and as many numbers.
    /// </summary>
    /// <param name="normal">The sums, row-major.</param>
    /// <param name="stride">Distance from one of their rows to the next.</param>
    /// <param name="starts">The first parameter of each window, [window][sample]; those of a window are above those of the windows before it.</param>
    /// <param name="windows">Derivatives by the parameters of the windows, [window][sample][<see cref="Width"/>].</param>
    /// <param name="windowCount">Windows of a sample.</param>
    /// <param name="tile">Samples of a full tile.</param>
    /// <param name="samples">Samples of this one.</param>
    public static void AddLower(double* normal, int stride, int* starts, double* windows, int windowCount, int tile, int samples)
    {
        // Pair by pair, so that the sums of two splines stay in the first cache.
        for (int i = 0; i < windowCount; i++)
        {
            for (int j = 0; j <= i; j++)
                AddPair(normal, stride, starts + (nint)i * tile, starts + (nint)j * tile, windows + (nint)i * tile * Width, windows + (nint)j * tile * Width, samples);
        }
    }

    /// <summary>
    /// Adds the products of windows with the derivatives by other parameters to sums[parameter of a window][other]. Others in the lanes: windows overlap from one sample to the next, and
    /// what has just been stored can be read again at once only where it begins at the same place.
    /// </summary>
    /// <param name="sums">The sums, row-major; a window may run over the end as above.</param>
    /// <param name="others">[sample][other], <paramref name="count"/> for each sample.</param>
    /// <param name="count">How many others there are, a multiple of <see cref="Width"/>.</param>
    /// <param name="starts">As above.</param>
    /// <param name="windows">As above.</param>
    /// <param name="windowCount">As above.</param>
    /// <param name="tile">As above.</param>
    /// <param name="samples">As above.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts(double* sums, double* others, int count, int* starts, double* windows, int windowCount, int tile, int samples)
    {
        for (int i = 0; i < windowCount; i++, starts += tile, windows += (nint)tile * Width)
        {
            for (int n = 0; n < samples; n++)
            {
                double* window = windows + (nint)n * Width, other = others + (nint)n * count, target = sums + (nint)starts[n] * count;
                for (int tap = 0; tap < Width; tap++, target += count)
                {
                    Vector256<double> value = Vector256.Create(window[tap]);
                    for (int c = 0; c < count; c += Width)
                        Vector256.Store(Vector256.MultiplyAddEstimate(value, Vector256.Load(other + c), Vector256.Load(target + c)), target + c);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPair(double* normal, int stride, int* leftStarts, int* rightStarts, double* left, double* right, int samples)
    {
        for (int n = 0; n < samples; n++, left += Width, right += Width)
        {
            Vector256<double> window = Vector256.Load(right);
            double* target = normal + ((nint)leftStarts[n] * stride + rightStarts[n]);
            Vector256.Store(Vector256.MultiplyAddEstimate(Vector256.Create(left[0]), window, Vector256.Load(target)), target);
            target += stride;
            Vector256.Store(Vector256.MultiplyAddEstimate(Vector256.Create(left[1]), window, Vector256.Load(target)), target);
            target += stride;
            Vector256.Store(Vector256.MultiplyAddEstimate(Vector256.Create(left[2]), window, Vector256.Load(target)), target);
            target += stride;
            Vector256.Store(Vector256.MultiplyAddEstimate(Vector256.Create(left[3]), window, Vector256.Load(target)), target);
        }
    }
}
