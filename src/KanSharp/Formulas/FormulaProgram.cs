using System.Buffers;
using KanSharp.Numerics;

namespace KanSharp.Formulas;

/// <summary>
/// A formula translated to a list of instructions over whole columns, equal parts computed once. Names listed as parameters are one
/// number for all rows; the exact derivatives by them come from one backward sweep. Immutable, safe to use from several threads.
/// </summary>
public sealed class FormulaProgram
{
    /// <summary>Rows in flight at a time: enough to hide the cost of dispatch, few enough to stay in cache.</summary>
    private const int BlockRows = 128;

    private readonly string[] _variables;
    private readonly string[] _parameters;
    private readonly FormulaTape _tape;

    /// <summary>Translates a formula.</summary>
    /// <param name="expression">The formula.</param>
    /// <param name="variables">The names of the data columns, in order.</param>
    /// <param name="parameters">Names in the formula that stand for free constants; see <see cref="FreeConstants"/>.</param>
    /// <exception cref="KanSharpException">The formula uses a name that is not listed, or a name is listed twice.</exception>
    public FormulaProgram(Expression expression, IReadOnlyList<string> variables, IReadOnlyList<string>? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(variables);
        _variables = [.. variables];
        _parameters = [.. parameters ?? []];
        _tape = new FormulaTape(expression, _variables, _parameters);
    }

    /// <summary>The names of the data columns.</summary>
    public IReadOnlyList<string> Variables => _variables;

    /// <summary>The names of the parameters.</summary>
    public IReadOnlyList<string> Parameters => _parameters;

    /// <summary>The value at one point. NaN or an infinity where the formula is not defined.</summary>
    /// <param name="values">A value for each variable, then one for each parameter.</param>
    public double Evaluate(ReadOnlySpan<double> values)
    {
        if (values.Length != _variables.Length + _parameters.Length)
            throw new KanSharpException($"The formula takes {_variables.Length + _parameters.Length} values ({string.Join(", ", [.. _variables, .. _parameters])}); {values.Length} were given.");
        Span<double> slots = _tape.SlotCount <= 256 ? stackalloc double[_tape.SlotCount] : new double[_tape.SlotCount];
        values.CopyTo(slots);
        _tape.LoadConstants(slots, 1);
        _tape.Forward(slots, 1, 1);
        return slots[_tape.Result];
    }

    /// <summary>The value at every row.</summary>
    /// <param name="data">One row per sample, one column per variable.</param>
    /// <param name="values">Receives one value per row.</param>
    public void Evaluate(Matrix data, Span<double> values) => Evaluate(data, [], values);

    /// <summary>The value at every row for given parameters.</summary>
    /// <param name="data">One row per sample, one column per variable.</param>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="values">Receives one value per row.</param>
    public void Evaluate(Matrix data, ReadOnlySpan<double> parameters, Span<double> values) => Run(data, parameters, values, null);

    /// <summary>The value at every row and its derivatives by the parameters, exact to rounding.</summary>
    /// <param name="data">One row per sample, one column per variable.</param>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="values">Receives one value per row.</param>
    /// <param name="jacobian">Receives one row per sample, one column per parameter.</param>
    public void Linearize(Matrix data, ReadOnlySpan<double> parameters, Span<double> values, Matrix jacobian)
    {
        ArgumentNullException.ThrowIfNull(jacobian);
        if (jacobian.Rows != values.Length || jacobian.Columns != _parameters.Length)
            throw new KanSharpException($"The Jacobian is {jacobian.Rows} x {jacobian.Columns}; expected {values.Length} x {_parameters.Length} (rows x parameters).");
        Run(data, parameters, values, jacobian);
    }

    private void Run(Matrix data, ReadOnlySpan<double> parameters, Span<double> values, Matrix? jacobian)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Columns != _variables.Length)
            throw new KanSharpException($"The data have {data.Columns} columns; the formula takes {_variables.Length} ({string.Join(", ", _variables)}).");
        if (parameters.Length != _parameters.Length)
            throw new KanSharpException($"{parameters.Length} parameter values were given; the formula has {_parameters.Length}.");
        if (values.Length != data.Rows)
            throw new KanSharpException($"There is room for {values.Length} values; the data have {data.Rows} rows.");
        int block = Math.Max(1, Math.Min(BlockRows, data.Rows)), size = _tape.SlotCount * block;
        double[] rented = ArrayPool<double>.Shared.Rent(jacobian is null ? size : 2 * size);
        Span<double> slots = rented.AsSpan(0, size), adjoints = jacobian is null ? [] : rented.AsSpan(size, size);
        for (int p = 0; p < parameters.Length; p++)
            slots.Slice((_variables.Length + p) * block, block).Fill(parameters[p]);
        _tape.LoadConstants(slots, block);
        for (int start = 0; start < data.Rows; start += block)
        {
            int count = Math.Min(block, data.Rows - start);
            for (int v = 0; v < _variables.Length; v++)
                data.Column(v).Slice(start, count).CopyTo(slots[(v * block)..]);
            _tape.Forward(slots, block, count);
            slots.Slice(_tape.Result * block, count).CopyTo(values[start..]);
            if (jacobian is null)
                continue;
            _tape.Backward(slots, adjoints, block, count);
            for (int p = 0; p < parameters.Length; p++)
                adjoints.Slice((_variables.Length + p) * block, count).CopyTo(jacobian.Column(p)[start..]);
        }
        ArrayPool<double>.Shared.Return(rented);
    }
}
