using System.Collections.Immutable;
using KanSharp.Layers;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Equations;

/// <summary>An independent variable and the range in which the equations hold.</summary>
/// <param name="Name">Its name in the formulas.</param>
/// <param name="Start">Where the range begins.</param>
/// <param name="End">Where it ends.</param>
public sealed record EquationInput(string Name, double Start, double End)
{
    /// <summary>Where it stands in a file, for messages; 0 for nowhere.</summary>
    public int Line { get; init; }
}

/// <summary>An equation that holds everywhere in the domain.</summary>
/// <param name="Text">Two formulas with <c>=</c> between them, or one that is to be zero, such as <c>u_xx + u_yy = -sin(x)</c>.</param>
/// <param name="Weight">Weight of its mean squared residual.</param>
public sealed record Equation(string Text, double Weight = 1)
{
    /// <inheritdoc cref="EquationInput.Line"/>
    public int Line { get; init; }
}

/// <summary>A boundary or initial condition: an equation that holds in a part of the domain.</summary>
/// <param name="On">
/// Where: <c>boundary</c> (all sides), <c>left</c> and <c>right</c> (of the first input), <c>bottom</c> and <c>top</c> (of the second), <c>initial</c> (where
/// the input t begins), or values of inputs such as <c>x = 0</c> or <c>x = 0 and t = 1</c>; several with <c>or</c> between them.
/// </param>
/// <param name="Text">The equation, as in <see cref="Equation.Text"/>.</param>
/// <param name="Weight">Weight of its mean squared residual.</param>
public sealed record Condition(string On, string Text, double Weight = Condition.DefaultWeight)
{
    /// <summary>A condition is met more exactly than the equations, which are the larger numbers as a rule.</summary>
    public const double DefaultWeight = 100;

    /// <inheritdoc cref="EquationInput.Line"/>
    public int Line { get; init; }
}

/// <summary>Measured values of unknown functions.</summary>
/// <param name="Inputs">Where: one row each, one column per input.</param>
/// <param name="Values">By the name of the unknown, one number for each row.</param>
/// <param name="Weight">Weight of the mean squared difference.</param>
public sealed record Measurements(Matrix Inputs, ImmutableDictionary<string, double[]> Values, double Weight = Condition.DefaultWeight);

/// <summary>How points of the domain are chosen.</summary>
public enum SamplingKind
{
    /// <summary>A regular mesh that includes the boundary. The default.</summary>
    Grid,

    /// <summary>Independent uniform random points.</summary>
    Random,

    /// <summary>A Sobol sequence.</summary>
    Sobol,
}

/// <summary>Where the equations are asked to hold.</summary>
public sealed record EquationSampling
{
    /// <summary>How points are chosen. Default a mesh.</summary>
    public SamplingKind Kind { get; init; }

    /// <summary>Points in the domain. Default 2500.</summary>
    public int Interior { get; init; } = 2500;

    /// <summary>Points on each side that a condition holds on. Default 50.</summary>
    public int Boundary { get; init; } = 50;

    /// <summary>
    /// Before each refinement add as many points again as this part of <see cref="Interior"/>, drawn where the residual is large (Wu et al., Comput. Methods
    /// Appl. Mech. Eng. 403, 2023). Default 0.2; 0 for none.
    /// </summary>
    public double Resampled { get; init; } = 0.2;
}

/// <summary>The network that is to be the solution, and how it is trained.</summary>
public sealed record EquationNetwork
{
    /// <summary>The levels between inputs and unknowns, as in <see cref="KanSharp.Model.KanSpec.Parse"/>: <c>10</c>, <c>5,5</c>, <c>[2,2]</c>; empty for none. Default 10.</summary>
    public string Hidden { get; init; } = "10";

    /// <summary>Spline order; with 5, second derivatives are smooth. Default 5.</summary>
    public int SplineOrder { get; init; } = 5;

    /// <summary>Base function of the edges. Default SiLU.</summary>
    public BaseFunction BaseFunction { get; init; }

    /// <summary>Grid intervals, refined one after the other. Default 5, 10.</summary>
    public ImmutableArray<int> Grids { get; init; } = [5, 10];

    /// <summary>The optimiser. Default Levenberg-Marquardt.</summary>
    public Optimizer Optimizer { get; init; } = Optimizer.LevenbergMarquardt;

    /// <summary>Steps on each grid. Default 50.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Random starts on the first grid, of which the best goes on: some end in a poor minimum. Default 3.</summary>
    public int Starts { get; init; } = 3;

    /// <summary>Seed of start and points.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Differential equations with their conditions: what <see cref="EquationSolver"/> solves. Formulas may use inputs, unknowns, their first and second
/// derivatives (<c>u_x</c>, <c>u_xy</c>), <see cref="Constants"/> and <see cref="Sought"/> constants.
/// </summary>
public sealed record EquationProblem
{
    /// <summary>The independent variables.</summary>
    public required ImmutableArray<EquationInput> Inputs { get; init; }

    /// <summary>The names of the functions that are looked for.</summary>
    public required ImmutableArray<string> Unknowns { get; init; }

    /// <summary>The equations.</summary>
    public required ImmutableArray<Equation> Equations { get; init; }

    /// <summary>Boundary and initial conditions.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Known constants by name, each a number or a formula of numbers such as <c>2*pi</c>.</summary>
    public ImmutableDictionary<string, string> Constants { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Constants that are to be found along with the functions, and where to start.</summary>
    public ImmutableArray<UnknownConstant> Sought { get; init; } = [];

    /// <summary>Measured values; null without any.</summary>
    public Measurements? Data { get; init; }

    /// <summary>The exact solution by unknown, as formulas in the inputs and constants, where it is known: only to measure the error.</summary>
    public ImmutableDictionary<string, string> Exact { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Where the equations are asked to hold.</summary>
    public EquationSampling Sampling { get; init; } = new();

    /// <summary>The network and its training.</summary>
    public EquationNetwork Network { get; init; } = new();
}
