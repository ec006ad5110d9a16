using KanSharp.Plotting.Charts;
using KanSharp.Plotting.Drawing;

namespace KanSharp.Plotting;

/// <summary>Draws predicted against actual values; on the diagonal the two agree.</summary>
public static class PredictionPlot
{
    /// <summary>Draws one dot per row.</summary>
    /// <param name="actual">The values of the data.</param>
    /// <param name="predicted">The model's values for the same rows.</param>
    /// <param name="name">Name of what is predicted.</param>
    /// <exception cref="KanSharpException">The numbers of values differ.</exception>
    public static Scene Draw(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (actual.Length != predicted.Length)
            throw new KanSharpException($"There are {actual.Length} actual and {predicted.Length} predicted values; both must be of the same rows.");
        double[] all = [.. actual.ToArray().Concat(predicted.ToArray()).Where(double.IsFinite)];
        double[] ends = all.Length == 0 ? [0, 1] : [all.Min(), all.Max()];
        var chart = new Chart($"Predicted and actual {name}", Axis.Linear("actual", ends), Axis.Linear("predicted", ends), [], width: 340, height: 340);
        chart.Add(new Polyline([chart.Place(ends[0], ends[0]), chart.Place(ends[1], ends[1])], Tone.Muted, 1, Dashed: true));
        chart.AddDots(actual, predicted, actual.Length > 300 ? 3 : 4, 0.5);
        return chart.ToScene();
    }
}
