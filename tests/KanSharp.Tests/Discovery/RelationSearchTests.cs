using System.Collections.Immutable;
using KanSharp.Discovery;
using KanSharp.Numerics;

namespace KanSharp.Tests.Discovery;

public class RelationSearchTests
{
    /// <summary>Rows of columns that are uniform on [-1, 1], changed by <paramref name="plant"/>.</summary>
    private static Matrix Table(int rows, int columns, ulong seed, Action<double[], SeededRandom> plant)
    {
        var random = new SeededRandom(seed);
        var data = new Matrix(rows, columns);
        double[] row = new double[columns];
        for (int n = 0; n < rows; n++)
        {
            for (int j = 0; j < columns; j++)
                row[j] = random.NextDouble(-1, 1);
            plant(row, random);
            for (int j = 0; j < columns; j++)
                data[n, j] = row[j];
        }
        return data;
    }

    private static Matrix TwoGroups(int rows, ulong seed, double noise = 0) => Table(rows, 6, seed, (x, random) =>
    {
        x[2] = Math.Exp(Math.Sin(Math.PI * x[0]) + x[1] * x[1]) * (1 + noise * random.NextGaussian());
        x[3] = x[4] * x[4] * x[4] + noise * random.NextGaussian();
    });

    /// <summary>The groups, as columns without blanks, in the order of their first columns.</summary>
    private static string Groups(RelationResult result) => string.Join(" ", result.Relations.Select(relation => string.Join(",", relation.Columns.Select(column => column.Column))).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(100, 0)]
    [InlineData(200, 0)]
    [InlineData(500, 0)]
    [InlineData(2000, 0)]
    [InlineData(200, 0.2)]
    [InlineData(500, 0.2)]
    [InlineData(2000, 0.2)]
    public void Planted_groups_are_found_whatever_the_rows(int rows, double noise)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            RelationResult result = RelationSearch.Run(TwoGroups(rows, seed, noise), new RelationOptions { Seed = seed });
            Assert.Equal("0,1,2 3,4", Groups(result));
            Assert.Equal(5, Assert.Single(result.Alone));
        }
    }

    [Fact]
    public void Where_there_is_no_noise_all_is_explained_and_it_is_told_what_follows_from_what()
    {
        RelationResult result = RelationSearch.Run(TwoGroups(1000, 1));
        Relation large = result.Relations.Single(relation => relation.Columns.Length == 3);
        Assert.Equal(2, large.Function);
        Assert.InRange(large.Columns.Min(column => column.Score), 0.99, 1);
        Relation pair = result.Relations.Single(relation => relation.Columns.Length == 2);
        Assert.True(pair.Function is 3 or 4);
        Assert.Equal(1, pair.Score, 1e-4);
    }

    [Fact]
    public void Three_groups_are_found_among_eighteen_columns()
    {
        Matrix data = Table(2500, 18, 1, (x, random) =>
        {
            for (int j = 0; j < x.Length; j++)
                x[j] = random.NextGaussian();
            (x[0], x[1]) = (random.NextDouble(0.2, 2), random.NextDouble(0.2, 2));
            x[2] = x[0] * x[1] / 2 * (1 + 0.01 * random.NextGaussian());
            x[3] = x[4] / 2 * (1 + 0.01 * random.NextGaussian());
            x[5] = Math.Round(1.6 * x[6] + 0.8 * (x[7] * x[7] - 1) + Math.Sin(2 * x[8]) + 0.2 * random.NextGaussian());
        });
        Assert.Equal("0,1,2 3,4 5,6,7,8", Groups(RelationSearch.Run(data)));
    }

    [Fact]
    public void Independent_columns_of_any_distribution_stay_alone()
    {
        int invented = 0;
        for (ulong seed = 1; seed <= 100; seed++)
        {
            int rows = new[] { 25, 50, 200, 1000 }[seed % 4];
            RelationResult result = RelationSearch.Run(Table(rows, 3 + (int)(seed % 7), seed, (x, random) =>
            {
                for (int j = 0; j < x.Length; j++)
                {
                    x[j] = (((ulong)j + seed) % 5) switch
                    {
                        0 => x[j],
                        1 => random.NextGaussian(),
                        2 => random.NextGaussian() / random.NextGaussian(),
                        3 => random.NextDouble() < 0.3 ? 1 : 0,
                        _ => Math.Round(3 * x[j]),
                    };
                }
            }));
            invented += result.Relations.IsEmpty ? 0 : 1;
            if (result.Relations.IsEmpty && result.Strongest!.Value.Score >= 0.01)
                Assert.InRange(result.Strongest.Value.Significance, double.NegativeInfinity, result.NeededSignificance);
        }
        Assert.Equal(0, invented); // at most one is expected by chance
    }

    [Fact]
    public void A_column_may_be_in_two_relations()
    {
        Matrix data = Table(1000, 6, 3, (x, random) =>
        {
            x[2] = Math.Exp(Math.Sin(Math.PI * x[0]) + x[1] * x[1]);
            x[3] = Math.Tanh(2 * x[0] + 0.1 * random.NextGaussian());
        });
        Assert.Equal("0,1,2 0,3", Groups(RelationSearch.Run(data)));
    }

    [Fact]
    public void Signs_spread_and_curves_that_close_are_relations_too()
    {
        Matrix data = Table(1000, 7, 4, (x, random) =>
        {
            double angle = Math.PI * x[3];
            x[2] = x[0] * x[1];
            (x[3], x[4]) = (Math.Cos(angle), Math.Sin(angle));
            x[6] = x[5] * random.NextGaussian();
        });
        RelationResult result = RelationSearch.Run(data);
        Assert.Equal("0,1,2 3,4 5,6", Groups(result));
        Assert.All(result.Relations, relation => Assert.Null(relation.Function));
    }

    [Fact]
    public void Units_curves_and_outliers_of_a_column_change_nothing()
    {
        Matrix data = TwoGroups(300, 1), bent = data.Clone();
        for (int row = 0; row < data.Rows; row++)
        {
            bent[row, 0] = 1e-300 * data[row, 0];
            bent[row, 1] = 1.7e9 + 1e8 * data[row, 1];
            bent[row, 4] = Math.Sinh(20 * data[row, 4]);
            bent[row, 5] = Math.Exp(700 * data[row, 5]);
        }
        RelationResult first = RelationSearch.Run(data), second = RelationSearch.Run(bent);
        Assert.Equal(Describe(first), Describe(second));
    }

    [Fact]
    public void The_result_does_not_depend_on_threads_and_little_on_the_seed()
    {
        Matrix data = TwoGroups(300, 2);
        RelationResult one = RelationSearch.Run(data, new RelationOptions { Threads = 1 });
        Assert.Equal(Describe(one), Describe(RelationSearch.Run(data, new RelationOptions { Threads = 4 })));
        for (ulong seed = 2; seed <= 10; seed++)
            Assert.Equal(Groups(one), Groups(RelationSearch.Run(data, new RelationOptions { Seed = seed })));
    }

    private static string Describe(RelationResult result) =>
        string.Join(" ", result.Relations.Select(relation => $"{relation.Function}: {string.Join(", ", relation.Columns.Select(column => $"{column.Column} {column.Score:R}"))}")) + $" {result.Strongest}";

    [Fact]
    public void A_text_column_is_one_column()
    {
        Matrix data = Table(500, 5, 5, (x, random) =>
        {
            int label = random.NextInt(3);
            for (int k = 0; k < 3; k++)
                x[1 + k] = k == label ? 1 : 0;
            x[4] = (label + 1) * (x[0] + 2);
        });
        RelationResult result = RelationSearch.Run(data, [new("x", 0), new("kind", 1, 3), new("y", 4)]);
        Assert.Equal("0,1,2", Groups(result));
        Assert.Equal(2, result.Relations[0].Function);
    }

    [Fact]
    public void Many_rows_are_drawn_and_many_columns_take_plainer_curves()
    {
        Assert.Equal(1000, RelationSearch.Run(TwoGroups(6000, 1), new RelationOptions { MaxRows = 1000 }).Rows);
        Matrix wide = Table(400, 200, 6, (x, _) => x[17] = x[3] + x[4] * x[4]);
        Assert.Equal("3,4,17", Groups(RelationSearch.Run(wide)));
    }

    [Fact]
    public void Constant_columns_depend_on_nothing()
    {
        RelationResult result = RelationSearch.Run(Table(100, 3, 7, (x, _) => (x[1], x[2]) = (5, x[0] * x[0])));
        Assert.Equal(1, Assert.Single(result.Constant));
        Assert.Equal("0,2", Groups(result));
        RelationResult one = RelationSearch.Run(Table(100, 2, 7, (x, _) => x[1] = 5));
        Assert.Null(one.Strongest);
        Assert.Empty(one.Relations);
        Assert.Equal(0, Assert.Single(one.Alone));
    }

    [Fact]
    public void Tables_that_tell_nothing_are_refused()
    {
        Assert.Contains("at least 20", Assert.Throws<KanDataException>(() => RelationSearch.Run(TwoGroups(19, 1))).Message);
        Assert.Contains("two or more", Assert.Throws<KanDataException>(() => RelationSearch.Run(new Matrix(50, 1))).Message);
        Assert.Contains("at most 300", Assert.Throws<KanDataException>(() => RelationSearch.Run(new Matrix(50, 301))).Message);
        Assert.Contains("columns 0 to 5", Assert.Throws<KanSharpException>(() => RelationSearch.Run(TwoGroups(50, 1), [new("a", 0), new("b", 5, 2)])).Message);
        Matrix holed = TwoGroups(50, 1);
        holed[7, 3] = double.NaN;
        Assert.Contains("Row 8 of column 4 is NaN", Assert.Throws<KanDataException>(() => RelationSearch.Run(holed)).Message);
        Assert.Throws<KanSharpException>(() => RelationSearch.Run(TwoGroups(50, 1), new RelationOptions { MaxColumns = 1 }));
    }

    [Fact]
    public void A_search_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => RelationSearch.Run(TwoGroups(300, 1), cancellation: stop.Token));
    }

    [Fact]
    public void A_noisy_function_of_two_columns_is_one_group_though_each_explains_little_alone()
    {
        for (ulong seed = 1; seed <= 5; seed++)
            Assert.Equal("0,1,2", Groups(RelationSearch.Run(Table(1000, 4, seed, (x, random) => x[2] = x[0] + 0.7 * x[1] + random.NextGaussian()))));
    }

    public static TheoryData<int[][], int[][], string> Views => new()
    {
        { [[0, 1], [1, 0], [2]], [[0, 1]], "0,1" },
        { [[0, 1, 2], [1, 2], [2, 1, 0]], [[0, 1], [1, 2]], "0,1,2" },
        { [[0, 1, 2, 3], [1, 0, 2], [2, 0, 1], [3, 0]], [[0, 1], [0, 2], [0, 3], [2, 3]], "0,1,2 0,3" },
        { [[0, 1, 2, 3], [1, 0, 2], [2, 3, 0], [3, 0]], [[0, 1], [0, 2], [0, 3], [2, 3]], "0,1,2,3" },
        { [[0, 1], [1, 0, 2], [2, 1, 3], [3, 2]], [[0, 1], [1, 2], [2, 3], [0, 2], [1, 3]], "0,1,2 1,2,3" },
        { [[0, 2], [1, 2], [2, 0, 1]], [[0, 2], [1, 2]], "0,1,2" },
        { [[0, 2], [1, 2], [2, 0, 1]], [[0, 2], [1, 2], [0, 1]], "0,2 1,2" },
        { [[0], [1]], [], "" },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void Views_of_columns_merge_into_groups(int[][] views, int[][] dependent, string groups) =>
        Assert.Equal(groups, string.Join(" ", RelationGroups.Merge(views, (i, k) => dependent.Any(pair => pair.Contains(i) && pair.Contains(k)))
            .Select(group => string.Join(",", group)).Order(StringComparer.Ordinal)));
}
