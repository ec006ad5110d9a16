using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Tests.Numerics.LinearAlgebra;

public class SymmetricUpdateTests
{
    [Fact]
    public void The_gram_matrix_agrees_with_plain_sums_for_every_size_around_the_tiles()
    {
        for (int parameters = 0; parameters <= 40; parameters++)
        {
            foreach (int samples in (int[])[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 255, 256, 257])
                CheckGram(parameters, samples, samples + parameters % 3);
        }
    }

    [Theory]
    [InlineData(70, 600, 608)]
    [InlineData(131, 256, 264)]
    public void The_gram_matrix_agrees_with_plain_sums_for_larger_sizes(int parameters, int samples, int stride) =>
        CheckGram(parameters, samples, stride);

    [Fact]
    public void Not_a_number_in_one_row_reaches_that_parameters_row_and_column_only()
    {
        const int parameters = 19, samples = 21;
        for (int bad = 0; bad < parameters; bad++)
        {
            double[] jacobian = Random(parameters * samples, 3), normal = new double[parameters * parameters];
            jacobian[bad * samples + bad % samples] = double.NaN;
            SymmetricUpdate.AddGram(normal, parameters, jacobian, samples, samples);
            for (int i = 0; i < parameters; i++)
            {
                for (int j = 0; j <= i; j++)
                    Assert.Equal(i == bad || j == bad, double.IsNaN(normal[i * parameters + j]));
            }
        }
    }

    [Fact]
    public void The_gradient_agrees_with_plain_sums()
    {
        foreach (int samples in (int[])[0, 1, 3, 4, 8, 13, 64, 256])
        {
            const int parameters = 7;
            int stride = samples + 2;
            double[] jacobian = Random(parameters * stride, 4), residuals = Random(samples, 5), gradient = Random(parameters, 6);
            double[] expected = [.. gradient];
            for (int p = 0; p < parameters; p++)
            {
                for (int n = 0; n < samples; n++)
                    expected[p] += jacobian[p * stride + n] * residuals[n];
            }

            SymmetricUpdate.AddGradient(gradient, jacobian, stride, residuals);

            for (int p = 0; p < parameters; p++)
                Assert.Equal(expected[p], gradient[p], 1e-13);
        }
    }

    [Fact]
    public void Mirroring_copies_the_lower_triangle_onto_the_upper()
    {
        for (int order = 0; order <= 40; order++)
        {
            double[] matrix = Random(order * order, 8), before = [.. matrix];
            SymmetricUpdate.MirrorLower(matrix, order);
            for (int i = 0; i < order; i++)
            {
                for (int j = 0; j < order; j++)
                    Assert.Equal(before[Math.Max(i, j) * order + Math.Min(i, j)], matrix[i * order + j]);
            }
        }
    }

    [Fact]
    public void Spans_too_short_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricUpdate.AddGram(new double[9], 3, new double[11], 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricUpdate.AddGram(new double[8], 3, new double[12], 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricUpdate.AddGram(new double[9], 3, new double[12], 3, 4));
    }

    private static void CheckGram(int parameters, int samples, int stride)
    {
        double[] jacobian = Random(parameters * stride, 1), normal = Random(parameters * parameters, 2), expected = [.. normal];
        for (int i = 0; i < parameters; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                for (int n = 0; n < samples; n++)
                    expected[i * parameters + j] += jacobian[i * stride + n] * jacobian[j * stride + n];
            }
        }

        SymmetricUpdate.AddGram(normal, parameters, jacobian, stride, samples);

        // Summing up to 600 products of size 1/4 in another order moves the result by some 600 * 1e-16. Above the diagonal nothing changes.
        for (int i = 0; i < normal.Length; i++)
        {
            if (!(Math.Abs(expected[i] - normal[i]) <= 1e-13))
                Assert.Fail($"{parameters} parameters, {samples} samples, element {i}: {normal[i]:R} instead of {expected[i]:R}");
        }
    }

    private static double[] Random(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
    }
}
