using System.Numerics;

namespace KanSharp.Numerics;

/// <summary>
/// Points that fill the unit cube evenly: the Sobol sequence with the direction numbers of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008), in up to
/// ten dimensions, moved by a random digital shift, which keeps its evenness.
/// </summary>
public sealed class SobolSequence
{
    /// <summary>Most dimensions.</summary>
    public const int MaxDimensions = 10;

    private const int Bits = 32;

    /// <summary>Degree, coefficients and first direction numbers of each dimension's primitive polynomial, from the second on.</summary>
    private static readonly (int Degree, uint Coefficients, uint[] First)[] s_polynomials =
    [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
        (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]),
    ];

    private readonly uint[][] _directions;
    private readonly uint[] _state;
    private readonly uint[] _shift;
    private uint _index;

    /// <summary>Starts a sequence; the shift depends on the seed.</summary>
    public SobolSequence(int dimensions, ulong seed)
    {
        if (dimensions is < 1 or > MaxDimensions)
            throw new KanSharpException($"A Sobol sequence in {dimensions} dimensions is not there; 1 to {MaxDimensions} are possible. Use random points.");
        _directions = [.. Enumerable.Range(0, dimensions).Select(Directions)];
        _state = new uint[dimensions];
        var random = new SeededRandom(seed);
        _shift = [.. Enumerable.Range(0, dimensions).Select(_ => (uint)(random.NextBits() >> Bits))];
    }

    /// <summary>Writes the next point, one number from 0 to 1 for each dimension.</summary>
    public void Next(Span<double> point)
    {
        int bit = BitOperations.TrailingZeroCount(~_index++);
        for (int d = 0; d < _state.Length; d++)
        {
            point[d] = (_state[d] ^ _shift[d]) * (1.0 / (1L << Bits));
            _state[d] ^= _directions[d][bit];
        }
    }

    private static uint[] Directions(int dimension)
    {
        uint[] v = new uint[Bits];
        if (dimension == 0)
        {
            for (int i = 0; i < Bits; i++)
                v[i] = 1u << (Bits - 1 - i);
            return v;
        }
        (int degree, uint coefficients, uint[] first) = s_polynomials[dimension - 1];
        for (int i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                v[i] = first[i] << (Bits - 1 - i);
                continue;
            }
            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((coefficients >> (degree - 1 - k)) & 1) != 0)
                    v[i] ^= v[i - k];
            }
        }
        return v;
    }
}
