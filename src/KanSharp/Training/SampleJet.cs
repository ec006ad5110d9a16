using KanSharp.Model;

namespace KanSharp.Training;

/// <summary>
/// One number for each output and each component of a <see cref="DerivativeRequest"/> at one sample: the outputs and their derivatives, or the
/// derivatives of a loss by them.
/// </summary>
public readonly ref struct SampleJet
{
    private readonly Span<double> _numbers;
    private readonly int _directions;
    private readonly int _components;

    internal SampleJet(Span<double> numbers, int directions, int components)
    {
        _numbers = numbers;
        _directions = directions;
        _components = components;
    }

    /// <summary>That of an output's value.</summary>
    public ref double Value(int output) => ref _numbers[output * _components];

    /// <summary>That of an output's first derivative along a direction of the request.</summary>
    public ref double First(int output, int direction)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)direction, (uint)_directions);
        return ref _numbers[output * _components + 1 + direction];
    }

    /// <summary>That of an output's second-order form of the request; <see cref="DerivativeRequest.FormOf"/> gives the index of a second derivative.</summary>
    public ref double Form(int output, int form)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)form, (uint)(_components - 1 - _directions));
        return ref _numbers[output * _components + 1 + _directions + form];
    }
}

/// <summary>
/// A loss of one sample. Called from several threads.
/// </summary>
/// <param name="inputs">The sample's inputs, in the user's units.</param>
/// <param name="jet">The model's outputs and their derivatives there.</param>
/// <param name="adjoint">Zero when called; to be filled with the derivatives of the loss by each number of <paramref name="jet"/>.</param>
/// <returns>The loss.</returns>
public delegate double SampleLoss(ReadOnlySpan<double> inputs, SampleJet jet, SampleJet adjoint);
