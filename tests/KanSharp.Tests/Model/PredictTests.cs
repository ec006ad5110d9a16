using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Model;

/// <summary>Predictions in the user's units: a million rows, or one sample at a time.</summary>
public class PredictTests
{
    [Theory]
    [InlineData("2,5,1", 3, 5, BaseFunction.Silu, RangePolicy.Linear)]
    [InlineData("3,[4,2],2", 3, 5, BaseFunction.Silu, RangePolicy.Clamp)]
    [InlineData("3,[4,1],[1,1]", 2, 40, BaseFunction.Identity, RangePolicy.Zero)]
    [InlineData("1,1", 0, 3, BaseFunction.Zero, RangePolicy.Linear)]
    [InlineData("17,33,20", 5, 8, BaseFunction.Silu, RangePolicy.Linear)]
    [InlineData("300,3,70", 3, 5, BaseFunction.Silu, RangePolicy.Linear)]
    public void One_sample_gives_what_a_matrix_gives_to_rounding(string shape, int order, int grid, BaseFunction baseFunction, RangePolicy policy)
    {
        var random = new SeededRandom(5);
        CompareWithMatrix(Scaled(RandomNets.Create(shape, order, grid, baseFunction, policy, true, random)), random);
    }

    [Fact]
    public void A_perceptron_predicts_one_sample_too() => CompareWithMatrix(Scaled(KanModel.Create(new KanSpec(3, 20, 2) { Perceptron = true })), new SeededRandom(1));

    private static void CompareWithMatrix(KanModel model, SeededRandom random)
    {
        Matrix x = RandomNets.Inputs(random, 300, model.InputCount);
        double[] row = new double[model.InputCount], outputs = new double[model.OutputCount];
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            KanModel precise = model.WithPrecision(precision);
            Prediction all = precise.Predict(x);
            double scale = 0;
            foreach (double value in all.Values.Values)
                scale = Math.Max(scale, Math.Abs(value));
            int outside = 0;
            for (int n = 0; n < x.Rows; n++)
            {
                for (int i = 0; i < row.Length; i++)
                    row[i] = x[n, i];
                outside += precise.Predict(row, outputs) ? 0 : 1;
                for (int o = 0; o < outputs.Length; o++)
                    Assert.Equal(all.Values[n, o], outputs[o], scale * (precision == Precision.Single ? 1e-4 : 1e-11));
            }
            Assert.Equal(all.RowsOutside, outside);
        }
    }

    [Fact]
    public void Rows_outside_are_counted_once_and_wherever_they_are()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 5, 1));
        var x = new Matrix(1000, 2);
        foreach (int row in (int[])[0, 127, 128, 500, 999])
            (x[row, 0], x[row, 1]) = (1.5, row % 2 == 0 ? -7 : 0);
        Prediction prediction = model.Predict(x);
        Assert.Equal(5, prediction.RowsOutside);
        Assert.Equal(("x2", -7.0, -1.0, 1.0), (prediction.Farthest!.Input, prediction.Farthest.Value, prediction.Farthest.Low, prediction.Farthest.High));
        Assert.Equal(3, prediction.Farthest.Distance, 1e-12);
        Assert.Null(model.Predict(new Matrix(3, 2)).Farthest);
    }

    [Fact]
    public void A_classifier_gives_probabilities_of_one_sample_too()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 5, 3), info: ModelInfo.Default(2, 3) with { Classes = ["a", "b", "c"] });
        double[] outputs = new double[3];
        model.Predict([0.3, -0.4], outputs);
        Prediction prediction = model.Predict(Matrix.FromRows([[0.3, -0.4]]));
        Assert.Equal(1, outputs.Sum(), 1e-15);
        for (int o = 0; o < 3; o++)
            Assert.Equal(prediction.Values[0, o], outputs[o], 1e-14);
    }

    [Theory]
    [InlineData("2,5,1")]
    [InlineData("400,20,3")]
    public void One_sample_allocates_nothing_after_the_first(string shape)
    {
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            KanModel model = KanModel.Create(KanSpec.Parse(shape) with { Precision = precision });
            double[] inputs = new double[model.InputCount], outputs = new double[model.OutputCount];
            model.Predict(inputs, outputs);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int call = 0; call < 100; call++)
                model.Predict(inputs, outputs);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void Many_threads_may_ask_one_model()
    {
        KanModel model = KanModel.Create(new KanSpec(3, 20, 2));
        Matrix x = RandomNets.Inputs(new SeededRandom(1), 2000, 3);
        double[][] parallel = new double[x.Rows][], alone = new double[x.Rows][];
        Parallel.For(0, x.Rows, new ParallelOptions { MaxDegreeOfParallelism = 8 }, row => parallel[row] = Row(model, x, row));
        for (int row = 0; row < x.Rows; row++)
            alone[row] = Row(model, x, row);
        Assert.Equal(alone, parallel);

        static double[] Row(KanModel model, Matrix x, int row)
        {
            double[] outputs = new double[2];
            model.Predict([x[row, 0], x[row, 1], x[row, 2]], outputs);
            return outputs;
        }
    }

    [Fact]
    public void A_symbolic_input_has_no_range_to_leave()
    {
        KanModel model = KanModel.Create(new KanSpec(1, 1)).FixEdge(new EdgeIndex(0, 0, 0), SymbolicLibrary.Default["x^2"], 1, 0, 1, 0);
        double[] output = new double[1];
        Assert.True(model.Predict([30], output));
        Assert.Equal(900, output[0], 1e-9);
    }

    [Fact]
    public void Misuse_and_bad_numbers_are_refused_with_what_was_found()
    {
        KanModel model = KanModel.Create(new KanSpec(2, 5, 1) { RangePolicy = RangePolicy.Error });
        Assert.Contains("3 inputs", Assert.Throws<KanSharpException>(() => model.Predict(new double[3], new double[1])).Message, StringComparison.Ordinal);
        Assert.Contains("2 outputs", Assert.Throws<KanSharpException>(() => model.Predict(new double[2], new double[2])).Message, StringComparison.Ordinal);
        Assert.Contains("x2 is NaN", Assert.Throws<KanDataException>(() => model.Predict([0, double.NaN], new double[1])).Message, StringComparison.Ordinal);
        Assert.Contains("x1 is 1.5, outside", Assert.Throws<KanDataException>(() => model.Predict([1.5, 0], new double[1])).Message, StringComparison.Ordinal);
        Assert.Contains("x2 of row 131 is NaN", Assert.Throws<KanDataException>(() => model.Predict(WithHole())).Message, StringComparison.Ordinal);
        Assert.Contains("x1 of row 200 is 1.5, outside", Assert.Throws<KanDataException>(() => model.Predict(WithOutlier())).Message, StringComparison.Ordinal);

        static Matrix WithHole()
        {
            var x = new Matrix(300, 2);
            x[130, 1] = double.NaN;
            return x;
        }

        static Matrix WithOutlier()
        {
            var x = new Matrix(300, 2);
            x[199, 0] = 1.5;
            return x;
        }
    }

    /// <summary>The model with units of its own.</summary>
    private static KanModel Scaled(KanModel model)
    {
        double[] inputScales = new double[model.InputCount], outputScales = new double[model.OutputCount];
        Array.Fill(inputScales, 1.25);
        Array.Fill(outputScales, 3);
        return model.With(model.Info with
        {
            InputScaling = new Scaling(new double[model.InputCount], inputScales),
            OutputScaling = new Scaling([.. Enumerable.Range(1, model.OutputCount).Select(o => (double)o)], outputScales),
        });
    }
}
