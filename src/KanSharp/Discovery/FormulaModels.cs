using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Discovery;

/// <summary>
/// The networks of finished formulas. A formula is polished after it was read off its network: constants are fitted again and replaced by exact numbers. The network that goes
/// with it is therefore compiled from it, so that both give the same predictions.
/// </summary>
internal static class FormulaModels
{
    /// <summary>The formulas with compiled networks; where one cannot be compiled, the network it was read from stays, if there is any.</summary>
    /// <param name="front">Formulas in the user's units, maybe with networks.</param>
    /// <param name="info">What networks of the data are made with.</param>
    /// <param name="inputs">The rows that formulas were fitted to.</param>
    public static IReadOnlyList<FormulaCandidate> Compile(IReadOnlyList<FormulaCandidate> front, ModelInfo info, Matrix inputs) =>
        [.. front.Select(candidate => candidate with { Model = TryCompile(candidate, info, inputs, out _) ?? candidate.Model })];

    /// <summary>Why the network of a formula is the one it was read from; null where it was compiled.</summary>
    public static string? FailureOf(FormulaCandidate candidate, Matrix inputs)
    {
        _ = TryCompile(candidate, candidate.Model!.Info, inputs, out string? failure);
        return failure;
    }

    private static KanModel? TryCompile(FormulaCandidate candidate, ModelInfo info, Matrix inputs, out string? failure) =>
        TryCompile(candidate.Formula, info with { History = [.. candidate.Model?.Info.History ?? [], $"compiled from {candidate.Formula.ToText()}"] }, inputs, out failure);

    /// <summary>The network of a formula; null, and why, where there is none.</summary>
    public static KanModel? TryCompile(Expression formula, ModelInfo info, Matrix inputs, out string? failure)
    {
        failure = null;
        try
        {
            return FormulaCompiler.Compile([formula], info, inputs);
        }
        catch (KanSharpException refusal)
        {
            failure = refusal.Message;
            return null;
        }
    }
}
