using System.Text.Json.Nodes;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli;

/// <summary>What fit and evaluate tell about a model: as JSON keys and as lines.</summary>
internal sealed record ModelSummary(KanModel Model, double? TrainRmse, Metrics Test, string TestName, int? Steps, string? StopReason, double Seconds)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["train_rmse"] = TrainRmse is double rmse ? Session.Number(rmse) : null,
            ["test_rmse"] = Session.Number(Test.Rmse),
            ["r2"] = Session.Number(Test.R2),
        };
        if (Test.Accuracy is double accuracy)
            json["accuracy"] = Session.Number(accuracy);
        json["steps"] = Steps;
        json["stop_reason"] = StopReason;
        json["seconds"] = Session.Number(Math.Round(Seconds, 3));
        json["parameters"] = Model.Parameters.Length;
        json["trained_parameters"] = TrainableParts.Default.Count(Model);
        json["edges"] = Model.ActiveEdgeCount;
        json["shape"] = Model.Shape;
        json["rows_outside"] = Test.RowsOutside;
        json["farthest_outside"] = ModelData.ToJson(Test.Farthest);
        json["rows_undefined"] = Test.RowsUndefined;
        return json;
    }

    public void Write(TextWriter output)
    {
        output.WriteLine($"shape       {Model.Shape}, {(Model.HasSplines ? Model.GridsInWords() : "multilayer perceptron")}");
        output.WriteLine($"size        {Model.SizeInWords()}");
        if (Steps is int steps)
            output.WriteLine($"training    {steps} steps, ended by {StopReason?.Replace('_', ' ')}");
        if (TrainRmse is double rmse)
            output.WriteLine($"train RMSE  {rmse:G6}");
        output.WriteLine($"test RMSE   {(double.IsFinite(Test.Rmse) ? $"{Test.Rmse:G6}" : "not defined")}  ({TestName})");
        output.WriteLine($"R2          {(Test.RowsUndefined > 0 ? "not defined" : double.IsNaN(Test.R2) ? "not defined, the target is constant there" : Test.R2.ToString("G9"))}");
        if (Test.Accuracy is double accuracy)
            output.WriteLine($"accuracy    {accuracy:P2}");
    }
}
