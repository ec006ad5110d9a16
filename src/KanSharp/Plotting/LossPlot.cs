using System.Collections.Immutable;
using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;
using KanSharp.Training;

namespace KanSharp.Plotting;

/// <summary>Draws how the loss fell during training, on a logarithmic axis.</summary>
public static class LossPlot
{
    /// <summary>Draws the losses of all steps, one after the other; the steps of several trainings may follow each other.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="title">A line above the chart.</param>
    /// <exception cref="KanSharpException">There are no steps.</exception>
    public static Scene Draw(IReadOnlyList<TrainingStep> steps, string title = "Training")
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
            throw new KanSharpException("There are no training steps to draw; give at least one.");
        double[] x = [.. Enumerable.Range(1, steps.Count).Select(step => (double)step)];
        double[] train = [.. steps.Select(step => Drawable(step.TrainLoss))];
        double[] validation = [.. steps.Select(step => Drawable(step.ValidationLoss ?? double.NaN))];
        bool validated = steps.Any(step => step.ValidationLoss is not null);
        ImmutableArray<LegendEntry> legend = validated
            ? [new LegendEntry("training", Tone.Data), new LegendEntry("validation", Tone.Symbolic)]
            : [];
        var chart = new Chart(title, Axis.Linear("step", x), Axis.Logarithmic("loss", [.. train, .. validation]), legend);
        chart.AddLine(x, train, Tone.Data);
        if (validated)
            chart.AddLine(x, validation, Tone.Symbolic);
        return chart.ToScene();
    }

    // A loss of exactly 0 has no logarithm: the line breaks there.
    private static double Drawable(double loss) => loss > 0 ? loss : double.NaN;
}
