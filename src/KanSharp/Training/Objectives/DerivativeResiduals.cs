using KanSharp.Layers.Kernels;
using KanSharp.Model;

namespace KanSharp.Training.Objectives;

/// <summary>What terms of a loss say sample by sample.</summary>
internal static class DerivativeResiduals
{
    /// <summary>The sum of the squared residuals of the first terms, weighted, at each sample; they share their samples.</summary>
    public static double[] Squares(KanModel model, DerivativeLoss loss, int terms)
    {
        double[] squares = new double[loss.Terms[0].Inputs.Rows];
        double[] unknowns = [.. loss.Unknowns.Select(unknown => unknown.Value)], unused = new double[unknowns.Length * JetPass.TileSamples];
        PiecewiseLayer[] weights = JetEvaluator.CreateWeights(model.Network);
        JetEvaluator.Fold(model.Network, weights, model.ParameterArray);
        foreach (LossTerm term in loss.Terms.Take(terms))
        {
            SampleFunction function = term.Bind(model, loss);
            double[] workspace = function.CreateWorkspace(), values = new double[JetPass.TileSamples];
            new JetEvaluator(model.Network, model.Info, function.Request, weights, 1).ForEachTile(model.ParameterArray, term.Inputs, 1, (pass, _, start) =>
            {
                for (int r = 0; r < function.Count; r++)
                {
                    function.Evaluate(r, pass, start, unknowns, workspace, values, unused);
                    for (int n = 0; n < pass.Count; n++)
                        squares[start + n] += term.Weight * values[n] * values[n];
                }
            });
        }
        return squares;
    }
}
