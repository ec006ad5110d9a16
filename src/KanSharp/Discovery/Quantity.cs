using System.Numerics.Tensors;
using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>An input, or the sum or difference of two, on some rows; products of powers are made of them.</summary>
internal sealed record Quantity(Expression Expression, double[] Values)
{
    private const int LargestPower = 2;

    public double[] Logarithms { get; } = [.. Values.Select(value => Math.Log(Math.Abs(value)))];

    public bool IsPositive { get; } = Values.All(value => value > 0);

    /// <summary>The inputs of a view.</summary>
    public static Quantity[] Inputs(DataView view, int[] rows) =>
        [.. view.Info.InputNames.Select((name, j) => new Quantity(new Variable(name), [.. rows.Select(row => view.Training.Inputs[row, j])]))];

    /// <summary>In the place of each two inputs their difference or sum, the last of all.</summary>
    public static IEnumerable<Quantity[]> Pairs(Quantity[] inputs) =>
        from i in Enumerable.Range(0, inputs.Length)
        from j in Enumerable.Range(i + 1, inputs.Length - i - 1)
        from pair in (Quantity[])
        [
            new(inputs[i].Expression - inputs[j].Expression, [.. inputs[i].Values.Zip(inputs[j].Values, (a, b) => a - b)]),
            new(inputs[i].Expression + inputs[j].Expression, [.. inputs[i].Values.Zip(inputs[j].Values, (a, b) => a + b)]),
        ]
        where !pair.Values.Contains(0)
        select (Quantity[])[.. inputs.Where((_, k) => k != i && k != j), pair];

    /// <summary>A product of powers as an expression.</summary>
    public static Expression Product(Quantity[] quantities, double[] powers) =>
        Formulas.Product.Of([new Constant(1), .. quantities.Select((quantity, j) => quantity.Expression.Pow(powers[j])).Where((_, j) => powers[j] != 0)]);

    /// <summary>A product of whole powers on the rows.</summary>
    public static double[] Product(Quantity[] quantities, int[] powers)
    {
        double[] product = [.. Enumerable.Repeat(1.0, quantities[0].Values.Length)];
        for (int j = 0; j < powers.Length; j++)
        {
            for (int k = 0; k < Math.Abs(powers[j]); k++)
            {
                if (powers[j] > 0)
                    TensorPrimitives.Multiply<double>(product, quantities[j].Values, product);
                else
                    TensorPrimitives.Divide<double>(product, quantities[j].Values, product);
            }
        }
        return product;
    }

    /// <summary>The powers of products, up to inversion and to a power of the whole, those of the smallest sum first.</summary>
    public static IEnumerable<int[]> Products(int count) =>
        AllProducts(count).Where(powers => powers.FirstOrDefault(power => power != 0) > 0 && powers.Any(power => Math.Abs(power) == 1));

    /// <summary>The powers of all products, those of the smallest sum first.</summary>
    public static IEnumerable<int[]> AllProducts(int count, int largest = LargestPower) => Enumerable.Range(0, largest * count + 1).SelectMany(sum => Powers(count, sum, largest));

    /// <summary>The product or its inverse: what changes its sign does so through zero, if it can.</summary>
    public static int[] Finite(Quantity[] quantities, int[] group) =>
        group.Where((_, j) => !quantities[j].IsPositive).FirstOrDefault(power => power != 0) < 0 ? [.. group.Select(power => -power)] : group;

    private static IEnumerable<int[]> Powers(int count, int sum, int largest)
    {
        if (count == 0)
            return sum == 0 ? [[]] : [];
        return Enumerable.Range(-largest, 2 * largest + 1).Where(power => Math.Abs(power) <= sum && sum - Math.Abs(power) <= largest * (count - 1))
            .SelectMany(power => Powers(count - 1, sum - Math.Abs(power), largest).Select(rest => (int[])[power, .. rest]));
    }
}
