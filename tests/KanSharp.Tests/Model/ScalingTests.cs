using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Tests.Model;

public class ScalingTests
{
    private static readonly double[][] s_columns =
    [
        [1.0, 2.0, 4.0, 9.0],
        [1e300, -1e300, 3e299, 0.0],
        [8e307, -8e307, 5e307, 0.0],
        [1e-300, 3e-300, 2e-300, 5e-301],
        [1.7e9, 1.7e9 + 86400, 1.7e9 + 3, 1.7e9 + 7],
        [0.1, 0.3, 0.7, 0.2],
    ];

    private static Matrix Values => Matrix.FromColumns(s_columns);

    [Fact]
    public void The_range_of_every_column_becomes_minus_one_to_one_and_no_value_leaves_it()
    {
        Matrix scaled = Scaling.FromRange(Values).Apply(Values);
        for (int j = 0; j < scaled.Columns; j++)
        {
            double[] column = scaled.Column(j).ToArray();
            Assert.All(column, value => Assert.InRange(value, -1, 1));
            Assert.Equal(-1, column.Min(), 1e-15);
            Assert.Equal(1, column.Max(), 1e-15);
        }
    }

    [Fact]
    public void Moments_become_mean_zero_and_deviation_one_at_any_scale()
    {
        Matrix scaled = Scaling.FromMoments(Values).Apply(Values);
        for (int j = 0; j < scaled.Columns; j++)
        {
            double[] column = scaled.Column(j).ToArray();
            Assert.Equal(0, column.Average(), 1e-9);
            Assert.Equal(1, column.Sum(value => value * value) / 3, 1e-9);
        }
    }

    [Fact]
    public void Inverting_gives_the_raw_values_back()
    {
        foreach (Scaling scaling in new[] { Scaling.FromRange(Values), Scaling.FromMoments(Values) })
        {
            Matrix back = scaling.Invert(scaling.Apply(Values));
            for (int j = 0; j < back.Columns; j++)
            {
                double size = s_columns[j].Max(Math.Abs);
                for (int i = 0; i < back.Rows; i++)
                    Assert.Equal(Values[i, j] / size, back[i, j] / size, 1e-14);
            }
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(1e300)]
    [InlineData(-1e-300)]
    public void A_constant_column_becomes_zero(double constant)
    {
        Matrix values = Matrix.FromColumns([[constant, constant, constant]]);
        foreach (Scaling scaling in new[] { Scaling.FromRange(values), Scaling.FromMoments(values) })
        {
            Assert.Equal([0, 0, 0], scaling.Apply(values).Column(0).ToArray());
            Assert.Equal([constant, constant, constant], scaling.Invert(new Matrix(3, 1)).Column(0).ToArray());
        }
    }

    [Fact]
    public void Columns_can_be_selected_and_the_identity_changes_nothing()
    {
        Scaling selected = Scaling.FromRange(Values).Select([4, 0]);
        Assert.Equal([1.7e9 + 43200, 5], selected.Offsets.ToArray());
        Assert.Equal([43200, 4], selected.Scales.ToArray());
        Assert.False(selected.IsIdentity);
        Assert.True(Scaling.Identity(6).IsIdentity);
        Assert.Equal(Values.Values.ToArray(), Scaling.Identity(6).Apply(Values).Values.ToArray());
    }

    [Fact]
    public void Scales_that_cannot_be_divided_by_and_foreign_matrices_are_refused()
    {
        Assert.Throws<KanSharpException>(() => new Scaling([0], [0]));
        Assert.Throws<KanSharpException>(() => new Scaling([double.NaN], [1]));
        Assert.Throws<KanSharpException>(() => new Scaling([0, 0], [1]));
        Assert.Throws<KanDataException>(() => Scaling.Identity(2).Apply(new Matrix(3, 3)));
    }
}
