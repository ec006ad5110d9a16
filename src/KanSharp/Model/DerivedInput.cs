using KanSharp.Formulas;
using KanSharp.Formulas.Parsing;

namespace KanSharp.Model;

/// <summary>
/// An input that is computed from other columns of the user's table, such as <c>gamma = 1/sqrt(1 - (v/c)^2)</c> (pykan's <c>augment_input</c>). A model that has one
/// remembers its formula, so that tables need the original columns only.
/// </summary>
/// <param name="Name">The input's name.</param>
/// <param name="Formula">What it is, in columns of the table.</param>
public sealed record DerivedInput(string Name, Expression Formula)
{
    /// <summary>
    /// Reads definitions such as `beta = v/c`, each with the names of the table's columns and of those defined before it; formulas are written out in
    /// columns of the table.
    /// </summary>
    /// <exception cref="KanFormatException">A formula cannot be read, or uses a name that is neither a column nor defined before it; the message says where and what was expected.</exception>
    /// <exception cref="KanSharpException">There is no equals sign, the name is taken, or the formula is the same in every row.</exception>
    public static IReadOnlyList<DerivedInput> Parse(IEnumerable<string> definitions, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(columns);
        var derived = new Dictionary<string, Expression>();
        foreach (string definition in definitions)
        {
            int equals = definition.IndexOf('=');
            string name = equals < 0 ? "" : definition[..equals].Trim();
            if (name.Length == 0)
                throw new KanSharpException($"'{definition}' defines no column; write a name and a formula, such as beta=v/c.");
            if (columns.Contains(name) || derived.ContainsKey(name))
                throw new KanSharpException($"'{definition}' defines '{name}', and there is a column of that name already; choose another.");
            string[] known = [.. columns, .. derived.Keys];
            Expression formula = Read(definition, definition[(equals + 1)..], known);
            if (formula.IsConstant)
                throw new KanSharpException($"'{definition}' is the same in every row; a network learns nothing from it. Use a column of the table.");
            // As it will be read from the model file.
            derived.Add(name, Expression.Parse(formula.Substitute(derived).ToText(), columns));
        }
        return [.. derived.Select(pair => new DerivedInput(pair.Key, pair.Value))];
    }

    private static Expression Read(string definition, string formula, string[] known)
    {
        try
        {
            return FormulaParser.Parse(formula, known, SymbolicLibrary.Default, isClosed: true);
        }
        catch (KanFormatException failure)
        {
            throw new KanFormatException($"'{definition}' defines no column. {failure.Message}", failure);
        }
    }

    /// <summary>As it is defined: <c>gamma = 1/sqrt(1 - (v/c)^2)</c>.</summary>
    public override string ToString() => $"{Name} = {Formula.ToText()}";
}
