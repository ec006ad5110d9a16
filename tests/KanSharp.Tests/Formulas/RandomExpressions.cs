using FsCheck;
using FsCheck.Fluent;
using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

/// <summary>Random formulas, built as a user builds them: with operators, numbers of all kinds and names that need care.</summary>
public static class RandomExpressions
{
    /// <summary>A fixed start, so that every run tries the same formulas; to hunt for others, give a property none and raise its MaxTest.</summary>
    public const string Seed = "(14463930229565195829,17680880513325292785)";

    /// <summary>Names that are awkward in text: constants, functions, spaces, backticks, letters of other scripts.</summary>
    private static readonly string[] s_names = ["x", "y1", "_z", "E", "pi", "sin", "flow rate", "größe", "a`b", "2x", "α", "math", "lambda", "x²", "-"];

    /// <summary>Any formula, over awkward names.</summary>
    public static Arbitrary<Expression> Arbitrary() => Arb.From(Tree(Gen.Elements(s_names), Number()), expression => expression.Children);

    /// <summary>Formulas over x, y, z with plain numbers: the ones to evaluate.</summary>
    public static Gen<Expression> Plain() => Tree(Gen.Elements("x", "y", "z"), PlainNumber());

    private static Gen<double> Number() => Gen.OneOf(
        PlainNumber(),
        Gen.Elements(1e22, 1e-7, -1e300, 5e-324, double.MaxValue, 0.1, 1.0 / 3, -Math.PI, 123456789.125, 1e15, 1e16, -0.0));

    private static Gen<double> PlainNumber() => Gen.OneOf(
        Gen.Choose(-4, 6).Select(value => (double)value),
        Gen.Choose(-999, 999).Select(value => value / 100.0),
        Gen.Elements(0.5, -1, 1, 0, Math.PI, 2 * Math.PI, -Math.PI / 2));

    private static Gen<Expression> Tree(Gen<string> names, Gen<double> numbers) => Gen.Sized(size => Tree(names, numbers, Math.Min(6, 1 + size / 8)));

    private static Gen<Expression> Tree(Gen<string> names, Gen<double> numbers, int depth)
    {
        Gen<Expression> leaf = Gen.Frequency(
            (5, names.Select(name => (Expression)new Variable(name))),
            (4, numbers.Select(value => (Expression)new Constant(value))),
            (1, Gen.Elements(Expression.Pi, Expression.E)));
        if (depth == 0)
            return leaf;
        Gen<Expression> below = Tree(names, numbers, depth - 1);
        return Gen.Frequency(
            (2, leaf),
            (2, Two(below, (left, right) => left + right)),
            (2, Two(below, (left, right) => left - right)),
            (2, Two(below, (left, right) => left * right)),
            (2, Two(below, (left, right) => left / right)),
            (1, below.Select(operand => -operand)),
            (1, below.ListOf(3).Select(terms => Sum.Of([.. terms]))),
            (1, below.ListOf(3).Select(factors => Product.Of([.. factors]))),
            (2, from inner in below from exponent in Gen.Elements(-2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3) select inner.Pow(exponent)),
            (1, Two(below, (inner, exponent) => inner.Pow(exponent))),
            (3, from function in Gen.Elements(Enum.GetValues<ElementaryFunction>()) from inner in below select (Expression)new Call(function, inner)));
    }

    private static Gen<Expression> Two(Gen<Expression> operand, Func<Expression, Expression, Expression> combine) =>
        from left in operand from right in operand select combine(left, right);
}
