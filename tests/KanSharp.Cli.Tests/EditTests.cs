using System.Text.Json;
using System.Xml.Linq;
using KanSharp.Cli.Tests.Support;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Tests;

/// <summary>The verbs that make something of a model: prune, refine, plot, inspect.</summary>
public class EditTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _data;
    private readonly string _model;

    public EditTests()
    {
        _data = _folder.WriteWaves();
        _model = _folder["m.kan"];
        Assert.Equal(0, CommandRun.Of("fit", _data, "--target", "y", "--width", "2,3,1", "--grid", "3", "--lamb", "0.01", "--steps", "8", "--out", _model).Code);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Done(params string[] arguments)
    {
        CommandRun run = CommandRun.Of([.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        return run.Json;
    }

    private static double Rmse(string model, string data) => Done("evaluate", model, data).GetProperty("test_rmse").GetDouble();

    [Fact]
    public void Prune_makes_a_smaller_model_and_leaves_the_old_one()
    {
        byte[] before = File.ReadAllBytes(_model);
        JsonElement result = Done("prune", _model, "--data", _data, "--node-threshold", "0.5", "--out", _folder["p.kan"]);
        Assert.Equal(before, File.ReadAllBytes(_model));
        KanModel pruned = ModelFile.Load(_folder["p.kan"]);
        Assert.True(pruned.ActiveEdgeCount < 9);
        Assert.Equal(pruned.Shape, result.GetProperty("shape").GetString());
        Assert.Equal(3 - pruned.Layers[0].NodeCount, result.GetProperty("removed_nodes").GetArrayLength());
        Assert.Equal(Rmse(_model, _data), result.GetProperty("rmse_before").GetDouble());
        Assert.Equal(Rmse(_folder["p.kan"], _data), result.GetProperty("rmse").GetDouble());
    }

    [Fact]
    public void Fix_with_keep_holds_an_edge_through_fit_and_symbolic_until_unfix_ends_it()
    {
        string kept = _folder["k.kan"];
        Assert.True(Done("fix", _model, "--edge", "1,0,0", "--function", "gaussian", "--keep", "--out", kept).GetProperty("held").GetBoolean());
        Assert.Equal(0, CommandRun.Of("fit", _data, "--target", "y", "--init", kept, "--steps", "5", "--optimizer", "lm", "--out", kept).Code);
        Assert.Equal(0, CommandRun.Of("symbolic", kept, "--data", _data, "--lib", "x,x^2,sin", "--out", kept).Code);
        JsonElement edge = Done("inspect", kept).GetProperty("symbolic_edges").EnumerateArray().Single(edge => edge.GetProperty("edge").GetString() == "1,0,0");
        Assert.Equal((true, "[1,0,1,0]"), (edge.GetProperty("held").GetBoolean(), edge.GetProperty("affine").GetRawText()));
        Assert.Contains("edge      1,0,0: 1 * gaussian(1 * x + 0) + 0, held", CommandRun.Of("inspect", kept).Output);
        Assert.Equal(0, CommandRun.Of("unfix", kept, "--edge", "1,0,0", "--out", kept).Code);
        Assert.DoesNotContain("held", CommandRun.Of("inspect", kept).Output.Split("history")[0]);
        CommandRun bare = CommandRun.Of("fix", _model, "--edge", "1,0,0", "--function", "gaussian", "--out", kept);
        Assert.Equal(2, bare.Code);
        Assert.Contains("--data", bare.Error);
    }

    [Fact]
    public void Inputs_go_when_asked_for_and_the_new_model_reads_the_others()
    {
        JsonElement scores = Done("plot", _model, "--data", _data, "--scores", "--out", _folder["s.svg"]).GetProperty("scores");
        Assert.Equal(["a", "b"], scores.EnumerateObject().Select(score => score.Name));
        string weaker = scores.EnumerateObject().MinBy(score => score.Value.GetDouble()).Name;
        double threshold = scores.EnumerateObject().Average(score => score.Value.GetDouble());
        JsonElement result = Done("prune", _model, "--data", _data, "--node-threshold", "0", "--edge-threshold", "0", "--input-threshold", $"{threshold}", "--out", _folder["p.kan"]);
        Assert.Equal(weaker, result.GetProperty("removed_inputs")[0].GetString());
        Assert.DoesNotContain(weaker, ModelFile.Load(_folder["p.kan"]).Info.InputNames);
        Assert.Equal(Rmse(_folder["p.kan"], _data), result.GetProperty("rmse").GetDouble());
    }

    [Fact]
    public void Scores_are_drawn_by_node_and_edges_by_three_measures()
    {
        double[] Scores(params string[] more) => [.. Done(["plot", _model, "--data", _data, "--out", _folder["s.svg"], "--scores", .. more]).GetProperty("scores").EnumerateObject().Select(score => score.Value.GetDouble())];
        double[] all = Scores(), sum = new double[all.Length];
        for (int node = 0; node < 3; node++)
            sum = [.. sum.Zip(Scores("--node", $"1,{node}"), (a, b) => a + b)];
        Assert.All(all.Zip(sum), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        string[] pictures = [.. new[] { "score", "deviation", "normalized" }.Select(metric =>
        {
            Done("plot", _model, "--data", _data, "--metric", metric, "--out", _folder["m.svg"]);
            return File.ReadAllText(_folder["m.svg"]);
        })];
        Assert.Equal(3, pictures.Distinct().Count());
        void Says(string part, params string[] arguments)
        {
            CommandRun run = CommandRun.Of(["plot", _model, "--out", _folder["x.svg"], .. arguments]);
            Assert.Equal(2, run.Code);
            Assert.Contains(part, run.Error);
            Assert.False(File.Exists(_folder["x.svg"]));
        }

        Says("--data", "--scores");
        Says("--scores", "--data", _data, "--node", "1,0");
        Says("such as 1,0", "--data", _data, "--scores", "--node", "1");
        Says("nodes 0 to 2", "--data", _data, "--scores", "--node", "1,7");
        Says("--metric", "--data", _data, "--metric", "size");
    }

    [Fact]
    public void An_edited_model_claims_no_training_error_unless_it_was_refitted()
    {
        Done("prune", _model, "--data", _data, "--out", _folder["p.kan"]);
        JsonElement pruned = Done("evaluate", _folder["p.kan"], _data);
        Assert.Equal(JsonValueKind.Null, pruned.GetProperty("train_rmse").ValueKind);
        Assert.Equal(8, pruned.GetProperty("steps").GetInt32());

        Done("symbolic", _folder["p.kan"], "--data", _data, "--lib", "x,x^2,sin", "--out", _folder["s.kan"]);
        JsonElement symbolic = Done("evaluate", _folder["s.kan"], _data);
        Assert.Equal(symbolic.GetProperty("test_rmse").GetDouble(), symbolic.GetProperty("train_rmse").GetDouble());
    }

    [Fact]
    public void Prune_needs_no_targets_and_tells_no_error_then()
    {
        string inputs = _folder.WriteWaves("inputs.csv", header: "a,b,other");
        Assert.Equal(JsonValueKind.Null, Done("prune", _model, "--data", inputs, "--out", _folder["p.kan"]).GetProperty("rmse").ValueKind);
    }

    [Fact]
    public void Refine_to_twice_the_grid_keeps_the_function()
    {
        JsonElement result = Done("refine", _model, "--grid", "6", "--data", _data, "--out", _folder["r.kan"]);
        Assert.Equal(6, ModelFile.Load(_folder["r.kan"]).Layers[0].Intervals);
        Assert.Equal(result.GetProperty("rmse_before").GetDouble(), result.GetProperty("rmse").GetDouble(), 1e-12);
        Assert.Equal(JsonValueKind.Null, Done("refine", _model, "--grid", "6", "--out", _folder["r.kan"]).GetProperty("rmse").ValueKind);
        CommandRun coarser = CommandRun.Of("refine", _model, "--grid", "2", "--out", _folder["r.kan"]);
        Assert.Contains("coarser", coarser.Error);
        Assert.Equal(2, CommandRun.Of("refine", _model, "--out", _folder["r.kan"]).Code);
    }

    [Fact]
    public void Refine_widens_the_grids_to_rows_outside_and_keeps_the_function()
    {
        string wide = _folder["wide.csv"];
        File.WriteAllText(wide, "a,b,y\n-5,0.5,1\n0.1,9,2\n6,-7,3\n");
        JsonElement result = Done("refine", _model, "--widen", "--data", wide, "--out", _folder["r.kan"]);
        Assert.InRange(result.GetProperty("grid").GetInt32(), 4, 20);
        Assert.Equal(Rmse(_model, wide), result.GetProperty("rmse").GetDouble(), 1e-12);
        Assert.Equal(Rmse(_model, _data), Rmse(_folder["r.kan"], _data), 1e-12);
        Assert.Equal(3, Done("evaluate", _model, wide).GetProperty("rows_outside").GetInt32());
        Assert.Equal(0, Done("evaluate", _folder["r.kan"], wide).GetProperty("rows_outside").GetInt32());
        CommandRun without = CommandRun.Of("refine", _model, "--widen", "--out", _folder["r.kan"]);
        Assert.Equal(2, without.Code);
        Assert.Contains("--data", without.Error);
    }

    [Fact]
    public void A_model_may_take_the_place_of_the_one_it_comes_from()
    {
        Done("refine", _model, "--grid", "9", "--out", _model);
        Assert.Equal(9, ModelFile.Load(_model).Layers[0].Intervals);
    }

    [Fact]
    public void Plot_writes_a_picture_with_the_names_of_the_columns()
    {
        Done("plot", _model, "--data", _data, "--out", _folder["n.svg"]);
        string text = string.Concat(XDocument.Load(_folder["n.svg"]).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value + " "));
        Assert.Contains("a ", text);
        Assert.Contains("y ", text);
        Done("plot", _model, "--out", _folder["n.svg"]);
    }

    [Fact]
    public void Inspect_tells_shape_ranges_and_history()
    {
        JsonElement model = Done("inspect", _model);
        Assert.Equal("2,3,1", model.GetProperty("shape").GetString());
        Assert.Equal("a", model.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.InRange(model.GetProperty("inputs")[0].GetProperty("low").GetDouble(), -1, -0.9);
        Assert.Equal(2, model.GetProperty("history").GetArrayLength());
        Assert.Equal(8, model.GetProperty("fit").GetProperty("steps").GetInt32());
        string text = CommandRun.Of("inspect", _model).Output;
        Assert.Contains("3 grid intervals, order 3", text);
        Assert.Contains("train RMSE", text);
    }

    [Fact]
    public void Predict_writes_one_column_per_target_in_row_order_and_nothing_else()
    {
        string prediction = CommandRun.Of("predict", _model, _data).Output;
        string[] lines = prediction.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("y", lines[0]);
        Assert.Equal(60, lines.Length - 1);
        Done("predict", _model, _data, "--out", _folder["p.csv"]);
        Assert.Equal(prediction, File.ReadAllText(_folder["p.csv"]));
        double[] inJson = [.. Done("predict", _model, _data).GetProperty("predictions").GetProperty("y").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(lines.Skip(1).Select(double.Parse), inJson);
    }

    [Fact]
    public void Predict_keeps_every_row_in_its_place_where_values_are_missing_and_warns_outside_the_range()
    {
        string data = _folder.Write("holes.csv", "b,extra,a\n0.1,x,0.2\n,x,0.3\n0.1,x,40\n");
        CommandRun run = CommandRun.Of("predict", _model, data, "--missing", "drop");
        Assert.Equal(0, run.Code);
        string[] lines = run.Output.Split('\n');
        Assert.Equal("NaN", lines[2]);
        Assert.True(double.IsFinite(double.Parse(lines[1])) && double.IsFinite(double.Parse(lines[3])));
        Assert.Contains("'extra' not used", run.Error);
        Assert.Contains("1 of 2 rows lie outside the range that the model was trained on, farthest a = 40,", run.Error);
    }
}
