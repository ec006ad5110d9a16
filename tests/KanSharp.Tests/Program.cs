using System.Runtime.Intrinsics;
using KanSharp.Splines;
using KanSharp.Tests.Layers;

namespace KanSharp.Tests;

/// <summary>
/// What the test of narrower vectors runs in a process of its own, because .NET reads once, at its start, which instructions it may use. Prints the width of
/// the widest vectors in bits; fails if a kernel does.
/// </summary>
internal static class Program
{
    private static int Main()
    {
        Console.WriteLine(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0);
        var tests = new NumericEdgesTests();
        foreach ((int order, int intervals) in (ReadOnlySpan<(int, int)>)[(0, 5), (2, 13), (3, 1), (3, 5), (3, 40), (5, 13)])
            tests.Every_sum_agrees_with_the_scalar_basis(order, intervals, RangePolicy.Linear);
        tests.Every_sum_over_weights_without_splines_agrees_with_the_scalar_one();
        tests.What_is_not_a_number_gives_what_is_not_a_number_and_nothing_else(1);
        tests.What_is_not_a_number_gives_what_is_not_a_number_and_nothing_else(70);
        tests.A_tile_that_is_not_full_gives_what_its_samples_give_in_a_full_one(5);
        var folding = new FoldedLayerTests();
        folding.Weights_are_mask_times_scale_times_coefficient(3, 5);
        folding.Gradients_come_back_by_the_chain_rule(3, 6);
        return 0;
    }
}
