using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Benchmarks;

/// <summary>A network and a batch that are measured.</summary>
/// <param name="Shape">Its shape, as <see cref="KanSpec.Parse"/> reads it.</param>
/// <param name="Intervals">Grid intervals G.</param>
/// <param name="Rows">Rows of the batch.</param>
public sealed record Workload(string Shape, int Intervals, int Rows)
{
    /// <summary>The nets that are measured throughout: A and B, with coarse and fine grids.</summary>
    public static IEnumerable<Workload> All =>
    [
        new("2,5,1", 5, 1000), new("2,5,1", 20, 1000),
        new("4,10,10,1", 5, 10_000), new("4,10,10,1", 20, 10_000),
    ];

    /// <summary>A new model.</summary>
    public KanModel CreateModel() => KanModel.Create(KanSpec.Parse(Shape) with { GridIntervals = [Intervals] });

    /// <summary>Inputs even on [-1, 1], targets exp(sin(pi x1) + x2^2).</summary>
    public (Matrix Inputs, Matrix Targets) CreateData()
    {
        int columns = KanSpec.Parse(Shape).Widths[0].Nodes;
        Matrix inputs = new(Rows, columns), targets = new(Rows, 1);
        var random = new SeededRandom(1);
        foreach (ref double value in inputs.Values)
            value = random.NextDouble(-1, 1);
        for (int row = 0; row < Rows; row++)
            targets[row, 0] = Math.Exp(Math.Sin(Math.PI * inputs[row, 0]) + inputs[row, 1] * inputs[row, 1]);
        return (inputs, targets);
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{Shape}] G={Intervals} N={Rows}";
}
