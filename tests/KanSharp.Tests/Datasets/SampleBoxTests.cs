using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Datasets;

public class SampleBoxTests
{
    [Fact]
    public void Scalars_rows_columns_and_formulas_give_the_same_data()
    {
        SampleBox box = SampleBox.Cube(2);
        Dataset[] all =
        [
            box.Sample(1000, 1, (x, y) => Math.Sin(x) + y * y),
            box.SampleRows(1000, 1, x => Math.Sin(x[0]) + x[1] * x[1]),
            box.SampleColumns(1000, 1, x => Matrix.FromColumns([[.. Enumerable.Range(0, x.Rows).Select(row => Math.Sin(x[row, 0]) + x[row, 1] * x[row, 1])]])),
            box.SampleFormula(1000, 1, Expression.Parse("sin(a) + b^2"), ["a", "b"]).Data,
        ];
        Assert.All(all, data =>
        {
            Assert.Equal((1000, 2, 1000, 1), (data.Inputs.Rows, data.Inputs.Columns, data.Targets.Rows, data.Targets.Columns));
            Assert.Equal(all[0].Inputs.Values.ToArray(), data.Inputs.Values.ToArray());
            for (int row = 0; row < 1000; row++)
                Assert.Equal(all[0].Targets[row, 0], data.Targets[row, 0], 1e-15);
        });
        Assert.Equal(1, SampleBox.Cube(1).Sample(10, 1, x => x).Inputs.Columns);
        Assert.Equal(3, SampleBox.Cube(3).Sample(10, 1, (x, y, z) => x + y * z).Inputs.Columns);
    }

    [Fact]
    public void Columns_may_have_several_targets()
    {
        Dataset data = SampleBox.Cube(2).SampleColumns(20, 1, x => x.Clone());
        Assert.Equal(data.Inputs.Values.ToArray(), data.Targets.Values.ToArray());
    }

    [Fact]
    public void Samples_fill_their_ranges_evenly_and_follow_the_seed()
    {
        var box = new SampleBox((-2, 3), (10, 10.5));
        Matrix x = box.Draw(20_000, 4);
        for (int i = 0; i < 2; i++)
        {
            (double low, double high) = box.Ranges[i];
            double[] values = x.Column(i).ToArray();
            Assert.All(values, value => Assert.InRange(value, low, high));
            for (int tenth = 0; tenth < 10; tenth++)
                Assert.InRange(values.Count(value => (int)((value - low) / (high - low) * 10) == tenth), 1800, 2200);
        }
        Assert.Equal(x.Values.ToArray(), box.Draw(20_000, 4).Values.ToArray());
        Assert.NotEqual(x.Values.ToArray(), box.Draw(20_000, 5).Values.ToArray());
    }

    [Fact]
    public void A_split_is_disjoint_and_complete()
    {
        Dataset data = SampleBox.Cube(1).Sample(1000, 1, x => x);
        (Dataset training, Dataset test) = data.Split(0.2, 7);
        Assert.Equal((800, 200), (training.Count, test.Count));
        double[] together = [.. training.Inputs.Values, .. test.Inputs.Values];
        Assert.Equal(1000, together.Distinct().Count());
        Assert.Equal(data.Inputs.Values.ToArray().Order(), together.Order());
    }

    [Fact]
    public void Normalised_columns_have_mean_0_and_deviation_1()
    {
        Dataset data = new SampleBox((0, 5), (-3, -2)).Sample(500, 1, (x, y) => 7 + 10 * x * y);
        Dataset normal = data.Scaled(Scaling.FromMoments(data.Inputs), Scaling.FromMoments(data.Targets));
        foreach (double[] column in (double[][])[normal.Inputs.Column(0).ToArray(), normal.Inputs.Column(1).ToArray(), normal.Targets.Column(0).ToArray()])
        {
            Assert.Equal(0, column.Average(), 1e-13);
            Assert.Equal(1, column.Sum(value => value * value) / 499, 1e-12);
        }
    }

    [Fact]
    public void Points_without_a_finite_value_are_drawn_again()
    {
        (Dataset data, long redrawn) = SampleBox.Cube(1).SampleFormula(1000, 3, Expression.Parse("sqrt(x)"), ["x"]);
        Assert.InRange(redrawn, 800, 1200);
        for (int row = 0; row < 1000; row++)
            Assert.Equal(Math.Sqrt(data.Inputs[row, 0]), data.Targets[row, 0], 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Blocks_of_any_size_are_the_same_samples(int blockRows)
    {
        Expression formula = Expression.Parse("sqrt(x) + y");
        (Dataset data, long redrawn) = SampleBox.Cube(2).SampleFormula(20, 3, formula, ["x", "y"]);
        (Dataset Data, long Redrawn)[] blocks = [.. SampleBox.Cube(2).SampleFormula(20L, blockRows, 3, formula, ["x", "y"])];
        Assert.Equal((20 + blockRows - 1) / blockRows, blocks.Length);
        Assert.Equal(data.Inputs.Column(1).ToArray(), blocks.SelectMany(block => block.Data.Inputs.Column(1).ToArray()));
        Assert.Equal(data.Targets.Column(0).ToArray(), blocks.SelectMany(block => block.Data.Targets.Column(0).ToArray()));
        Assert.Equal(redrawn, blocks[^1].Redrawn);
    }

    [Fact]
    public void Misuse_is_named()
    {
        SampleBox box = SampleBox.Cube(2);
        Assert.Contains("A function of 1 variables", Assert.Throws<KanSharpException>(() => box.Sample(10, 1, x => x)).Message);
        Assert.Contains("0 rows", Assert.Throws<KanSharpException>(() => box.Draw(0, 1)).Message);
        Assert.Contains("range 1 to 1", Assert.Throws<KanSharpException>(() => new SampleBox((0, 1), (1, 1))).Message);
        Assert.Contains("range NaN", Assert.Throws<KanSharpException>(() => new SampleBox((double.NaN, 1))).Message);
        Assert.Contains("both ends must be finite", Assert.Throws<KanSharpException>(() => new SampleBox((-1.7e308, 1.7e308))).Message);
        Assert.Contains("0 variables", Assert.Throws<KanSharpException>(() => SampleBox.Cube(0)).Message);
        Assert.Contains("one for each variable", Assert.Throws<KanSharpException>(() => new SampleBox()).Message);
        Assert.Throws<KanDataException>(() => box.SampleRows(10, 1, x => Math.Log(-2)));
        Assert.Throws<KanDataException>(() => box.SampleColumns(10, 1, x => new Matrix(9, 1)));
        Assert.Contains("at 0 of 1000 points", Assert.Throws<KanSharpException>(() => box.SampleFormula(10, 1, Expression.Parse("log(-1 - x^2)"), ["x", "y"])).Message);
        Assert.Contains("noise of NaN", Assert.Throws<KanSharpException>(() => box.Sample(10, 1, (x, y) => x).WithNoise(double.NaN, 1)).Message);
    }
}
