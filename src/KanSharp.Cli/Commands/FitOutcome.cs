using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Plotting;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>What a fit led to, and how it is saved and told.</summary>
internal sealed record FitOutcome(TrainingResult Result, double TrainRmse, int Steps, Metrics Test, long TestRows, string TestName, double? MedianError = null)
{
    /// <summary>Saves the model and tells how good it is; returns the exit code.</summary>
    public int Finish(Session session, string path, KanModel? source, string? checkpointPath, TrainingAnimation? film, string? framesPath, long start)
    {
        string stopReason = OptionNames.Of(Result.Report.StopReason);
        KanModel model = Result.Model.WithFit(TrainRmse, Steps, stopReason);
        ModelOutput.Save(session, model, path, source: source);
        int frames = framesPath is null ? 0 : WriteFilm(film, framesPath, session);
        ModelData.WarnOutside(session, model, Test.RowsOutside, TestRows, "test rows", Test.Farthest);
        ModelData.WarnUndefined(session, Test.RowsUndefined, TestRows, "test rows");
        if (Result.Report.StopReason == StopReason.NotFinite)
            session.Warn("Loss or gradient was not finite at some step; the model is the best before that. A smaller --lr or more --lamb may help.");
        var summary = new ModelSummary(model, TrainRmse, Test, TestName, Steps, stopReason, session.Clock.GetElapsedTime(start).TotalSeconds);
        JsonObject json = summary.ToJson();
        json["model"] = path;
        double? huber = Result.Report.HuberScale;
        if (huber is not null)
        {
            json["huber_scale"] = new JsonArray([.. model.Info.OutputScaling.Scales.ToArray().Select(scale => Session.Number(huber.Value * scale))]);
            json["test_median_error"] = Session.Number(MedianError!.Value);
        }
        if (checkpointPath is not null)
            json["checkpoint"] = checkpointPath;
        if (frames > 0)
            json["frames"] = new JsonObject { ["out"] = framesPath, ["count"] = frames };
        session.Finish(json, output =>
        {
            summary.Write(output);
            if (huber is not null)
            {
                output.WriteLine($"median      {MedianError:G6} is the median size of the errors in these rows");
                output.WriteLine($"loss        Huber: errors beyond {string.Join(", ", model.Info.OutputScaling.Scales.ToArray().Select(scale => $"{huber.Value * scale:G4}"))} (1.345 robust standard deviations of the training errors) count by their size, not their square");
            }
            output.WriteLine($"saved to    {path}  ({summary.Seconds:F1} s)");
            if (checkpointPath is not null)
                output.WriteLine($"checkpoint  {checkpointPath}");
            if (frames > 0)
                output.WriteLine($"frames      {framesPath}, {frames} of them");
        });
        return Result.Report.StopReason == StopReason.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static int WriteFilm(TrainingAnimation? film, string path, Session session)
    {
        if (film is not { FrameCount: > 0 })
        {
            session.Warn("Not a single step of training was made; there are no frames to write.");
            return 0;
        }
        AtomicFile.WriteText(path, film.ToSvg());
        return film.FrameCount;
    }
}
