using System.Collections.Immutable;
using System.Diagnostics;
using System.Xml.Linq;
using KanSharp.Datasets;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;
using KanSharp.Training;
using static KanSharp.Tutorials.Stages;

namespace KanSharp.Tutorials.Rows;

/// <summary>Pictures while it trains, large networks, data sets, versions.</summary>
public static class WorkflowRows
{
    public static ImmutableArray<TutorialRow> All { get; } =
    [
        new("A9", "training frames", "5 steps make 5 frames that parse; ≤ .296", ".296",
            Sample(Deep, inputs: 4, rows: 3000), Frames(starts: 10), Error(0.296)) { Note = "The best of 10 starts is filmed: five steps are too few for a start to matter little. On seeds 16 to 35: 18 of 20; the best of 4 met it on 9 of 20." },

        new("A10", "speed", "training error ≤ .683; ≤ .38 s a step; same on any number of threads", ".683; .38 s",
            Sample(Deep, inputs: 4), Create("4,100,100,100,1"), FiftySteps) { Seeds = 1, Needed = 1, Note = "One seed: nothing in it depends on luck." },

        new("A11", "data sets", "three ways to write a function give (1000, 1); split 80/20, disjoint and complete; seeded", "—", DataSets) { IsQuick = true },

        new("A12", "versions", "0.0, 0.1, 0.2, back to 0.1: 1.1, then 1.2; reloaded in a new process: the same bits", "as asked for", Versions) { IsQuick = true },
    ];

    private static Stage Frames(int starts) => trial =>
    {
        var options = new TrainingOptions { Steps = 5, Regularization = new Regularization { Lambda = 1e-3 } };
        KanModel best = Enumerable.Range(1, starts)
            .Select(start => KanModel.Create(KanSpec.Parse("4,2,1,1") with { GridIntervals = [3] }, trial.Seed * 100 + (ulong)start))
            .MinBy(start => Trainer.Fit(start, trial.Training, options).Report.TrainLoss)!;
        var film = new TrainingAnimation(best, trial.Training.Inputs);
        trial.Model = Trainer.Fit(best, trial.Training, options, progress: film).Model;
        trial.Holds("5 frames", film.FrameCount == 5, $"{film.FrameCount} frames");
        trial.Holds("parsed", XDocument.Parse(film.ToSvg()).Root!.Name.LocalName == "svg");
    };

    private static void FiftySteps(Trial trial)
    {
        var options = new TrainingOptions
        {
            Optimizer = Optimizer.Adam,
            Steps = 50,
            Regularization = new Regularization { Lambda = 1e-3, LambdaEntropy = 5 },
            GridSchedule = GridSchedule.None,
        };
        double[] Parameters(int threads) => Trainer.Fit(trial.Model, trial.Training, options with { Steps = 2, Threads = threads }).Model.Parameters.ToArray();
        trial.Holds("same on 1 and 2 threads", Parameters(1).AsSpan().SequenceEqual(Parameters(2)));
        var watch = Stopwatch.StartNew();
        trial.Model = Trainer.Fit(trial.Model, trial.Training, options).Model;
        trial.AtMost("s a step", watch.Elapsed.TotalSeconds / 50, 0.38);
        trial.AtMost("training error", Metrics.Measure(trial.Model, trial.Training).Rmse, 0.683);
    }

    private static void DataSets(Trial trial)
    {
        SampleBox box = SampleBox.Cube(2);
        Dataset[] ways =
        [
            box.Sample(1000, trial.Seed, (x, y) => Math.Exp(Math.Sin(Math.PI * x) + y * y)),
            box.SampleRows(1000, trial.Seed, x => Math.Exp(Math.Sin(Math.PI * x[0]) + x[1] * x[1])),
            box.SampleColumns(1000, trial.Seed, x => Matrix.FromColumns([[.. Enumerable.Range(0, x.Rows).Select(row => Math.Exp(Math.Sin(Math.PI * x[row, 0]) + x[row, 1] * x[row, 1]))]])),
        ];
        trial.Holds("three ways, (1000, 1)", ways.All(data => data.Targets.Rows == 1000 && data.Targets.Columns == 1
            && data.Targets.Values.SequenceEqual(ways[0].Targets.Values) && data.Inputs.Values.SequenceEqual(ways[0].Inputs.Values)));
        (Dataset larger, Dataset smaller) = ways[0].Split(0.2, trial.Seed);
        double[] all = [.. larger.Inputs.Column(0).ToArray(), .. smaller.Inputs.Column(0).ToArray()];
        trial.Holds("split 800 and 200", larger.Count == 800 && smaller.Count == 200);
        trial.Holds("disjoint and complete", all.Order().SequenceEqual(ways[0].Inputs.Column(0).ToArray().Order()));
        trial.Holds("seeded", box.Draw(10, trial.Seed).Values.SequenceEqual(box.Draw(10, trial.Seed).Values) && !box.Draw(10, trial.Seed).Values.SequenceEqual(box.Draw(10, trial.Seed + 1).Values));
    }

    private static void Versions(Trial trial)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"kan-tutorial-{Guid.NewGuid():N}");
        try
        {
            Sample(HelloFormula)(trial);
            Create("2,5,1", grid: 5)(trial);
            VersionStore store = VersionStore.Create(folder);
            ModelVersion first = store.Add(trial.Model);
            Fit(20, lambda: 0.01)(trial);
            ModelVersion fitted = store.Add(trial.Model, first);
            Prune()(trial);
            ModelVersion pruned = store.Add(trial.Model, fitted);
            ModelVersion back = store.Rewind(fitted.Name);
            trial.Model = store.Load(back.Name);
            Fit(2)(trial);
            ModelVersion again = store.Add(trial.Model, back);
            string names = string.Join(", ", ((ModelVersion[])[first, fitted, pruned, back, again]).Select(version => version.Name));
            trial.Holds("0.0, 0.1, 0.2, 1.1, 1.2", names == "0.0, 0.1, 0.2, 1.1, 1.2", names);

            string path = Path.Combine(folder, "model.kan");
            ModelFile.Save(VersionStore.Open(folder).Load(again.Name), path);
            trial.Holds("the same bits in a new process", ForkedProcess.OutputsElsewhere(path) == ForkedProcess.Outputs(path) && store.Load(again.Name).Parameters.SequenceEqual(trial.Model.Parameters));
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
