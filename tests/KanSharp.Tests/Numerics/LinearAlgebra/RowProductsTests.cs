using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Tests.Numerics.LinearAlgebra;

public class RowProductsTests
{
    [Fact]
    public void Four_lanes_give_the_plain_dot_products() => CheckAllSizes<DotLanes256>();

    [Fact]
    public void Eight_lanes_give_the_plain_dot_products() => CheckAllSizes<DotLanes512>();

    private static unsafe void CheckAllSizes<TLanes>() where TLanes : struct, IDotLanes<TLanes>
    {
        const int longest = 40;
        var random = new SeededRandom(1);
        double[] left = [.. Enumerable.Range(0, 4 * longest).Select(_ => random.NextDouble() - 0.5)];
        double[] right = [.. Enumerable.Range(0, 4 * longest).Select(_ => random.NextDouble() - 0.5)];
        left[3 * longest - 1] = double.NaN;
        double[] products = new double[16];
        for (int length = 0; length <= longest; length++)
        {
            for (int sizes = 0; sizes < 16; sizes++)
            {
                int height = sizes / 4 + 1, width = sizes % 4 + 1;
                fixed (double* a = left, b = right, target = products)
                    RowProducts.Multiply<TLanes>(a, height, b, width, longest, length, target);
                for (int i = 0; i < height; i++)
                {
                    for (int j = 0; j < width; j++)
                    {
                        double expected = 0;
                        for (int k = 0; k < length; k++)
                            expected += left[i * longest + k] * right[j * longest + k];
                        Assert.Equal(expected, products[i * 4 + j], 1e-14);
                    }
                }
            }
        }
    }
}
