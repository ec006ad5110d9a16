using KanSharp.Datasets;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// Versions of a model: kept in a folder because it was asked for, gone back to, and branched from. Prints
/// <code>
/// 0.0 from nothing: created 2,5,1, seed 1
/// 0.1 from 0.0: trained 20 steps with Lbfgs, penalty 0.01
/// 0.2 from 0.1: pruned
/// 1.1 from 0.1: went back to 0.1
/// 1.2 from 1.1: trained 2 steps with Lbfgs, penalty 0
/// </code>
/// </summary>
public static class Versions
{
    /// <summary>Fit, prune, go back, fit again; the folder is removed at the end.</summary>
    public static void Run(TextWriter output)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"kan-versions-{Guid.NewGuid():N}");
        try
        {
            Dataset data = SampleBox.Cube(2).Sample(1000, seed: 1, (x1, x2) => Math.Exp(Math.Sin(Math.PI * x1) + x2 * x2));
            VersionStore store = VersionStore.Create(folder);
            KanModel model = KanModel.Create(new KanSpec(2, 5, 1), seed: 1);
            ModelVersion created = store.Add(model, operation: $"created {model.Shape}, seed 1");
            model = Trainer.Fit(model, data, new TrainingOptions { Steps = 20, Regularization = new Regularization { Lambda = 0.01 } }).Model;
            ModelVersion trained = store.Add(model, created);
            store.Add(model.Prune(data.Inputs).Model, trained, operation: "pruned");

            ModelVersion back = store.Rewind(trained.Name);
            model = store.Load(back.Name);
            store.Add(Trainer.Fit(model, data, new TrainingOptions { Steps = 2 }).Model, back);
            foreach (ModelVersion version in store.Versions)
                output.WriteLine($"{version.Name} from {version.Parent ?? "nothing"}: {version.Operation}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
