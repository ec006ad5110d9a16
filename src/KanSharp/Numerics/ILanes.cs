namespace KanSharp.Numerics;

/// <summary>
/// Vectors of one width, so that a kernel is written once for every width and element type: what .NET spells differently for each of them.
/// A kernel takes the widest that the machine has; types are known to the JIT, so nothing of this is left at run time.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">Its elements, double or float.</typeparam>
internal interface ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Elements of a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Create(T value);

    static abstract TVector Load(ref readonly T source);

    static abstract void Store(TVector vector, ref T target);

    /// <summary>left * right + sum.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector sum);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>The total over all lanes.</summary>
    static abstract T Sum(TVector vector);
}
