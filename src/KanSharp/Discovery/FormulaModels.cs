using System.Collections.Immutable;
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
    /// <summary>The result with compiled networks; where a formula cannot be compiled, the network it was read from stays.</summary>
    /// <param name="found">What was found, in the user's units; the recommended formula has a network.</param>
    /// <param name="inputs">The rows that formulas were fitted to.</param>
    public static DiscoveryResult Compile(DiscoveryResult found, Matrix inputs)
    {
        string? failure = null;
        int recommended = found.Pareto.IndexOf(found.Recommended);
        var front = ImmutableArray.CreateBuilder<FormulaCandidate>(found.Pareto.Length);
        foreach (FormulaCandidate candidate in found.Pareto)
        {
            ModelInfo info = found.Model.Info with { History = [.. candidate.Model?.Info.History ?? [], $"compiled from {candidate.Formula.ToText()}"] };
            front.Add(candidate with { Model = TryCompile(candidate.Formula, info, inputs, out string? reason) ?? candidate.Model });
            if (front.Count - 1 == recommended)
                failure = reason;
        }
        return found with { Pareto = front.ToImmutable(), Recommended = front[recommended], CompilationFailure = failure };
    }

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
