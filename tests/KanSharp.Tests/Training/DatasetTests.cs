using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class DatasetTests
{
    private static Dataset Numbered(int rows) =>
        new(Matrix.FromColumns([[.. Enumerable.Range(0, rows).Select(i => (double)i)]]), Matrix.FromColumns([[.. Enumerable.Range(0, rows).Select(i => -(double)i)]]));

    [Fact]
    public void A_split_keeps_every_sample_once_in_order_and_the_same_seed_splits_the_same()
    {
        (Dataset training, Dataset validation) = Numbered(101).Split(0.2, 5);
        double[] first = training.Inputs.Column(0).ToArray(), second = validation.Inputs.Column(0).ToArray();
        Assert.Equal(20, second.Length);
        Assert.Equal(first.Order(), first);
        Assert.Equal(second.Order(), second);
        Assert.Equal(Enumerable.Range(0, 101).Select(i => (double)i), first.Concat(second).Order());
        Assert.Equal(second.Select(value => -value), validation.Targets.Column(0).ToArray());
        Assert.Equal(second, Numbered(101).Split(0.2, 5).Validation.Inputs.Column(0).ToArray());
        Assert.NotEqual(second, Numbered(101).Split(0.2, 6).Validation.Inputs.Column(0).ToArray());
    }

    [Fact]
    public void Each_part_of_a_split_gets_a_sample()
    {
        Assert.Equal(1, Numbered(10).Split(0.001, 1).Validation.Count);
        Assert.Equal(1, Numbered(10).Split(0.999, 1).Training.Count);
        Assert.Throws<KanDataException>(() => Numbered(1).Split(0.5, 1));
        Assert.Throws<KanDataException>(() => Numbered(10).Split(1, 1));
        Assert.Throws<KanDataException>(() => Numbered(10).Split(double.NaN, 1));
    }

    [Fact]
    public void What_does_not_belong_together_or_is_not_finite_is_refused()
    {
        Assert.Contains("3 rows of inputs and 2 rows of targets", Assert.Throws<KanDataException>(() => new Dataset(new Matrix(3, 1), new Matrix(2, 1))).Message);
        Assert.Throws<KanDataException>(() => new Dataset(new Matrix(0, 1), new Matrix(0, 1)));
        var targets = new Matrix(2, 1) { [1, 0] = double.NaN };
        Assert.Contains("Target 0 of row 1 is NaN", Assert.Throws<KanDataException>(() => new Dataset(new Matrix(2, 1), targets)).Message);
    }
}
