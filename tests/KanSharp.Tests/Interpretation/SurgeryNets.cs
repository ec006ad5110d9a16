using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Interpretation;

/// <summary>Networks with everything a model can have: products of any arity, symbolic and masked edges, free knots, scaling, names, history.</summary>
internal static class SurgeryNets
{
    public static TheoryData<string> Shapes() => ["3,4,2", "2,[3,2],1", "3,[2,2:2/3],[1,3:1/2/3],2"];

    public static (KanModel Model, Matrix Inputs) Create(string shape, ulong seed = 5)
    {
        var random = new SeededRandom(seed);
        KanModel model = RandomNets.Create(shape, 3, 4, BaseFunction.Silu, RangePolicy.Linear, symbolic: true, random);
        int inputs = model.InputCount, outputs = model.OutputCount;
        Matrix x = RandomNets.Inputs(random, 60, inputs);
        if (model.HasSplines)
            model = GridUpdater.Update(model, x);
        model = model.With(model.Info with
        {
            InputNames = [.. Enumerable.Range(0, inputs).Select(i => $"in{i}")],
            InputScaling = new Scaling(Values(inputs, random), [.. Values(inputs, random).Select(value => 1 + value * value)]),
            OutputScaling = new Scaling(Values(outputs, random), [.. Values(outputs, random).Select(value => 1 + value * value)]),
        });
        return (model, x);
    }

    public static double Worst(Matrix a, Matrix b)
    {
        Assert.Equal((a.Rows, a.Columns), (b.Rows, b.Columns));
        double worst = 0;
        for (int i = 0; i < a.Values.Length; i++)
            worst = Math.Max(worst, Math.Abs(a.Values[i] - b.Values[i]) / Math.Max(1, Math.Abs(b.Values[i])));
        return worst;
    }

    /// <summary>The same outputs, to 1e-12, names and scaling, and one more line of history.</summary>
    public static void SameFunction(KanModel before, KanModel after, Matrix x)
    {
        Assert.InRange(Worst(after.Predict(x).Values, before.Predict(x).Values), 0, 1e-12);
        Assert.Equal(before.Info.InputNames.AsEnumerable(), after.Info.InputNames);
        Assert.Equal(before.Info.OutputNames.AsEnumerable(), after.Info.OutputNames);
        Assert.Equal(before.Info.InputScaling.Scales.ToArray(), after.Info.InputScaling.Scales.ToArray());
        Assert.Equal(before.Info.History.AsEnumerable(), after.Info.History[..^1]);
    }

    private static double[] Values(int count, SeededRandom random) => [.. Enumerable.Range(0, count).Select(_ => 0.3 * random.NextGaussian())];
}
