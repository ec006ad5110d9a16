using System.Globalization;
using System.Xml.Linq;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;
using KanSharp.Training;

namespace KanSharp.Tests.Plotting;

public class TrainingAnimationTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Every_step_is_a_frame_and_they_are_shown_one_after_the_other()
    {
        (KanModel model, Dataset data) = Problem(3);
        var film = new TrainingAnimation(model, data.Inputs, new DiagramOptions { Title = "sine & square" });
        Trainer.Fit(model, data, new TrainingOptions { Steps = 5 }, progress: film);
        string svg = film.ToSvg();
        XElement root = XElement.Parse(svg);
        XElement[] frames = [.. root.Elements(s_svg + "g").Where(group => (string?)group.Attribute("class") == "kan-frame")];
        Assert.Equal(5, film.FrameCount);
        Assert.Equal(["1", "2", "3", "4", "5"], frames.Select(frame => (string?)frame.Attribute("data-step")));
        Assert.Equal([true, true, true, true, false], frames.Select(frame => (string?)frame.Attribute("visibility") == "hidden"));
        Assert.Equal(5, frames.Select(frame => frame.ToString()).Distinct().Count());
        Assert.All(frames, frame => Assert.Contains(frame.Descendants(s_svg + "text"), text => text.Value.StartsWith("sine & square: Step ", StringComparison.Ordinal)));
        Assert.Empty(root.Descendants(s_svg + "script"));
        Assert.DoesNotContain("href", svg);
        // At any time exactly one frame is shown.
        for (double time = 0; time < 1; time += 0.003)
            Assert.Single(frames, frame => IsShown(frame.Element(s_svg + "animate")!, time));
    }

    [Fact]
    public void A_single_frame_stands_still()
    {
        (KanModel model, Dataset data) = Problem(3);
        var film = new TrainingAnimation(model, data.Inputs);
        Trainer.Fit(model, data, new TrainingOptions { Steps = 1 }, progress: film);
        XElement root = XElement.Parse(film.ToSvg());
        Assert.Empty(root.Descendants(s_svg + "animate"));
        Assert.DoesNotContain(root.Descendants(), element => element.Attribute("visibility") is not null);
    }

    [Theory]
    [InlineData(3, 250, 100)]
    [InlineData(60, 60, 55)]
    public void A_long_training_or_a_wide_network_has_fewer_frames_and_the_last_step_is_among_them(int hidden, int steps, int most)
    {
        (KanModel model, Dataset data) = Problem(hidden);
        var film = new TrainingAnimation(model, data.Inputs);
        Trainer.Fit(model, data, new TrainingOptions { Steps = steps, Optimizer = Optimizer.Adam }, progress: film);
        Assert.InRange(film.FrameCount, most / 2 + 1, most);
        int[] shown = [.. XElement.Parse(film.ToSvg()).Elements(s_svg + "g").Attributes("data-step").Select(step => (int)step)];
        Assert.Equal(steps, shown[^1]);
        Assert.Equal(film.FrameCount, shown.Length);
        // Evenly, but for the last.
        Assert.Single(shown[..^1].Zip(shown[1..^1], (a, b) => b - a).Distinct());
    }

    [Fact]
    public void Misuse_is_named()
    {
        (KanModel model, Dataset data) = Problem(3);
        var film = new TrainingAnimation(model, data.Inputs);
        Assert.Contains("no frames", Assert.Throws<KanSharpException>(() => film.ToSvg()).Message);
        Trainer.Fit(model, data, new TrainingOptions { Steps = 1 }, progress: film);
        foreach (double seconds in (double[])[0, double.NaN, double.PositiveInfinity])
            Assert.Contains("seconds", Assert.Throws<KanSharpException>(() => film.ToSvg(seconds)).Message);
        Assert.Contains("5100 edges", Assert.Throws<KanSharpException>(() => new TrainingAnimation(KanModel.Create(new KanSpec(2, 50, 100)), data.Inputs)).Message);
        Assert.ThrowsAny<KanSharpException>(() => new TrainingAnimation(model, new Matrix(10, 3)));
        Assert.ThrowsAny<KanSharpException>(() => new TrainingAnimation(model, new Matrix(1, 2)));
    }

    private static bool IsShown(XElement animation, double time)
    {
        string[] values = ((string)animation.Attribute("values")!).Split(';');
        double[] times = [.. ((string)animation.Attribute("keyTimes")!).Split(';').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(values.Length, times.Length);
        Assert.Equal(0, times[0]);
        return values[times.Count(start => start <= time) - 1] == "visible";
    }

    private static (KanModel Model, Dataset Data) Problem(int hidden)
    {
        var random = new SeededRandom(3);
        Matrix inputs = new(60, 2), targets = new(60, 1);
        for (int row = 0; row < inputs.Rows; row++)
        {
            (inputs[row, 0], inputs[row, 1]) = (random.NextDouble(-1, 1), random.NextDouble(-1, 1));
            targets[row, 0] = Math.Sin(3 * inputs[row, 0]) + inputs[row, 1] * inputs[row, 1];
        }
        return (KanModel.Create(new KanSpec(2, hidden, 1), 4), new Dataset(inputs, targets));
    }
}
