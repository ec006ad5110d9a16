using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation.Structure;

/// <summary>The exact derivatives of one output of a model.</summary>
internal sealed class ModelDerivatives(KanModel model, int output) : DerivativeSource
{
    /// <summary>So many second derivatives are asked for at a time, which bounds the memory of wide inputs.</summary>
    private const int PairsAtATime = 128;

    public override LocalDerivatives At(Matrix points)
    {
        DerivativeRequest gradient = DerivativeRequest.Gradient(model.InputCount);
        Derivatives? last = null;
        var second = new List<double[]>(LocalDerivatives.PairCount(model.InputCount));
        foreach ((int I, int J)[] pairs in LocalDerivatives.Pairs(model.InputCount).Chunk(PairsAtATime))
        {
            last = model.Differentiate(points, gradient with { Forms = [.. pairs.Select(pair => (ImmutableArray<SecondOrderTerm>)[new SecondOrderTerm(pair.I, pair.J)])] });
            for (int form = 0; form < pairs.Length; form++)
                second.Add(last.Form(form).Column(output).ToArray());
        }
        return new LocalDerivatives(last!.Values.Column(output).ToArray(), [.. Enumerable.Range(0, model.InputCount).Select(i => last.First(i).Column(output).ToArray())], [.. second]);
    }
}
