using System.Numerics;
using System.Runtime.CompilerServices;

namespace KanSharp.Layers.Kernels;

/// <summary>
/// Where the weights of a layer's edges stand in an array that holds some of its inputs: [block of outputs][input][weights of the block's edges]. A block
/// is read from its first input to its last, so what is read together stands together. The weights of an edge are those of the basis
/// functions and, at index <see cref="BaseWeight"/>, that of the base function.
/// </summary>
/// <param name="BasisCount">Basis functions, G + k.</param>
/// <param name="BaseWeight">Index of the base function's weight.</param>
/// <param name="Blocks">Blocks of outputs.</param>
/// <param name="BlockWidth">Outputs in a block, the last filled up.</param>
/// <param name="BlockLength">Length of the weights of one input and block.</param>
/// <param name="OutputStride">Distance from one output of a block to the next.</param>
/// <param name="WeightStride">Distance from one weight of an edge to the next.</param>
/// <param name="GradientLanes">Numbers that the gradient by one weight is spread over; their sum counts.</param>
/// <param name="GradientTaps">
/// Zero, or basis functions of a window whose sums stand together: the gradient of an edge is then [window][tap], with <see cref="GradientLanes"/> numbers for each
/// window, and what counts for weight w are the taps t of the windows w - t.
/// </param>
internal sealed record EdgeLayout(int BasisCount, int BaseWeight, int Blocks, int BlockWidth, int BlockLength, int OutputStride, int WeightStride, int GradientLanes, int GradientTaps = 0)
{
    /// <summary>Whether weights are those of <see cref="KanSharp.Splines.Kernels.OneSidedCubes{T}"/> for each input whose grid has them.</summary>
    public bool TakesCubes { get; init; }

    /// <summary>The gradient by one weight of an edge, from the numbers of the edge's gradient.</summary>
    public double GradientOf<T>(ref T edge, int weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (GradientLanes == 1)
            return double.CreateTruncating(Unsafe.Add(ref edge, weight * WeightStride));
        if (GradientTaps == 0 || weight == BaseWeight)
            return double.CreateTruncating(DenseKernels.Total(ref Unsafe.Add(ref edge, weight * WeightStride * GradientLanes), GradientLanes));
        if (GradientTaps == 4 && weight >= 3 && weight < BasisCount - 3)
        {
            ref T window = ref Unsafe.Add(ref edge, (weight - 3) * GradientLanes);
            return double.CreateTruncating(Unsafe.Add(ref window, 3 * GradientLanes) + Unsafe.Add(ref window, 2 * GradientLanes + 1) + Unsafe.Add(ref window, GradientLanes + 2) + Unsafe.Add(ref window, 3));
        }
        T sum = T.Zero;
        for (int tap = Math.Max(0, weight - BasisCount + GradientTaps); tap <= Math.Min(GradientTaps - 1, weight); tap++)
            sum += Unsafe.Add(ref edge, (weight - tap) * GradientLanes + tap);
        return double.CreateTruncating(sum);
    }

    /// <summary>Whether a block's weights stand with the outputs next to each other.</summary>
    public bool OutputsInLanes => WeightStride > 1;

    /// <summary>Length of the weights of one input.</summary>
    public int InputLength => Blocks * BlockLength;

    /// <summary>Index of the first weight of a block in an array of so many inputs.</summary>
    public int Block(int block, int input, int inputs) => (block * inputs + input) * BlockLength;

    /// <summary>Index of weight 0 of an edge in an array of so many inputs.</summary>
    public int Edge(int input, int output, int inputs) => Block(output / BlockWidth, input, inputs) + output % BlockWidth * OutputStride;
}
