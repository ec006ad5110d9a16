using System.Collections.Immutable;

namespace KanSharp.Formulas;

/// <summary>A sum of two or more terms, none of them a sum or zero.</summary>
public sealed record Sum : Expression
{
    private Sum(ImmutableArray<Expression> terms)
        : base(Expressions.Hash(terms, 17), CountNodes(terms), terms.All(term => term.IsConstant)) => Terms = terms;

    /// <summary>The terms, in order.</summary>
    public ImmutableArray<Expression> Terms { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Expression> Children => Terms;

    /// <summary>The sum of the terms: sums among them are flattened, zeros left out. Zero for none, the term itself for one.</summary>
    public static Expression Of(params ReadOnlySpan<Expression> terms)
    {
        var flat = ImmutableArray.CreateBuilder<Expression>(terms.Length);
        foreach (Expression term in terms)
        {
            if (term is Sum sum)
                flat.AddRange(sum.Terms);
            else if (term is not Constant { Value: 0 })
                flat.Add(term);
        }
        return flat.Count switch { 0 => new Constant(0), 1 => flat[0], _ => new Sum(flat.DrainToImmutable()) };
    }

    /// <summary>Whether both have equal terms in the same order.</summary>
    public bool Equals(Sum? other) => base.Equals(other) && Terms.AsSpan().SequenceEqual(other!.Terms.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Hash;

    internal override Expression WithChildren(Func<Expression, Expression> map) =>
        Expressions.Map(Terms, map) is { } mapped ? Of(mapped) : this;

    private static int CountNodes(ImmutableArray<Expression> terms)
    {
        int nodes = 0, parts = 0, constants = 0;
        foreach (Expression term in terms)
        {
            if (term.IsConstant)
                constants = 1;
            else
                (nodes, parts) = (nodes + term.Complexity, parts + 1);
        }
        return nodes + constants + (parts + constants - 1);
    }
}
