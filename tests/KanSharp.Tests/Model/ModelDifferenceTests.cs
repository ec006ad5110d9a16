using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Tests.Model;

public class ModelDifferenceTests
{
    private static readonly KanModel s_model = KanModel.Create(new KanSpec(2, 2, 1), 1);

    private static readonly Matrix s_samples = Matrix.FromRows([.. Enumerable.Range(0, 40).Select(i => new[] { Math.Sin(i), Math.Cos(3 * i) })]);

    [Fact]
    public void A_model_does_not_differ_from_itself_whatever_its_history_says() =>
        Assert.True(ModelDifference.Between(s_model, s_model.WithHistory("looked at")).IsNone);

    [Fact]
    public void A_parameter_is_counted_with_its_change()
    {
        double[] parameters = s_model.Parameters.ToArray();
        parameters[3] += 0.25;
        parameters[7] -= 0.5;
        ModelDifference difference = ModelDifference.Between(s_model, s_model.With(parameters));
        Assert.Equal((2, true), (difference.ChangedParameters, difference.SameShape));
        Assert.Equal(0.5, difference.LargestChange!.Value, 1e-12);
        Assert.Empty(difference.Edges);
        Assert.False(difference.IsNone);
    }

    [Fact]
    public void Edges_say_what_they_were_and_are()
    {
        KanModel after = s_model.FixEdge(new EdgeIndex(0, 1, 0), SymbolicLibrary.Default["sin"], s_samples).Item1.PruneEdges(s_samples, 0).Item1;
        ModelDifference difference = ModelDifference.Between(s_model, after);
        Assert.Equal([new EdgeChange(new EdgeIndex(0, 1, 0), "spline", "sin")], difference.Edges.AsEnumerable());
        Assert.Null(difference.ChangedParameters);
        KanLayer first = s_model.Layers[0];
        var off = new KanModel([first.With(numericMask: [0, 1, 1, 1]), s_model.Layers[1]], s_model.BaseFunction, s_model.RangePolicy, s_model.Parameters);
        Assert.Equal([new EdgeChange(new EdgeIndex(0, 0, 0), "spline", "off")], ModelDifference.Between(s_model, off).Edges.AsEnumerable());
    }

    [Fact]
    public void Grids_shapes_and_settings_are_compared()
    {
        ModelDifference moved = ModelDifference.Between(s_model, GridUpdater.Update(s_model, s_samples));
        Assert.Equal([0, 1], moved.MovedGrids.AsEnumerable());
        Assert.NotNull(moved.ChangedParameters);
        ModelDifference refined = ModelDifference.Between(s_model, GridUpdater.Refine(s_model, 7));
        Assert.Equal((2, null), (refined.MovedGrids.Length, refined.ChangedParameters));
        ModelDifference wider = ModelDifference.Between(s_model, KanModel.Create(new KanSpec(2, 3, 1), 1));
        Assert.Equal((false, 0, null), (wider.SameShape, wider.Edges.Length, wider.ChangedParameters));
        var clamped = new KanModel(s_model.Layers, s_model.BaseFunction, RangePolicy.Clamp, s_model.Parameters);
        Assert.True(ModelDifference.Between(s_model, clamped) is { OtherSetting: true, ChangedParameters: 0, IsNone: false });
    }
}
