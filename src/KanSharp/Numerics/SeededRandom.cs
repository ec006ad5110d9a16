using System.Collections.Immutable;

namespace KanSharp.Numerics;

/// <summary>
/// The generator that every random choice of KanSharp is drawn from: xoshiro256** seeded through SplitMix64
/// (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). Its sequence is part of the library's contract:
/// the same seed gives the same numbers on every machine and in every later version.
/// </summary>
public sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Starts the sequence that belongs to <paramref name="seed"/>.</summary>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    private SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>Where the sequence stands: four words, not all zero.</summary>
    internal ImmutableArray<ulong> State => [_s0, _s1, _s2, _s3];

    /// <summary>Goes on from where a sequence stood.</summary>
    internal static SeededRandom FromState(ImmutableArray<ulong> state) =>
        state is [ulong s0, ulong s1, ulong s2, ulong s3] && (s0 | s1 | s2 | s3) != 0 ? new SeededRandom(s0, s1, s2, s3)
            : throw new KanSharpException("A random generator's state is four numbers, not all zero.");

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform on [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform on 0 .. <paramref name="count"/> - 1, without bias (Lemire's rejection).</summary>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ulong bound = (ulong)count;
        ulong threshold = (0 - bound) % bound;
        while (true)
        {
            UInt128 product = (UInt128)NextBits() * bound;
            if ((ulong)product >= threshold)
                return (int)(ulong)(product >> 64);
        }
    }

    /// <summary>Standard normal (Marsaglia's polar method).</summary>
    public double NextGaussian()
    {
        while (true)
        {
            double u = 2 * NextDouble() - 1, v = 2 * NextDouble() - 1;
            double s = u * u + v * v;
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * Math.Log(s) / s);
        }
    }

    /// <summary>A random permutation of 0 .. <paramref name="count"/> - 1 (Fisher-Yates).</summary>
    public int[] NextPermutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        for (int i = count - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>A generator of its own for a part of the work, so that parts may run in any order and still draw the same numbers.</summary>
    public SeededRandom Fork() => new(NextBits());

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
