using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Equations;

/// <summary>A formula that is to be zero at some points.</summary>
internal sealed record Requirement(string Text, Expression Residual, double Weight, int Line, ImmutableArray<ConditionPlace> Places);

/// <summary>An <see cref="EquationProblem"/> whose texts are read and whose faults are found.</summary>
internal sealed class PreparedProblem
{
    private const int MeshPoints = 10_000;
    private const ulong MeshSeed = 99;

    private readonly Dictionary<string, Expression> _constants = [];
    private readonly string[] _names;

    public PreparedProblem(EquationProblem problem)
    {
        Problem = problem;
        CheckInputs();
        _names = [.. problem.Inputs.Select(input => input.Name), .. problem.Unknowns, .. problem.Constants.Keys, .. problem.Sought.Select(constant => constant.Name)];
        CheckNames();
        foreach ((string name, string text) in problem.Constants)
            _constants[name] = new Constant(Number(text, $"The constant {name}"));
        Info = CreateInfo();
        Equations = [.. problem.Equations.Select(equation => Read(equation.Text, equation.Weight, equation.Line, []))];
        Conditions = [.. problem.Conditions.Select(ReadCondition)];
        Exact = ReadExact();
        CheckCounts();
    }

    public EquationProblem Problem { get; }

    public ModelInfo Info { get; }

    public ImmutableArray<Requirement> Equations { get; }

    public ImmutableArray<Requirement> Conditions { get; }

    /// <summary>The exact solution of each unknown; null where it is not given.</summary>
    public ImmutableArray<FormulaProgram?> Exact { get; }

    public IReadOnlyList<string> InputNames => Info.InputNames;

    /// <summary>A mesh of the domain, for measuring.</summary>
    public Matrix Mesh()
    {
        SamplingKind kind = Problem.Inputs.Length <= 3 ? SamplingKind.Grid : Problem.Inputs.Length <= SobolSequence.MaxDimensions ? SamplingKind.Sobol : SamplingKind.Random;
        return new DomainPoints(Problem.Inputs, kind, MeshSeed).Choose(MeshPoints);
    }

    /// <summary>The loss with the equations at these points; equations of one weight are one term.</summary>
    public DerivativeLoss Loss(Matrix interior)
    {
        var terms = new List<LossTerm>();
        foreach (IGrouping<double, Requirement> group in Equations.GroupBy(equation => equation.Weight))
            terms.Add(LossTerm.Residuals("equations", interior, group.Select(equation => equation.Residual), group.Key));
        for (int c = 0; c < Conditions.Length; c++)
            terms.Add(LossTerm.Residuals(Conditions[c].Text, ConditionPoints(c), [Conditions[c].Residual], Conditions[c].Weight));
        if (Problem.Data is { } data)
        {
            terms.Add(LossTerm.Residuals("data", data.Inputs, data.Values.Keys.Order(StringComparer.Ordinal).Select(name => new Variable(name) - new Variable(Measured(name))), data.Weight,
                data.Values.ToDictionary(pair => Measured(pair.Key), pair => pair.Value)));
        }
        return new DerivativeLoss(terms) { Unknowns = Problem.Sought };
    }

    /// <summary>The points of a condition.</summary>
    public Matrix ConditionPoints(int condition)
    {
        Matrix[] parts = [.. Conditions[condition].Places.Select((place, p) =>
            new DomainPoints(Problem.Inputs, Problem.Sampling.Kind, Problem.Network.Seed + 1000 + (ulong)(100 * condition + p)).Choose(Problem.Sampling.Boundary, place))];
        var all = new Matrix(parts.Sum(part => part.Rows), Problem.Inputs.Length);
        for (int i = 0; i < Problem.Inputs.Length; i++)
        {
            int row = 0;
            foreach (Matrix part in parts)
            {
                part.Column(i).CopyTo(all.Column(i)[row..]);
                row += part.Rows;
            }
        }
        return all;
    }

    /// <summary>The error of predictions at some points; null without an exact solution.</summary>
    public SolutionError? Error(Func<Matrix, Matrix> solution, Matrix points)
    {
        double squares = 0, size = 0, largest = 0;
        int count = 0;
        double[] exact = new double[points.Rows];
        Matrix values = solution(points);
        for (int o = 0; o < Exact.Length; o++)
        {
            if (Exact[o] is not FormulaProgram program)
                continue;
            program.Evaluate(points, exact);
            for (int row = 0; row < exact.Length; row++)
            {
                double error = values[row, o] - exact[row];
                squares += error * error;
                size += exact[row] * exact[row];
                largest = Math.Max(largest, Math.Abs(error));
                count++;
            }
        }
        return count == 0 ? null : new SolutionError(squares / count, Math.Sqrt(squares / size), largest);
    }

    private static string Measured(string unknown) => $"measured {unknown}";

    private void CheckInputs()
    {
        if (Problem.Inputs.IsDefaultOrEmpty || Problem.Unknowns.IsDefaultOrEmpty || Problem.Equations.IsDefaultOrEmpty)
            throw new KanSharpException($"A problem needs inputs, unknowns and equations; {(Problem.Inputs.IsDefaultOrEmpty ? "inputs" : Problem.Unknowns.IsDefaultOrEmpty ? "unknowns" : "equations")} are missing.");
        foreach (EquationInput input in Problem.Inputs)
        {
            if (!(double.IsFinite(input.Start) && double.IsFinite(input.End) && input.Start < input.End))
                throw Fault(input.Line, $"The input {input.Name} runs from {input.Start} to {input.End}; the end must lie above the start.");
        }
        EquationSampling sampling = Problem.Sampling;
        if (sampling.Interior < 2 || sampling.Boundary < 1 || !(sampling.Resampled is >= 0 and <= 10))
            throw new KanSharpException($"{sampling.Interior} points in the domain, {sampling.Boundary} on a side and a share of {sampling.Resampled} to add are not possible; use at least 2, at least 1, and 0 to 10.");
        if (Problem.Network.Grids.IsDefaultOrEmpty || Problem.Network.Starts < 1)
            throw new KanSharpException($"{(Problem.Network.Grids.IsDefaultOrEmpty ? "No grid is given" : $"{Problem.Network.Starts} starts are not possible")}; use at least one, such as grids 5, 10 and 1 start.");
    }

    private void CheckNames()
    {
        foreach (string name in _names)
        {
            if (!Names.IsIdentifier(name))
                throw new KanSharpException($"'{name}' is no name; use letters, digits and underscores, beginning with a letter.");
            if (_names.Count(other => other == name) > 1)
                throw new KanSharpException($"The name '{name}' is given twice; inputs, unknowns and constants need names of their own.");
        }
    }

    private ModelInfo CreateInfo()
    {
        ImmutableArray<EquationInput> inputs = Problem.Inputs;
        return ModelInfo.Default(inputs.Length, Problem.Unknowns.Length) with
        {
            InputNames = [.. inputs.Select(input => input.Name)],
            OutputNames = Problem.Unknowns,
            // A hair wider than the domain, so that its ends stay inside the grid in spite of rounding.
            InputScaling = new Scaling([.. inputs.Select(input => (input.Start + input.End) / 2)], [.. inputs.Select(input => (input.End - input.Start) / 2 * (1 + 1e-12))]),
        };
    }

    private Requirement ReadCondition(Condition condition)
    {
        ImmutableArray<ConditionPlace> places;
        try
        {
            places = [.. ConditionPlace.Parse(condition.On, Problem.Inputs, text => Number(text, $"The place '{condition.On}'"))];
        }
        catch (KanSharpException fault)
        {
            throw Fault(condition.Line, fault.Message);
        }
        return Read(condition.Text, condition.Weight, condition.Line, places);
    }

    private Requirement Read(string text, double weight, int line, ImmutableArray<ConditionPlace> places)
    {
        if (!(weight > 0 && double.IsFinite(weight)))
            throw Fault(line, $"The weight {weight} of '{text}' is not possible; weights are positive numbers.");
        string[] sides = text.Split('=');
        if (sides.Length > 2)
            throw Fault(line, $"'{text}' has {sides.Length - 1} equals signs; an equation has one, or none and is then to be zero.");
        try
        {
            Expression residual = Parse(sides[0]);
            if (sides.Length == 2)
                residual -= Parse(sides[1]);
            return new Requirement(text.Trim(), residual.Simplify(), weight, line, places);
        }
        catch (KanFormatException fault)
        {
            throw Fault(line, $"'{text}' cannot be read: {fault.Message}");
        }
    }

    private Expression Parse(string text) => Expression.Parse(text, _names).Substitute(_constants);

    private double Number(string text, string what)
    {
        try
        {
            Expression value = Parse(text);
            if (value.IsConstant && value.Evaluate(new Dictionary<string, double>()) is var number && double.IsFinite(number))
                return number;
        }
        catch (KanFormatException)
        {
            // Said below.
        }
        throw new KanSharpException($"{what} has the value '{text}', which is no number.");
    }

    private ImmutableArray<FormulaProgram?> ReadExact()
    {
        if (Problem.Exact.Keys.FirstOrDefault(name => !Problem.Unknowns.Contains(name)) is string stranger)
            throw new KanSharpException($"An exact solution is given for '{stranger}', which is no unknown; unknowns are {string.Join(", ", Problem.Unknowns)}.");
        return
        [
            .. Problem.Unknowns.Select(unknown =>
            {
                if (!Problem.Exact.TryGetValue(unknown, out string? text))
                    return null;
                try
                {
                    return new FormulaProgram(Parse(text), InputNames);
                }
                catch (KanSharpException fault)
                {
                    throw new KanSharpException($"The exact solution of {unknown} cannot be used: {fault.Message}");
                }
            }),
        ];
    }

    /// <summary>Every name means something, every unknown is determined as far as counting can tell.</summary>
    private void CheckCounts()
    {
        ImmutableArray<string> sought = [.. Problem.Sought.Select(constant => constant.Name)];
        KanModel probe = KanModel.Create(new KanSpec(Problem.Inputs.Length, Problem.Unknowns.Length), 1, Info);
        int[] order = new int[Problem.Unknowns.Length];
        bool[] inEquation = new bool[order.Length], inCondition = new bool[order.Length];
        foreach (Requirement requirement in Equations.Concat(Conditions))
        {
            JetNames names;
            try
            {
                names = new JetNames(requirement.Text, probe, sought, ImmutableDictionary<string, double[]>.Empty, [requirement.Residual]);
            }
            catch (KanSharpException fault)
            {
                throw Fault(requirement.Line, fault.Message);
            }
            bool isEquation = requirement.Places.IsEmpty;
            foreach ((_, int output, int[] by) in names.Derivatives)
            {
                (isEquation ? inEquation : inCondition)[output] = true;
                if (isEquation)
                    order[output] = Math.Max(order[output], by.Length);
            }
            if (names.Derivatives.Count == 0)
                throw Fault(requirement.Line, $"'{requirement.Text}' says nothing about the unknown{(order.Length > 1 ? "s" : "")} {string.Join(", ", Problem.Unknowns)}.");
        }
        if (Problem.Data is { } data)
        {
            foreach (string name in data.Values.Keys)
            {
                int unknown = Problem.Unknowns.IndexOf(name);
                if (unknown < 0)
                    throw new KanSharpException($"The data has values of '{name}', which is no unknown; unknowns are {string.Join(", ", Problem.Unknowns)}.");
                inEquation[unknown] = inCondition[unknown] = true;
            }
            return;
        }
        if (Equations.Length < Problem.Unknowns.Length)
            throw new KanSharpException($"{Count(Problem.Unknowns.Length, "unknown")} ({string.Join(", ", Problem.Unknowns)}) and {Count(Equations.Length, "equation")}; as many equations as unknowns are needed.");
        for (int o = 0; o < order.Length; o++)
        {
            if (!inEquation[o])
                throw new KanSharpException($"The unknown {Problem.Unknowns[o]} occurs in no equation.");
            if (order[o] > 0 && !inCondition[o])
                throw new KanSharpException($"There is no condition for the unknown {Problem.Unknowns[o]}, which the equations determine up to what its boundary or initial values say; give at least one, such as 'on: boundary', '{Problem.Unknowns[o]} = 0'.");
        }
        int given = Conditions.Sum(condition => condition.Places.Length);
        if (Problem.Inputs.Length == 1 && sought.IsEmpty && given != order.Sum())
            throw new KanSharpException($"The equations are of order {order.Sum()} in all and need as many conditions, each at one value of {InputNames[0]}; there {(given == 1 ? "is" : "are")} {given}.");
    }

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static KanSharpException Fault(int line, string message) => new(line > 0 ? $"Line {line}: {message}" : message);
}
