using KanSharp.Formulas;
using KanSharp.Interpretation;

namespace KanSharp.Discovery;

/// <summary>
/// Inputs that a target depends on only through a combination of them, such as x1 - x2 or x1 x2, become one input. Which they are is read off the gradient of a trained
/// network: as in AI Feynman (Udrescu and Tegmark 2020) a symmetry is tested, but by exact derivatives.
/// </summary>
internal static class InputReduction
{
    /// <summary>Up to this sine between the gradients of network and combination a reduction is tried; how well networks do after it decides.</summary>
    private const double LargestDeviation = 0.15;

    /// <summary>Combinations tried at most.</summary>
    private const int Most = 2;

    /// <summary>The smaller views that a network suggests, the likeliest first.</summary>
    public static IEnumerable<DataView> Suggest(CandidateNetwork network)
    {
        DataView view = network.View;
        string[] names = [.. view.Info.InputNames];
        string[] unused = [.. names.Where((_, j) => !Enumerable.Range(0, network.Model.Layers[0].SubnodeCount).Any(o => network.Model.Layers[0].IsActive(j, o)))];
        if (unused.Length > 0 && unused.Length < names.Length)
            return [view.Replace([], unused)];
        if (names.Length < 2 || unused.Length > 0)
            return [];
        FunctionStructure structure = FunctionStructure.Of(network.Model, view.Training.Inputs);
        var pairs = from first in Enumerable.Range(0, names.Length)
                    from second in Enumerable.Range(first + 1, names.Length - first - 1)
                    from combination in Combinations(new Variable(names[first]), new Variable(names[second]), view.Training.Inputs.Column(second).Contains(0))
                    let deviation = structure.TestSymmetryVariable(combination).Deviation
                    where deviation <= LargestDeviation
                    orderby deviation
                    select view.Replace([combination], names[first], names[second]);
        return [.. pairs.Take(Most)];
    }

    private static IEnumerable<Expression> Combinations(Expression a, Expression b, bool zero)
    {
        yield return a + b;
        yield return a - b;
        yield return a * b;
        if (!zero)
            yield return a / b;
        yield return a.Pow(2) + b.Pow(2);
        yield return a.Pow(2) - b.Pow(2);
    }
}
