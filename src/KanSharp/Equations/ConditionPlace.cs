using System.Collections.Immutable;
using System.Text.RegularExpressions;
using KanSharp.Formulas;

namespace KanSharp.Equations;

/// <summary>A part of the domain on which some inputs have one value; the others run over their ranges.</summary>
internal sealed partial class ConditionPlace(ImmutableSortedDictionary<int, double> values)
{
    /// <summary>The inputs that are fixed, and at what.</summary>
    public ImmutableSortedDictionary<int, double> Values { get; } = values;

    /// <summary>Reads where a condition holds; see <see cref="Condition.On"/>.</summary>
    public static IEnumerable<ConditionPlace> Parse(string on, ImmutableArray<EquationInput> inputs, Func<string, double> evaluate)
    {
        foreach (string part in Or().Split(on))
        {
            foreach (ConditionPlace place in ParseOne(part.Trim(), inputs, evaluate))
                yield return place;
        }
    }

    private static IEnumerable<ConditionPlace> ParseOne(string on, ImmutableArray<EquationInput> inputs, Func<string, double> evaluate)
    {
        switch (on)
        {
            case "boundary":
                return inputs.SelectMany((input, i) => (ConditionPlace[])[At(i, input.Start), At(i, input.End)]);
            case "left":
                return [At(0, inputs[0].Start)];
            case "right":
                return [At(0, inputs[0].End)];
            case "bottom" or "top" when inputs.Length < 2:
                throw new KanSharpException($"'{on}' is a side of the second input, and there is only {inputs[0].Name}; use left or right.");
            case "bottom":
                return [At(1, inputs[1].Start)];
            case "top":
                return [At(1, inputs[1].End)];
            case "initial":
                int time = inputs.ToList().FindIndex(input => input.Name == "t");
                return time >= 0 ? [At(time, inputs[time].Start)]
                    : throw new KanSharpException($"'initial' is where the input t begins, and the inputs are {Names(inputs)}; write for instance {inputs[^1].Name} = {inputs[^1].Start}.");
        }
        var fixedInputs = ImmutableSortedDictionary.CreateBuilder<int, double>();
        foreach (string equality in And().Split(on))
        {
            string[] sides = equality.Split('=');
            if (sides.Length != 2)
                throw new KanSharpException($"'{on}' is no place; write boundary, left, right, bottom, top, initial, or values of inputs such as {inputs[0].Name} = {inputs[0].Start}.");
            string name = sides[0].Trim();
            int index = inputs.ToList().FindIndex(input => input.Name == name);
            if (index < 0)
                throw new KanSharpException($"'{name}' in the place '{on}' is no input; inputs are {Names(inputs)}.{NearestName.Hint(name, [.. inputs.Select(input => input.Name)])}");
            EquationInput at = inputs[index];
            double value = evaluate(sides[1].Trim());
            double slack = 1e-12 * (at.End - at.Start);
            if (!(value >= at.Start - slack && value <= at.End + slack))
                throw new KanSharpException($"The place '{on}' lies outside the domain: {at.Name} runs from {at.Start} to {at.End}.");
            if (!fixedInputs.TryAdd(index, Math.Clamp(value, at.Start, at.End)))
                throw new KanSharpException($"The place '{on}' gives {name} two values.");
        }
        return [new ConditionPlace(fixedInputs.ToImmutable())];
    }

    private static ConditionPlace At(int input, double value) => new(ImmutableSortedDictionary<int, double>.Empty.Add(input, value));

    private static string Names(ImmutableArray<EquationInput> inputs) => string.Join(", ", inputs.Select(input => input.Name));

    [GeneratedRegex(@"\s+or\s+")]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+and\s+|,")]
    private static partial Regex And();
}
