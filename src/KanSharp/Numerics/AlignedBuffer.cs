using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KanSharp.Numerics;

/// <summary>
/// Numbers that start at a cache line, zero at first. A vector of 64 bytes that straddles two lines takes two reads: arrays of .NET start anywhere, which
/// costs the kernels a third of their speed or more.
/// </summary>
/// <remarks>
/// An ordinary array may be moved by the collector, and then starts elsewhere: that costs speed and nothing else. A pinned array stays, but
/// dies only in collections of the oldest generation: it is for what lasts, since a passing evaluation of one edge must leave nothing behind.
/// </remarks>
internal readonly struct AlignedBuffer<T>
    where T : unmanaged
{
    private const int Line = 64;

    private readonly T[]? _array;
    private readonly int _start;

    public unsafe AlignedBuffer(int length, bool pinned = false)
    {
        Length = length;
        _array = GC.AllocateArray<T>(length + Line / sizeof(T), pinned);
        nuint past = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)) % Line;
        _start = (int)((Line - past) % Line) / sizeof(T);
    }

    public int Length { get; }

    public Span<T> Span => new(_array, _start, Length);

    public Span<T> AsSpan(int start, int length) => Span.Slice(start, length);

    public static implicit operator Span<T>(AlignedBuffer<T> buffer) => buffer.Span;

    public static implicit operator ReadOnlySpan<T>(AlignedBuffer<T> buffer) => buffer.Span;
}
