using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Interpretation;

/// <summary>The rows that a symbolic search fits, in the network's units, with one weight each (mean 1) or null.</summary>
internal sealed record SymbolicRows(Matrix Inputs, Matrix Targets, double[]? Weights)
{
    public static SymbolicRows Of(Dataset data, ModelInfo info) =>
        new(info.InputScaling.Apply(data.Inputs), info.OutputScaling.Apply(data.Targets), data.RowWeights);

    /// <summary>The mean squared error of the targets' means.</summary>
    public double Spread { get; } = LossFunction.MeanSquaredError.Spread(Targets, Weights);
}
