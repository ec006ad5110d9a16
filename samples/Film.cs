using KanSharp.Datasets;
using KanSharp.Model;
using KanSharp.Plotting;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// Training as a film: an animated SVG that any browser plays. Prints
/// <code>
/// 20 frames
/// </code>
/// and, given a path, writes the film there.
/// </summary>
public static class Film
{
    /// <summary>Films how a penalty thins out a network.</summary>
    public static void Run(TextWriter output) => Run(output, null);

    /// <inheritdoc cref="Run(TextWriter)"/>
    public static void Run(TextWriter output, string? path)
    {
        Dataset data = SampleBox.Cube(2).Sample(1000, seed: 1, (x1, x2) => Math.Exp(Math.Sin(Math.PI * x1) + x2 * x2));
        KanModel model = KanModel.Create(new KanSpec(2, 5, 1), seed: 1);
        var film = new TrainingAnimation(model, data.Inputs);
        Trainer.Fit(model, data, new TrainingOptions { Steps = 20, Regularization = new Regularization { Lambda = 1e-3 } }, progress: film);
        output.WriteLine($"{film.FrameCount} frames");
        if (path is not null)
            File.WriteAllText(path, film.ToSvg());
    }
}
