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

    /// <summary>Whether lanes can pick from a table in registers (<see cref="Pick"/>).</summary>
    static abstract bool CanPick { get; }

    static abstract TVector Create(T value);

    static abstract TVector Load(ref readonly T source);

    static abstract void Store(TVector vector, ref T target);

    /// <summary>left * right + sum.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector sum);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>The lower of a bound and a value; NaN where the value is NaN.</summary>
    static abstract TVector AtMost(TVector bound, TVector value);

    /// <summary>The higher of a bound and a value; NaN where the value is NaN.</summary>
    static abstract TVector AtLeast(TVector bound, TVector value);

    /// <summary>The total over all lanes.</summary>
    static abstract T Sum(TVector vector);

    /// <summary>The totals of four vectors of four lanes each.</summary>
    static abstract TVector Totals(TVector a, TVector b, TVector c, TVector d);

    /// <summary>The first lanes of all four, then their second lanes, and so on; in vectors of four lanes, and in those of eight doubles.</summary>
    static abstract (TVector, TVector, TVector, TVector) Interleaved(TVector a, TVector b, TVector c, TVector d);

    /// <summary>Stores the whole numbers in the lowest 22 bits of the lanes; in place of those above <paramref name="most"/>, which whatever is not a number may give, that.</summary>
    static abstract void StoreWhole(TVector whole, int most, ref int target);

    /// <summary>
    /// The bits of each value, as whole numbers, plus those of <paramref name="bits"/> shifted to the left. Shifted to where the exponent begins, the whole
    /// number n in the lowest bits makes value * 2^n, where value and result are normal numbers.
    /// </summary>
    static abstract TVector AddShifted(TVector value, TVector bits, int shift);

    /// <summary>How many of the thresholds are at or below x, added to the whole numbers <paramref name="start"/>; for <see cref="Pick"/>.</summary>
    static abstract TVector CountAtOrBelow(TVector x, ref readonly T thresholds, int count, TVector start);

    /// <summary>For each lane the element of a table of one vector, or two, that <paramref name="index"/> says.</summary>
    static abstract TVector Pick(ref readonly T table, bool two, TVector index);
}
