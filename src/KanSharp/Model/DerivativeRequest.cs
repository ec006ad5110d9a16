using System.Collections.Immutable;
using KanSharp.Layers.Kernels;

namespace KanSharp.Model;

/// <summary>A weight times the second derivative along two of a request's directions.</summary>
/// <param name="First">Index of one direction.</param>
/// <param name="Second">Index of the other, or of the same.</param>
/// <param name="Weight">The weight.</param>
public readonly record struct SecondOrderTerm(int First, int Second, double Weight = 1);

/// <summary>
/// Which derivatives of a model's outputs by its inputs are wanted: first derivatives along directions, and second-order forms, weighted sums of
/// second derivatives along pairs of those directions. What is not asked for is not computed; a form costs as much as one direction, however
/// many terms it has.
/// </summary>
public sealed record DerivativeRequest
{
    /// <summary>Directions in the user's units, one number per input; a unit vector gives a partial derivative.</summary>
    public ImmutableArray<ImmutableArray<double>> Directions { get; init; } = [];

    /// <summary>Second-order forms over <see cref="Directions"/>.</summary>
    public ImmutableArray<ImmutableArray<SecondOrderTerm>> Forms { get; init; } = [];

    /// <summary>The values alone.</summary>
    public static DerivativeRequest Values { get; } = new();

    /// <summary>All first derivatives: direction i is input i.</summary>
    public static DerivativeRequest Gradient(int inputs) => new()
    {
        Directions = [.. Enumerable.Range(0, inputs).Select(i => Unit(inputs, i))],
    };

    /// <summary>All first derivatives, and as the only form the sum of the second derivatives by each input.</summary>
    public static DerivativeRequest Laplacian(int inputs) => Gradient(inputs) with
    {
        Forms = [[.. Enumerable.Range(0, inputs).Select(i => new SecondOrderTerm(i, i))]],
    };

    /// <summary>All first and second derivatives: forms (0, 0), (0, 1), .., (1, 1), (1, 2) and so on.</summary>
    public static DerivativeRequest Hessian(int inputs) => Gradient(inputs) with
    {
        Forms = [.. from i in Enumerable.Range(0, inputs) from j in Enumerable.Range(i, inputs - i) select (ImmutableArray<SecondOrderTerm>)[new SecondOrderTerm(i, j)]],
    };

    /// <summary>First and second derivative along one direction.</summary>
    public static DerivativeRequest Along(params ReadOnlySpan<double> direction) => new()
    {
        Directions = [[.. direction]],
        Forms = [[new SecondOrderTerm(0, 0)]],
    };

    /// <summary>Index of the form that is the second derivative along two directions and nothing else; -1 if there is none.</summary>
    public int FormOf(int first, int second)
    {
        for (int form = 0; form < Forms.Length; form++)
        {
            if (Forms[form] is [{ Weight: 1 } term] && ((term.First, term.Second) == (first, second) || (term.Second, term.First) == (first, second)))
                return form;
        }
        return -1;
    }

    internal JetShape ToShape() => new(Directions.Length, [.. Forms.Select(form => form.Select(term => new JetTerm(term.First, term.Second, term.Weight)).ToArray())]);

    internal void CheckAgainst(KanModel model)
    {
        for (int a = 0; a < Directions.Length; a++)
        {
            if (Directions[a].Length != model.InputCount || Directions[a].Any(number => !double.IsFinite(number)))
                throw new KanSharpException($"Direction {a} is ({string.Join(", ", Directions[a])}); the model has {model.InputCount} inputs ({string.Join(", ", model.Info.InputNames)}) and needs one finite number for each.");
        }
        foreach (SecondOrderTerm term in Forms.SelectMany(form => form))
        {
            if ((uint)term.First >= (uint)Directions.Length || (uint)term.Second >= (uint)Directions.Length)
                throw new KanSharpException($"A second derivative along the directions {term.First} and {term.Second} was asked for, but there are {Directions.Length} directions; their indices start at 0.");
            if (!double.IsFinite(term.Weight))
                throw new KanSharpException($"The second derivative along the directions {term.First} and {term.Second} has the weight {term.Weight}; weights must be finite.");
        }
        if (!model.Info.Classes.IsEmpty)
            throw new KanSharpException("A classifier's probabilities are not differentiated; derivatives are there for models that predict numbers.");
    }

    private static ImmutableArray<double> Unit(int inputs, int input) => [.. Enumerable.Range(0, inputs).Select(i => i == input ? 1.0 : 0.0)];
}
