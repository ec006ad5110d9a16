using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;

namespace KanSharp.Training;

/// <summary>
/// A part of a <see cref="DerivativeLoss"/>: some samples, and what is asked of a model's outputs and their derivatives there. Its value is the mean
/// over the samples, times the weight.
/// </summary>
public sealed class LossTerm
{
    private readonly Func<KanModel, DerivativeLoss, SampleFunction> _bind;

    private LossTerm(string name, Matrix inputs, double weight, bool isSquared, Func<LossTerm, KanModel, DerivativeLoss, SampleFunction> bind)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Rows == 0)
            throw new KanSharpException($"The term '{name}' has no samples; it needs at least one.");
        if (!(weight > 0 && double.IsFinite(weight)))
            throw new KanSharpException($"The term '{name}' has the weight {weight}; weights are positive numbers.");
        Name = name;
        Inputs = inputs;
        Weight = weight;
        IsSquared = isSquared;
        _bind = (model, loss) => bind(this, model, loss);
    }

    /// <summary>What messages and reports call it.</summary>
    public string Name { get; }

    /// <summary>The samples: one row each, one column per input of the model, in the user's units.</summary>
    public Matrix Inputs { get; }

    /// <summary>Its weight in the sum of terms.</summary>
    public double Weight { get; }

    /// <summary>Whether it is a mean of squares, so that Levenberg-Marquardt can lower it.</summary>
    public bool IsSquared { get; }

    /// <summary>
    /// Sum over some formulas of the mean of their squares. A formula may use the model's inputs, its outputs, their derivatives written
    /// <c>u_x</c>, <c>u_xy</c> (or <c>u_x_y</c>), the unknown constants of the loss, and columns of data.
    /// </summary>
    /// <param name="name">What messages and reports call it.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="residuals">The formulas that are to be zero, such as <c>u_xx + u_yy + sin(x)</c>.</param>
    /// <param name="weight">The term's weight.</param>
    /// <param name="columns">Further numbers by name, one for each sample.</param>
    public static LossTerm Residuals(string name, Matrix inputs, IEnumerable<Expression> residuals, double weight = 1, IReadOnlyDictionary<string, double[]>? columns = null)
    {
        ImmutableArray<Expression> formulas = [.. residuals];
        if (formulas.IsEmpty)
            throw new KanSharpException($"The term '{name}' has no residual; it needs at least one formula.");
        foreach ((string column, double[] values) in columns ?? ImmutableDictionary<string, double[]>.Empty)
        {
            if (values.Length != inputs.Rows)
                throw new KanDataException($"The column '{column}' of the term '{name}' has {values.Length} numbers for {inputs.Rows} samples; it needs one for each.");
        }
        return new LossTerm(name, inputs, weight, true, (term, model, loss) => new FormulaResiduals(term, formulas, columns ?? ImmutableDictionary<string, double[]>.Empty, model, loss));
    }

    /// <summary>The mean of the squares of one formula, given as text; see <see cref="Residuals"/>.</summary>
    public static LossTerm Residual(string name, Matrix inputs, string residual, double weight = 1, IReadOnlyDictionary<string, double[]>? columns = null) =>
        Residuals(name, inputs, [Expression.Parse(residual)], weight, columns);

    /// <summary>The mean of a function of each sample that the caller writes with its derivatives, or of its squares.</summary>
    /// <param name="name">What messages and reports call it.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="request">The derivatives that the function reads.</param>
    /// <param name="loss">The function.</param>
    /// <param name="weight">The term's weight.</param>
    /// <param name="squared">Whether the function is a residual, whose square counts.</param>
    public static LossTerm Custom(string name, Matrix inputs, DerivativeRequest request, SampleLoss loss, double weight = 1, bool squared = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(loss);
        return new LossTerm(name, inputs, weight, squared, (term, model, _) => new CustomFunction(term, request, loss, model));
    }

    internal SampleFunction Bind(KanModel model, DerivativeLoss loss) => _bind(model, loss);
}

/// <summary>A number in the formulas of a loss that is trained along with the model.</summary>
/// <param name="Name">Its name in the formulas.</param>
/// <param name="Value">Where training starts, or what it found.</param>
public sealed record UnknownConstant(string Name, double Value);

/// <summary>A loss on a model's outputs and their derivatives: a sum of terms.</summary>
/// <param name="Terms">The terms.</param>
public sealed record DerivativeLoss(ImmutableArray<LossTerm> Terms)
{
    /// <summary>A loss of these terms.</summary>
    public DerivativeLoss(params IEnumerable<LossTerm> terms) : this([.. terms]) { }

    /// <summary>Constants in the formulas that are to be found.</summary>
    public ImmutableArray<UnknownConstant> Unknowns { get; init; } = [];
}

/// <summary>A model trained on a <see cref="DerivativeLoss"/>.</summary>
/// <param name="Model">The trained model.</param>
/// <param name="Unknowns">The unknown constants with the values found.</param>
/// <param name="TermLosses">What each term says about it: the mean, without the weight.</param>
/// <param name="Report">How it came about; losses are sums of the weighted terms.</param>
public sealed record DerivativeTrainingResult(KanModel Model, ImmutableArray<UnknownConstant> Unknowns, ImmutableArray<double> TermLosses, TrainingReport Report);
