using System.Collections.Immutable;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training.Objectives;
using MathNet.Numerics.LinearAlgebra;

namespace KanSharp.Training;

/// <summary>
/// The second derivatives of a loss by the parameters of a small model, and their eigenvalues: how sharp a minimum is and in how many directions
/// the data determine the parameters. Parameters and loss are those of training, in the network's units.
/// </summary>
/// <remarks>
/// Column p is the central difference of the exact gradient at θ_p ± h, h = ∛ε · max(1, |θ_p|); the matrix is the mean of that and its transpose. Truncation
/// and rounding are then both of the order ε^(2/3), about 1e-10 of the entries' own scale; <see cref="Asymmetry"/> shows what was reached. Where a step
/// moves a sample over a place where second derivatives jump (ends of a grid; knots of order 2 and less; abs; a penalty's absolute value at zero), the quotient
/// is a mean of both sides.
/// </remarks>
public sealed class LossHessian
{
    /// <summary>The most parameters: a full matrix and its eigenvalues are for small networks.</summary>
    public const int MaxParameters = 2000;

    // The cube root of 2^-52.
    private const double RelativeStep = 6.0554544523933429e-06;

    private ImmutableArray<double> _eigenvalues;

    private LossHessian(double loss, ImmutableArray<int> parameters, double[] gradient, Matrix values, double asymmetry)
    {
        Loss = loss;
        Parameters = parameters;
        Gradient = [.. gradient];
        Values = values;
        Asymmetry = asymmetry;
    }

    /// <summary>The loss, with its penalty if one was asked for.</summary>
    public double Loss { get; }

    /// <summary>For each row and column, the index of its parameter in <see cref="KanModel.Parameters"/>, ascending.</summary>
    public ImmutableArray<int> Parameters { get; }

    /// <summary>The exact first derivatives by the same parameters.</summary>
    public ImmutableArray<double> Gradient { get; }

    /// <summary>The matrix, exactly symmetric.</summary>
    public Matrix Values { get; }

    /// <summary>
    /// Largest difference between an entry and its mirror image as they were computed, one from either gradient, over the largest entry: the error of
    /// the differences.
    /// </summary>
    public double Asymmetry { get; }

    /// <summary>The eigenvalues, ascending; computed when first asked for.</summary>
    public ImmutableArray<double> Eigenvalues
    {
        get
        {
            if (_eigenvalues.IsDefault)
            {
                var matrix = Matrix<double>.Build.Dense(Values.Rows, Values.Columns, Values.Values.ToArray());
                _eigenvalues = [.. matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
            }
            return _eigenvalues;
        }
    }

    /// <summary>Measures the Hessian of a loss on all rows; takes two gradients for each parameter, in double precision whatever the model's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Inputs and targets in the user's units.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="parts">Which parameters; of edges that are off there are none. As for training when null.</param>
    /// <param name="regularization">A penalty that is added to the loss; none when null.</param>
    /// <param name="progress">Hears the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KanSharpException">The model has more than <see cref="MaxParameters"/> such parameters, or none, or the loss is not finite there.</exception>
    /// <exception cref="KanDataException">The data do not fit the model.</exception>
    public static LossHessian Measure(KanModel model, Dataset data, Loss loss = Training.Loss.MeanSquaredError, TrainableParts? parts = null,
        Regularization? regularization = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        Trainer.CheckFits(model, data, loss);
        if (loss == Training.Loss.Huber)
            throw new KanSharpException("Huber's loss has no second derivative at its scale; measure the Hessian of the squared error.");
        bool[] mask = TrainableParameters.Mask(model, parts ?? TrainableParts.Default);
        int[] free = TrainableParameters.OfActiveEdges(model, mask, splineScales: true);
        if (free.Length is 0 or > MaxParameters)
            throw new KanSharpException($"The model {model.Shape} has {free.Length} parameters to differentiate by; a Hessian needs 1 to {MaxParameters}. {(free.Length == 0 ? "Name" : "Prune the model, or name fewer")} trainable parts.");
        var objective = new NetworkObjective(model.Network, model.Info.InputScaling.Apply(data.Inputs),
            loss == Training.Loss.CrossEntropy ? data.Targets : model.Info.OutputScaling.Apply(data.Targets),
            LossFunction.Of(loss), regularization ?? Regularization.None, mask, Environment.ProcessorCount, weights: data.RowWeights);

        double[] parameters = model.Parameters.ToArray(), up = new double[parameters.Length], down = new double[parameters.Length];
        double value = objective.Evaluate(parameters, up);
        double[] gradient = [.. free.Select(p => up[p])];
        var differences = new Matrix(free.Length, free.Length);
        for (int column = 0; column < free.Length; column++)
        {
            cancellation.ThrowIfCancellationRequested();
            double at = parameters[free[column]], step = RelativeStep * Math.Max(1, Math.Abs(at));
            double above = at + step, below = at - step;
            parameters[free[column]] = above;
            objective.Evaluate(parameters, up);
            parameters[free[column]] = below;
            objective.Evaluate(parameters, down);
            parameters[free[column]] = at;
            Span<double> entries = differences.Column(column);
            for (int row = 0; row < free.Length; row++)
                entries[row] = (up[free[row]] - down[free[row]]) / (above - below);
            if (!double.IsFinite(value) || entries.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue) >= 0)
                throw new KanSharpException($"The loss or its gradient is not finite near parameter {free[column]} = {at:R}; there is no Hessian there.");
            progress?.Report((column + 1.0) / free.Length);
        }
        return new LossHessian(value, [.. free], gradient, differences, Symmetrise(differences));
    }

    private static double Symmetrise(Matrix values)
    {
        double largest = 0, difference = 0;
        for (int i = 0; i < values.Rows; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double mean = values[i, j] / 2 + values[j, i] / 2;
                difference = Math.Max(difference, Math.Abs(values[i, j] - values[j, i]));
                values[i, j] = values[j, i] = mean;
                largest = Math.Max(largest, Math.Abs(mean));
            }
        }
        return largest == 0 ? 0 : difference / largest;
    }
}
