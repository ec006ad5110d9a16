using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting.Drawing;
using KanSharp.Training;

namespace KanSharp.Plotting;

/// <summary>
/// A film of a training: the network's diagram after each step, with step and loss above it, as one SVG that plays by itself in a browser; a viewer that cannot play
/// shows the last frame. Of a long training every second, fourth, .. step is kept, so that the film never has more than <see cref="MaxFrames"/> frames, and fewer where
/// the network has many edges.
/// <code>
/// var film = new TrainingAnimation(model, data.Inputs);
/// Trainer.Fit(model, data, progress: film);
/// string svg = film.ToSvg();
/// </code>
/// </summary>
public sealed class TrainingAnimation : IProgress<TrainingProgress>
{
    /// <summary>The most frames of a film.</summary>
    public const int MaxFrames = 100;

    /// <summary>The most edges of a network to make a film of.</summary>
    public const int MaxEdges = 5000;

    /// <summary>The most edges of all frames together: about a kilobyte each in the file.</summary>
    private const int MaxDrawnEdges = 10_000;

    /// <summary>The most rows that curves and scores are made of.</summary>
    private const int MaxRows = 1000;

    private const double LastFrameSeconds = 2;

    private readonly Matrix _inputs;
    private readonly DiagramOptions _options;
    private readonly int _capacity;
    private readonly List<(TrainingProgress Progress, KanModel Model)> _frames = [];
    private int _stride = 1;

    /// <summary>An empty film.</summary>
    /// <param name="model">The model that is going to be trained.</param>
    /// <param name="inputs">Rows in the user's units, two at least, that curves span and scores are made of; of many, up to 1000 spread over all of them.</param>
    /// <param name="options">How each frame looks; its title stands before step and loss.</param>
    /// <exception cref="KanSharpException">The rows do not fit the model, or it has too many edges.</exception>
    public TrainingAnimation(KanModel model, Matrix inputs, DiagramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        int edges = model.ActiveEdgeCount;
        if (edges > MaxEdges)
            throw new KanSharpException($"The network {model.Shape} has {edges} edges, and each frame of a film draws them all; films are made of networks with at most {MaxEdges}.");
        int rows = Math.Min(inputs.Rows, MaxRows);
        _inputs = inputs.SelectRows([.. Enumerable.Range(0, rows).Select(k => (int)((long)k * inputs.Rows / rows))]);
        _options = options ?? new DiagramOptions();
        _capacity = Math.Clamp(MaxDrawnEdges / Math.Max(1, edges), 2, MaxFrames);
        // What cannot be drawn is told before the training.
        NetworkDiagram.Draw(model, model.Activate(_inputs), _options);
    }

    /// <summary>Number of frames so far.</summary>
    public int FrameCount => _frames.Count;

    /// <summary>Takes a step of the training.</summary>
    /// <exception cref="KanSharpException">Training has gone on since the step was reported.</exception>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        // The last step is kept, whatever its number, until the next one comes.
        if (_frames.Count > 0 && _frames[^1].Progress.Latest.Step % _stride != 0)
            _frames.RemoveAt(_frames.Count - 1);
        if (_frames.Count == _capacity)
        {
            _stride *= 2;
            _frames.RemoveAll(frame => frame.Progress.Latest.Step % _stride != 0);
        }
        _frames.Add((value, value.Model));
    }

    /// <summary>The film as one SVG element that needs no other file and no script: for each frame a group of class <c>kan-frame</c> with its step in <c>data-step</c>.</summary>
    /// <param name="secondsPerFrame">How long a frame is shown; the last one is shown for two seconds more. Then the film begins anew.</param>
    /// <param name="colors">Colours.</param>
    /// <exception cref="KanSharpException">There is no frame, or the time is not positive.</exception>
    public string ToSvg(double secondsPerFrame = 0.25, ColorScheme colors = ColorScheme.Adaptive)
    {
        if (_frames.Count == 0)
            throw new KanSharpException("The film has no frames; give it to Trainer.Fit as progress, and train for at least one step.");
        if (!(secondsPerFrame is > 0 and <= 3600))
            throw new KanSharpException($"A frame cannot be shown for {secondsPerFrame} seconds; use a positive number up to 3600 (0.25 is usual).");
        return SvgWriter.WriteFilm([.. _frames.Select(frame => (frame.Progress.Latest.Step, Draw(frame.Progress, frame.Model)))], secondsPerFrame, LastFrameSeconds, colors);
    }

    private Scene Draw(TrainingProgress progress, KanModel model)
    {
        string caption = $"Step {progress.Latest.Step} of {progress.Steps}, loss {progress.Latest.TrainLoss.ToString("E2", System.Globalization.CultureInfo.InvariantCulture)}";
        return NetworkDiagram.Draw(model, model.Activate(_inputs), _options with { Title = _options.Title is null ? caption : $"{_options.Title}: {caption}" });
    }
}
