using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation.Compilation;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Interpretation;

/// <summary>
/// Makes a network that computes a formula: symbolic edges c f(a x + b) + d, sum nodes and product nodes. The other way round is
/// <see cref="ModelFormula.ToFormulas"/>.
/// </summary>
/// <remarks>
/// Equal parts are computed once; constants go into the edges; identities stand only where a value is carried to a deeper level. x² to x⁵, their inverses and roots are functions
/// of the library, other powers products of these or exp(p log b), which for an exponent that varies needs a base above zero. Every network is held against its formula before it is returned:
/// they agree to 1e-13, or to what rounding alone can do where the formula's terms cancel.
/// </remarks>
public static class FormulaCompiler
{
    private const double Tolerance = 1e-13;

    /// <summary>Below, numbers have fewer digits.</summary>
    private const double SmallestNormal = 2.2250738585072014e-308;

    /// <summary>Bounds on rounding are of first order and for one way of computing.</summary>
    private const double BoundTolerance = 8;

    /// <summary>Without samples, constants up to this are taken to be of the size of the variables.</summary>
    private const double OrdinaryShift = 10;

    /// <summary>The network of one formula.</summary>
    /// <param name="formula">The formula, as <see cref="Expression.Parse"/> reads it; names among the inputs are variables.</param>
    /// <param name="inputs">Names of the inputs, in order; more than the formula uses are possible. Those of the formula, in ordinal order, when null.</param>
    /// <param name="samples">One row per sample, one column per input: see <see cref="Compile(IReadOnlyList{Expression}, IReadOnlyList{string}, IReadOnlyList{string}?, Matrix?)"/>.</param>
    /// <exception cref="KanFormatException">The text is no formula; the message says where and what was expected.</exception>
    /// <exception cref="KanSharpException">The formula cannot be compiled; the message names the part and why.</exception>
    public static KanModel Compile(string formula, IReadOnlyList<string>? inputs = null, Matrix? samples = null) =>
        Compile(Expression.Parse(formula, inputs), inputs, samples);

    /// <summary>The network of one formula, with the output y.</summary>
    /// <inheritdoc cref="Compile(string, IReadOnlyList{string}?, Matrix?)"/>
    public static KanModel Compile(Expression formula, IReadOnlyList<string>? inputs = null, Matrix? samples = null)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return Compile([formula], inputs ?? formula.Variables, null, samples);
    }

    /// <summary>The network of several formulas, one output for each.</summary>
    /// <param name="formulas">The formulas.</param>
    /// <param name="inputs">Names of the inputs, in order; the formulas need not use all.</param>
    /// <param name="outputs">Names of the outputs; y, or y1, y2, .., when null.</param>
    /// <param name="samples">
    /// One row per sample, one column per input, in the formula's units: the grids get their range, and where values are very large or small the network other units, by powers of two.
    /// When null the inputs' grids span the first of [-1, 1], [0.5, 2] and [0, 1] where the formulas are defined throughout (the first where they are mostly, if none), and those of inner nodes what comes of that.
    /// No prediction depends on it.
    /// </param>
    /// <exception cref="KanSharpException">A formula cannot be compiled; the message names the part and why.</exception>
    public static KanModel Compile(IReadOnlyList<Expression> formulas, IReadOnlyList<string> inputs, IReadOnlyList<string>? outputs = null, Matrix? samples = null)
    {
        ArgumentNullException.ThrowIfNull(formulas);
        ArgumentNullException.ThrowIfNull(inputs);
        if (formulas.Count == 0 || outputs is not null && outputs.Count != formulas.Count)
            throw new KanSharpException($"{formulas.Count} formulas and {outputs?.Count ?? 0} names of outputs were given; a network needs at least one formula, and a name for each.");
        if (inputs.Count == 0)
            throw new KanSharpException("The formula has no variables, and a network needs at least one input; name its inputs.");
        ModelInfo info = ModelInfo.Default(inputs.Count, formulas.Count) with { InputNames = [.. inputs] };
        if (outputs is not null)
            info = info with { OutputNames = [.. outputs], TargetName = outputs[0] };
        return Compile(formulas, info with { History = [.. formulas.Select(formula => $"compiled from {formula.ToText()}")] }, samples);
    }

    /// <summary>As above, with names and history already known; the scaling of inputs and outputs is chosen anew.</summary>
    internal static KanModel Compile(IReadOnlyList<Expression> formulas, ModelInfo info, Matrix? samples)
    {
        FormulaProgram[] programs = [.. formulas.Select(formula => new FormulaProgram(formula, info.InputNames))];
        ProbePoints points = samples is null ? ProbePoints.Spread(programs) : ProbePoints.Of(samples, info.InputNames);
        Expression[] lowered = [.. formulas.Select(FormulaLowering.Lower)];
        string difference = "";
        // What goes into the constants of edges is computed in another order; where that loses digits it stays a node of its own.
        foreach (double largestShift in (double[])[samples is null ? OrdinaryShift : double.PositiveInfinity, 0])
        {
            var graph = new FormulaGraph(info.InputNames, largestShift);
            var network = new GraphNetwork(GraphPlacement.Place(graph.Inputs, lowered.Select(graph.Output)));
            network.Spec.Validated();
            // Values that reach from 1e-300 to 1e300 have no unit in which the small ones do not vanish.
            foreach (bool rescale in samples is null ? (bool[])[false] : [true, false])
            {
                KanModel model = network.Build(info, points, rescale);
                if (Difference(model, formulas, programs, points.Verified) is not { } found)
                    return model;
                difference = found;
            }
        }
        throw new KanSharpException($"The formula cannot be compiled: {difference}");
    }

    /// <summary>Where the network is not its formula; null if it is.</summary>
    private static string? Difference(KanModel model, IReadOnlyList<Expression> formulas, FormulaProgram[] programs, Matrix points)
    {
        ImmutableArray<string> names = model.Info.InputNames;
        Matrix computed = model.Predict(points).Values;
        double[] expected = new double[points.Rows], point = new double[points.Columns];
        for (int o = 0; o < formulas.Count; o++)
        {
            programs[o].Evaluate(points, expected);
            var bound = new RoundingBound(formulas[o], names);
            bool isDefined = false;
            for (int row = 0; row < points.Rows; row++)
            {
                if (!double.IsFinite(expected[row]))
                    continue;
                isDefined = true;
                double difference = Math.Abs(computed[row, o] - expected[row]);
                if (difference <= Math.Max(Tolerance * Math.Abs(expected[row]), SmallestNormal))
                    continue;
                for (int i = 0; i < point.Length; i++)
                    point[i] = points[row, i];
                if (!(difference <= BoundTolerance * bound.At(point)) && !double.IsPositiveInfinity(bound.At(point)))
                    return $"at {string.Join(", ", names.Zip(point, (name, value) => $"{name} = {value:R}"))} the network gives {computed[row, o]:R} for {formulas[o].ToText()} = {expected[row]:R}.";
            }
            if (!isDefined)
                return $"{formulas[o].ToText()} is not defined at any of the {points.Rows} points that were tried; give samples where it is.";
        }
        return null;
    }
}
