using System.Globalization;

namespace KanSharp.Formulas;

/// <summary>A finite number.</summary>
public sealed record Constant : Expression
{
    /// <summary>Creates the node.</summary>
    /// <exception cref="KanSharpException">The number is NaN or infinite.</exception>
    public Constant(double value) : base(value.GetHashCode(), 1, true)
    {
        if (!double.IsFinite(value))
            throw new ConstantRangeException(value);
        Value = value == 0 ? 0 : value;
    }

    /// <summary>The number.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => [];

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal bool IsInteger => Math.Abs(Value) <= 1L << 53 && Math.Floor(Value) == Value;

    internal Constant Rounded(int digits) => IsInteger && Math.Abs(Value) <= 1e6
        ? this
        : new Constant(double.Parse(Value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    internal override Expression WithChildren(Func<Expression, Expression> map) => this;
}
