using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Training;

public class MetricsTests
{
    [Fact]
    public void Error_and_determination_are_those_of_the_definition()
    {
        // Errors 1, 0, -1, 0; deviations from the mean 2.5: -1.5, -0.5, 0.5, 1.5.
        Metrics metrics = Metrics.Compare(Matrix.FromColumns([[2, 2, 2, 4]]), Matrix.FromColumns([[1, 2, 3, 4]]));
        Assert.Equal(Math.Sqrt(2.0 / 4), metrics.Rmse, 1e-15);
        Assert.Equal(1 - 2.0 / 5, metrics.R2, 1e-15);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void Extreme_units_neither_overflow_nor_vanish(double unit)
    {
        Metrics metrics = Metrics.Compare(Matrix.FromColumns([[2 * unit, 2 * unit, 2 * unit, 4 * unit]]), Matrix.FromColumns([[1 * unit, 2 * unit, 3 * unit, 4 * unit]]));
        Assert.Equal(Math.Sqrt(0.5), metrics.Rmse / unit, 1e-14);
        Assert.Equal(0.6, metrics.R2, 1e-14);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1)]
    [InlineData(1e-300)]
    public void Rows_in_blocks_count_as_those_of_one_table(double unit)
    {
        // The second output is constant within each block, and yet varies.
        Matrix inputs = Matrix.FromColumns([[0.1, -0.4, 0.7, 2, 0.3]]), targets = Matrix.FromColumns([[3 * unit, 1 * unit, -2 * unit, 5 * unit, 4 * unit], [unit, unit, unit, 2 * unit, 2 * unit]]);
        KanModel model = KanModel.Create(new KanSpec(1, 2), 5, ModelInfo.Default(1, 2) with { OutputScaling = new Scaling([0, 0], [unit, unit]) });
        Metrics whole = Metrics.Measure(model, new Dataset(inputs, targets));
        Metrics parts = Metrics.Measure(model, ((int[][])[[0, 1, 2], [3], [4]]).Select(rows => new Dataset(inputs.SelectRows(rows), targets.SelectRows(rows))));
        Assert.Equal(whole.Rmse / unit, parts.Rmse / unit, 1e-14);
        Assert.Equal(whole.R2, parts.R2, 1e-14);
        Assert.Equal(whole.RowsOutside, parts.RowsOutside);
    }

    [Fact]
    public void Several_outputs_share_one_error_and_the_mean_determination_of_those_that_vary()
    {
        Metrics metrics = Metrics.Compare(Matrix.FromColumns([[1, 2], [5, 7], [3, 3]]), Matrix.FromColumns([[1, 2], [5, 5], [2, 4]]));
        Assert.Equal(Math.Sqrt((0 + 0 + 0 + 4 + 1 + 1) / 6.0), metrics.Rmse, 1e-15);
        Assert.Equal((1 + 0) / 2.0, metrics.R2, 1e-15);
        Assert.True(double.IsNaN(Metrics.Compare(Matrix.FromColumns([[1, 2]]), Matrix.FromColumns([[3, 3]])).R2));
    }

    [Fact]
    public void A_classifier_is_right_where_its_most_probable_class_is()
    {
        ModelInfo info = ModelInfo.Default(1, 2) with { Classes = ["a", "b"] };
        KanModel model = KanModel.Create(new KanSpec(1, 2), seed: 3, info);
        Matrix inputs = Matrix.FromColumns([[-0.9, -0.3, 0.3, 0.9]]);
        Matrix probabilities = model.Predict(inputs).Values;
        double[] first = [.. Enumerable.Range(0, 4).Select(row => Metrics.MostProbable(probabilities, row) == 0 ? 1.0 : 0.0)];
        first[2] = 1 - first[2];
        Metrics metrics = Metrics.Measure(model, new Dataset(inputs, Matrix.FromColumns([first, [.. first.Select(value => 1 - value)]])));
        Assert.Equal(0.75, metrics.Accuracy);
        Assert.Null(Metrics.Measure(KanModel.Create(new KanSpec(1, 2)), new Dataset(inputs, probabilities)).Accuracy);
    }

    [Fact]
    public void Rows_outside_the_range_are_counted()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1));
        Assert.Equal(1, Metrics.Measure(model, new Dataset(Matrix.FromColumns([[0, 7, 1]]), new Matrix(3, 1))).RowsOutside);
    }

    [Fact]
    public void Sizes_that_differ_are_refused() =>
        Assert.Contains("3 x 1 predictions and 2 x 1 targets", Assert.Throws<KanDataException>(() => Metrics.Compare(new Matrix(3, 1), new Matrix(2, 1))).Message);
}
