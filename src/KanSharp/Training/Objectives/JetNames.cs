using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.Training.Objectives;

/// <summary>
/// What the names in a term's formulas stand for: inputs and columns of data, which are fixed; outputs and their derivatives (<c>u_x</c>,
/// <c>u_xy</c>, <c>u_x_y</c>) and unknown constants, by which the formulas are differentiated. From them follows which derivatives are needed.
/// </summary>
internal sealed class JetNames
{
    private readonly List<string> _inputs = [];
    private readonly IReadOnlyDictionary<string, double[]> _columns;
    private readonly ImmutableArray<string> _inputNames;

    public JetNames(string term, KanModel model, ImmutableArray<string> unknowns, IReadOnlyDictionary<string, double[]> columns, ImmutableArray<Expression> formulas)
    {
        _columns = columns;
        _inputNames = model.Info.InputNames;
        var derivatives = new List<(string Name, int Output, int[] By)>();
        foreach (string name in formulas.SelectMany(formula => formula.Variables).Distinct())
        {
            if (_inputNames.Contains(name) || columns.ContainsKey(name))
                _inputs.Add(name);
            else if (model.Info.OutputNames.IndexOf(name) is >= 0 and int output)
                derivatives.Add((name, output, []));
            else if (!unknowns.Contains(name))
                derivatives.Add(Derivative(term, name, model.Info, unknowns, columns));
        }
        Derivatives = derivatives;
        int[] directions = [.. derivatives.SelectMany(derivative => derivative.By).Distinct().Order()];
        DerivativeRequest all = DerivativeRequest.Gradient(model.InputCount);
        ImmutableArray<ImmutableArray<SecondOrderTerm>> forms =
        [
            .. derivatives.Where(derivative => derivative.By.Length == 2)
                .Select(derivative => new SecondOrderTerm(Array.IndexOf(directions, derivative.By[0]), Array.IndexOf(directions, derivative.By[1])))
                .Distinct().Select(form => (ImmutableArray<SecondOrderTerm>)[form]),
        ];
        Request = new DerivativeRequest { Directions = [.. directions.Select(direction => all.Directions[direction])], Forms = forms };
        Jets =
        [
            .. derivatives.Select(derivative => (derivative.Output, derivative.By switch
            {
                [] => 0,
                [int by] => 1 + Array.IndexOf(directions, by),
                [int first, int second] => 1 + directions.Length + Request.FormOf(Array.IndexOf(directions, first), Array.IndexOf(directions, second)),
                _ => throw new InvalidOperationException("A derivative of higher order passed the check of names."),
            })),
        ];
        Differentiated = [.. derivatives.Select(derivative => derivative.Name), .. unknowns];
    }

    /// <summary>The outputs and derivatives that occur: name, output, and the inputs by which it is differentiated.</summary>
    public IReadOnlyList<(string Name, int Output, int[] By)> Derivatives { get; }

    /// <summary>The derivatives that the formulas use.</summary>
    public DerivativeRequest Request { get; }

    /// <summary>Names of inputs and columns that occur.</summary>
    public IReadOnlyList<string> Fixed => _inputs;

    /// <summary>Names by which the formulas are differentiated: those of <see cref="Jets"/>, then all unknown constants.</summary>
    public IReadOnlyList<string> Differentiated { get; }

    /// <summary>Output and component of a jet that the first names of <see cref="Differentiated"/> stand for.</summary>
    public IReadOnlyList<(int Output, int Component)> Jets { get; }

    /// <summary>The numbers that a fixed name stands for, one for each sample.</summary>
    public ReadOnlySpan<double> FixedColumn(int index, Matrix inputs) =>
        _columns.TryGetValue(_inputs[index], out double[]? column) ? column : inputs.Column(_inputNames.IndexOf(_inputs[index]));

    /// <summary>Reads a name as output, underscore, inputs.</summary>
    private static (string, int, int[]) Derivative(string term, string name, ModelInfo info, ImmutableArray<string> unknowns, IReadOnlyDictionary<string, double[]> columns)
    {
        foreach ((int output, string outputName) in info.OutputNames.Index().OrderByDescending(pair => pair.Item.Length))
        {
            if (!name.StartsWith(outputName + "_", StringComparison.Ordinal))
                continue;
            string by = name[(outputName.Length + 1)..];
            List<int[]> readings = [.. Readings(by, info.InputNames)];
            if (readings.Find(reading => by == string.Join('_', reading.Select(i => info.InputNames[i]))) is int[] spelledOut)
                readings = [spelledOut];
            if (readings.Count > 1)
                throw new KanSharpException($"'{name}' in '{term}' can be read in more than one way; write an underscore after each input, as in {outputName}_{string.Join('_', readings[0].Select(i => info.InputNames[i]))}.");
            if (readings.Count == 0)
                throw new KanSharpException($"'{name}' in '{term}' is no derivative of {outputName}: '{by}' is not made of the inputs {string.Join(", ", info.InputNames)}.");
            if (readings[0].Length > 2)
                throw new KanSharpException($"'{name}' in '{term}' is a derivative of order {readings[0].Length}; first and second derivatives are possible. Make {outputName}_{info.InputNames[readings[0][0]]} an unknown of its own to go higher.");
            return (name, output, readings[0]);
        }
        string[] known = [.. info.InputNames, .. info.OutputNames, .. unknowns, .. columns.Keys];
        throw new KanSharpException($"'{name}' in '{term}' is unknown.{NearestName.Hint(name, known)} Known are {string.Join(", ", known)} and derivatives such as {info.OutputNames[0]}_{info.InputNames[0]}.");
    }

    /// <summary>Every way to cut a text into names of inputs, with or without underscores between them.</summary>
    private static IEnumerable<int[]> Readings(string text, ImmutableArray<string> inputs)
    {
        foreach ((int input, string name) in inputs.Index())
        {
            if (text == name)
                yield return [input];
            if (!text.StartsWith(name, StringComparison.Ordinal))
                continue;
            string rest = text[name.Length..];
            if (rest.Length > 1 && rest[0] == '_')
                rest = rest[1..];
            foreach (int[] more in rest.Length == 0 ? [] : Readings(rest, inputs))
                yield return [input, .. more];
        }
    }
}
