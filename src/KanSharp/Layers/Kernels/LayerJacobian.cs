using System.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// Where the derivatives of one output by a layer's free parameters go, at a tile of samples: a row of samples for each parameter, or, for the coefficients of a spline of which a sample
/// meets only a window, that window (<see cref="WindowProducts"/>).
/// </summary>
/// <param name="rowOf">The row of each parameter of the layer; -1 for those that are not free and for those in windows.</param>
/// <param name="windowOf">The window of each edge, -1 for none.</param>
/// <param name="windowStarts">For each window, which parameter the first coefficient of its spline is.</param>
/// <param name="rows">[row][sample].</param>
/// <param name="starts">[window][sample].</param>
/// <param name="windows">[window][sample][<see cref="WindowProducts.Width"/>].</param>
internal readonly ref struct LayerJacobian<T>(ReadOnlySpan<int> rowOf, ReadOnlySpan<int> windowOf, ReadOnlySpan<int> windowStarts, Span<T> rows, Span<int> starts, Span<T> windows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Samples = NumericEdges<T>.Samples;

    private readonly ReadOnlySpan<int> _rowOf = rowOf;
    private readonly ReadOnlySpan<int> _windowOf = windowOf;
    private readonly ReadOnlySpan<int> _windowStarts = windowStarts;
    private readonly Span<T> _rows = rows;
    private readonly Span<int> _starts = starts;
    private readonly Span<T> _windows = windows;

    /// <summary>The row of a parameter of the layer, empty if it has none.</summary>
    public Span<T> Row(int parameter) => _rowOf[parameter] is >= 0 and int row ? _rows.Slice(row * Samples, Samples) : [];

    /// <summary>Whether the coefficients of an edge are in a window.</summary>
    public bool HasWindow(int edge) => _windowOf[edge] >= 0;

    /// <summary>Puts factor[n] taps[n] into the window of an edge, which begins with basis function first[n].</summary>
    public void SetWindow(int edge, ReadOnlySpan<int> first, ReadOnlySpan<T> taps, ReadOnlySpan<T> factor)
    {
        const int width = WindowProducts.Width;
        int window = _windowOf[edge], start = _windowStarts[window];
        for (int n = 0; n < Samples; n++)
        {
            int at = window * Samples + n;
            _starts[at] = start + first[n];
            ReadOnlySpan<T> source = taps.Slice(n * width, width);
            Span<T> target = _windows.Slice(at * width, width);
            target[0] = factor[n] * source[0];
            target[1] = factor[n] * source[1];
            target[2] = factor[n] * source[2];
            target[3] = factor[n] * source[3];
        }
    }
}
