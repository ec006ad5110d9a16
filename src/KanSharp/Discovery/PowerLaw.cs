using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>
/// The power law c x₁^p₁ x₂^p₂ .. nearest to the logarithms of the data. Such laws span orders of magnitude that a spline of the plain
/// values cannot resolve; as a network they are exp of a sum of logarithms.
/// </summary>
internal static class PowerLaw
{
    /// <summary>An exponent this near to a half or whole number is tried as that number.</summary>
    private const double Near = 0.15;

    /// <summary>
    /// The law with exponents as they were fitted and, where they are near, as half and whole numbers; none if the targets differ in sign or no
    /// input is positive throughout.
    /// </summary>
    public static IEnumerable<Expression> Fit(Dataset data, IReadOnlyList<string> names)
    {
        double[] targets = data.Targets.Column(0).ToArray();
        double sign = Math.Sign(targets[0]);
        int[] positive = [.. Enumerable.Range(0, data.Inputs.Columns).Where(j => !data.Inputs.Column(j).ToArray().Any(x => x <= 0))];
        if (sign == 0 || targets.Any(y => Math.Sign(y) != sign) || positive.Length == 0)
            return [];
        var logarithms = new Matrix(data.Count, positive.Length + 1);
        var right = new Matrix(data.Count, 1);
        for (int row = 0; row < data.Count; row++)
        {
            for (int j = 0; j < positive.Length; j++)
                logarithms[row, j] = Math.Log(data.Inputs[row, positive[j]]);
            logarithms[row, positive.Length] = 1;
            right[row, 0] = Math.Log(Math.Abs(targets[row]));
        }
        var solution = new Matrix(positive.Length + 1, 1);
        MinimumNormLeastSquares.Solve(logarithms, right, 1e-10, solution);
        double scale = sign * Math.Exp(solution[positive.Length, 0]);
        double[] exponents = solution.Column(0)[..positive.Length].ToArray();
        double[] rounded = [.. exponents.Select(p => Math.Abs(Math.Round(2 * p) / 2 - p) <= Near ? Math.Round(2 * p) / 2 : p)];
        if (!double.IsFinite(scale) || scale == 0)
            return [];
        return new[] { rounded, exponents }.DistinctBy(p => string.Join(' ', p)).Select(p => Product.Of(
            [new Constant(scale), .. positive.Select((j, i) => new Variable(names[j]).Pow(p[i]))]));
    }

    /// <summary>The network that computes a fitted law; null if simplifying made it something else than a product of powers.</summary>
    public static KanModel? ToModel(Expression law, ModelInfo info)
    {
        double scale = 1;
        var exponents = new double[info.InputNames.Length];
        foreach (Expression factor in law is Product product ? product.Factors : [law])
        {
            (Expression @base, double exponent) = factor switch
            {
                Power { Exponent: Constant power } known => (known.Base, power.Value),
                Call { Function: ElementaryFunction.Sqrt } root => (root.Argument, 0.5),
                _ => (factor, 1),
            };
            if (factor.IsConstant)
                scale *= factor.Evaluate(new Dictionary<string, double>());
            else if (@base is Variable variable)
                exponents[info.InputNames.IndexOf(variable.Name)] += exponent;
            else
                return null;
        }
        int[] used = [.. Enumerable.Range(0, exponents.Length).Where(j => exponents[j] != 0)];
        KanModel model = ModelSurgery.SwitchOff(KanModel.Create(new KanSpec(exponents.Length, 1, 1), 1, info), _ => true);
        model = ModelSurgery.ReplaceLayers(model,
        [
            model.Layers[0].With(symbolicEdges: [.. used.Select(j => new SymbolicEdge(j, 0, SymbolicLibrary.Default["log"]))]),
            model.Layers[1].With(symbolicEdges: [new SymbolicEdge(0, 0, SymbolicLibrary.Default["exp"])]),
        ]);
        double[] parameters = model.Parameters.ToArray();
        LayerParameters inner = model.Network.View(0, parameters), outer = model.Network.View(1, parameters);
        double offset = Math.Log(Math.Abs(scale) / info.OutputScaling.Scales[0]);
        for (int s = 0; s < used.Length; s++)
        {
            // x = w (u + o/w) for the network's input u: log x = log(u + o/w) + log w.
            double width = info.InputScaling.Scales[used[s]], shift = info.InputScaling.Offsets[used[s]] / width;
            ((ReadOnlySpan<double>)[1, shift, exponents[used[s]], 0]).CopyTo(inner.Affine(s));
            offset += exponents[used[s]] * Math.Log(width);
        }
        inner.NodeBiases[0] = offset;
        ((ReadOnlySpan<double>)[1, 0, Math.Sign(scale), 0]).CopyTo(outer.Affine(0));
        return model.With(parameters);
    }
}
