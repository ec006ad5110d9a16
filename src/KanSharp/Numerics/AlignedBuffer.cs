using System.Runtime.CompilerServices;

namespace KanSharp.Numerics;

/// <summary>
/// Numbers that start at a cache line, zero at first, and stay where they are. A vector of 64 bytes that straddles two lines takes two reads: arrays of .NET
/// start anywhere, which costs the kernels a third of their speed.
/// </summary>
internal readonly unsafe struct AlignedBuffer<T>
    where T : unmanaged
{
    private const int Line = 64;

    private readonly T[]? _array;
    private readonly T* _start;

    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<T>(length + Line / sizeof(T), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref _array[0]);
        _start = (T*)((address + Line - 1) / Line * Line);
    }

    public int Length { get; }

    public Span<T> Span => new(_start, Length);

    public Span<T> AsSpan(int start, int length) => Span.Slice(start, length);

    public static implicit operator Span<T>(AlignedBuffer<T> buffer) => buffer.Span;

    public static implicit operator ReadOnlySpan<T>(AlignedBuffer<T> buffer) => buffer.Span;
}
