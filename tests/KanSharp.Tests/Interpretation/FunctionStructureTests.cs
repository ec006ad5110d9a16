using System.Collections.Immutable;
using System.Globalization;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Tests.Support;
using KanSharp.Training;

namespace KanSharp.Tests.Interpretation;

public class FunctionStructureTests
{
    private const string PairSums = "(x1 + x2)*(x3 + x4)*(x5 + x6)";

    /// <summary>The same function three ways: by exact derivatives, by values alone, and by derivatives of its own.</summary>
    private static FunctionStructure[] AllWays(string formula, int inputs, double low = -1, double high = 1, ulong seed = 3)
    {
        Matrix points = Points(100, inputs, low, high, seed);
        string[] names = Names(inputs);
        Expression f = Expression.Parse(formula);
        return [FunctionStructure.Of(f, names, points), FunctionStructure.OfValues(f.Compile(names), points), FunctionStructure.Of(Differentiable(f, names), points)];
    }

    private static FunctionStructure Exact(string formula, int inputs, double low = -1, double high = 1) =>
        FunctionStructure.Of(Expression.Parse(formula), Names(inputs), Points(100, inputs, low, high));

    private static string[] Names(int inputs) => [.. Enumerable.Range(1, inputs).Select(i => $"x{i}")];

    private static Matrix Points(int rows, int inputs, double low = -1, double high = 1, ulong seed = 3)
    {
        Matrix points = Nets.Samples(rows, inputs, seed);
        foreach (ref double value in points.Values)
            value = low + (high - low) * (value + 1) / 2;
        return points;
    }

    private static DifferentiableFunction Differentiable(Expression f, string[] names)
    {
        CompiledFormula value = f.Compile(names);
        CompiledFormula[] first = [.. names.Select(name => f.Differentiate(name).Compile(names))];
        CompiledFormula[] second = [.. from a in names from b in names select f.Differentiate(a).Differentiate(b).Compile(names)];
        return (point, gradient, hessian) =>
        {
            for (int i = 0; i < first.Length; i++)
                gradient[i] = first[i](point);
            for (int i = 0; i < second.Length; i++)
                hessian[i] = second[i](point);
            return value(point);
        };
    }

    private static string Text(IEnumerable<ImmutableArray<int>> groups) => string.Join(" ", groups.Select(group => string.Concat(group)));

    /// <summary>+ sum, * product, f function of a sum, ? any other function.</summary>
    private static string Kinds(FunctionTreeNode node) => node.Kind switch
    {
        FunctionTreeNodeKind.Input => (node.Inputs[0] + 1).ToString(CultureInfo.InvariantCulture),
        FunctionTreeNodeKind.Sum => "+",
        FunctionTreeNodeKind.Product => "*",
        FunctionTreeNodeKind.TransformedSum => "f",
        _ => "?",
    } + (node.Children.IsEmpty ? "" : $"({string.Join(" ", node.Children.Select(Kinds))})");

    // The verdicts and trees of pykan's tutorial on hypotheses, on its functions.
    [Fact]
    public void Sums_and_products_are_found()
    {
        Assert.All(AllWays("x1*x2 + x3*x4 + x5*x6", 6), f => Assert.Equal("01 23 45", Text(f.FindSum())));
        Assert.All(AllWays(PairSums, 6), f => Assert.Equal("01 23 45", Text(f.FindProduct())));
    }

    [Fact]
    public void Products_and_functions_of_products_are_told_apart()
    {
        Assert.All(AllWays(PairSums, 6), f => Assert.True(f.TestProduct([[0, 1], [2, 3], [4, 5]]).Holds));
        Assert.All(AllWays(PairSums, 6), f => Assert.False(f.TestProduct([[0, 1], [2, 4], [3, 5]]).Holds));
        Assert.All(AllWays($"sin({PairSums})", 6), f => Assert.False(f.TestProduct([[0, 1], [2, 3], [4, 5]]).Holds));
        Assert.All(AllWays($"sin({PairSums})", 6), f => Assert.True(f.TestTransformedSum([[0, 1], [2, 3], [4, 5]]).Holds));
    }

    [Fact]
    public void Groups_that_act_through_one_combination_are_told_from_others()
    {
        foreach (FunctionStructure f in AllWays(PairSums, 6))
        {
            Assert.True(f.TestSymmetry([0, 1]).Holds);
            Assert.False(f.TestSymmetry([0, 2]).Holds);
            Assert.True(f.TestSymmetry([2, 3]).Holds);
        }
    }

    [Fact]
    public void A_combination_is_told_from_another_one_of_the_same_variables()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            FunctionStructure f = FunctionStructure.Of(Expression.Parse("a*sqrt(1 + (b/c)^2)"), ["a", "b", "c"], Points(100, 3, seed: seed));
            SymmetryVariableTest quotient = f.TestSymmetryVariable(Expression.Parse("b/c")), product = f.TestSymmetryVariable(Expression.Parse("b*c"));
            Assert.Equal((true, 1.0), (quotient.Holds, quotient.AlignedShare));
            Assert.False(product.Holds);
            // By the angle of (c, -b) and (c, b) with b and c uniform, 0.23; pykan's run showed 0.20.
            Assert.Equal(0.23, product.AlignedShare, 3 * Math.Sqrt(0.23 * 0.77 / 100));
        }
    }

    [Theory]
    [InlineData("((x1^2 + x2^2)^2 + (x3^2 + x4^2)^2)^2 + ((x5^2 + x6^2)^2 + (x7^2 + x8^2)^2)^2", 8, "+(f(f(1 2) f(3 4)) f(f(5 6) f(7 8)))")]
    [InlineData("((x1^2 + x2^2)^2 + (x3^2 + x4^2)^2)^2 + x5^2", 5, "+(f(f(1 2) f(3 4)) 5)")]
    [InlineData("(x1^2 + x2^2)^2 + (x3^2 + x4^2)^2", 4, "+(f(1 2) f(3 4))")]
    public void The_tree_of_nested_sums_is_found(string formula, int inputs, string tree) =>
        Assert.All(AllWays(formula, inputs), f => Assert.Equal(tree, Kinds(f.FindTree().Root)));

    // The tree of pykan's tutorial on a trained network.
    [Fact]
    public void The_tree_of_a_trained_network_is_that_of_the_function()
    {
        const string Formula = "(x1^2 + x2^2)^2 + (x3^2 + x4^2)^2";
        int met = 0;
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Dataset training = Samples(Formula, 100 + seed), test = Samples(Formula, 200 + seed);
            KanModel model = Trainer.Fit(KanModel.Create(KanSpec.Parse("4,5,5,1") with { GridIntervals = [3] }, seed), training, new TrainingOptions { Steps = 100 }).Model;
            FunctionTree tree = FunctionStructure.Of(model, test.Inputs).FindTree(symmetryThreshold: 1e-2, separabilityThreshold: 0.5);
            if (Metrics.Measure(model, test).Rmse <= 4.7e-3 && tree.ToString() == "((x1, x2), (x3, x4))" && Kinds(tree.Root) == "+(f(1 2) f(3 4))")
                met++;
        }
        Assert.True(met >= 2, $"only {met} of 3 seeds");

        static Dataset Samples(string formula, ulong seed)
        {
            Matrix inputs = Points(1000, 4, seed: seed), targets = new(1000, 1);
            new FormulaProgram(Expression.Parse(formula), Names(4)).Evaluate(inputs, targets.Column(0));
            return new Dataset(inputs, targets);
        }
    }

    // Further functions: other forms, coefficients, dimensions and ranges.
    [Theory]
    [InlineData("3*x1 - 7*x2 + 0.1*x3", 3, -1, 1, "+(1 2 3)")]
    [InlineData("x1*x2*x3", 3, 1, 5, "*(1 2 3)")]
    [InlineData("x1*x2*x3", 3, -1, 1, "*(1 2 3)")]
    [InlineData("x2*x4/(x1^2*x3)", 4, 0.5, 3, "*(1 2 3 4)")]
    [InlineData("exp(x1 + x2^2) + sin(x3*x4)", 4, -2, 2, "+(f(1 2) f(3 4))")]
    [InlineData("sqrt(x1^2 + x2^2 + x3^2)", 3, 1, 2, "f(1 2 3)")]
    [InlineData("x1*x2 + x2*x3 + x3*x1", 3, 1, 2, "?(1 2 3)")]
    [InlineData("x1*sin(x2 + x3) + x4", 4, 0.1, 1.2, "+(f(1 f(2 3)) 4)")]
    [InlineData("(x3 - x1)^2 + (x4 - x2)^2 + x5^3", 5, 1, 2, "+(f(1 3) f(2 4) 5)")]
    [InlineData("x1 + x1*x2 + x2^2", 2, 1, 2, "?(1 2)")]
    [InlineData("log(x1 + x2*x3)", 3, 1, 4, "f(1 f(2 3))")]
    [InlineData("6.67e-11*x1*x2/x3^2", 3, 1e3, 1e6, "*(1 2 3)")]
    [InlineData("1e9 + 1e-3*(x1 + x2)*x3", 3, 1, 2, "f(f(1 2) 3)")]
    [InlineData("x2^2", 3, 1, 2, "2")]
    [InlineData("7 + 0*x1", 2, 1, 2, "?")]
    [InlineData("x1 + x3", 4, 1, 2, "+(1 3)")]
    public void Trees_of_other_functions_are_found(string formula, int inputs, double low, double high, string tree)
    {
        FunctionTree found = Exact(formula, inputs, low, high).FindTree();
        Assert.Equal(tree, Kinds(found.Root));
        Assert.Equal(inputs - found.Root.Inputs.Length, found.UnusedInputs.Length);
    }

    [Fact]
    public void The_tree_does_not_depend_on_the_order_of_the_inputs_or_on_their_units()
    {
        var random = new SeededRandom(11);
        for (int round = 0; round < 10; round++)
        {
            int[] order = [.. Enumerable.Range(1, 6).OrderBy(_ => random.NextDouble())];
            double[] units = [.. order.Select(_ => Math.Pow(10, 12 * random.NextDouble() - 6))];
            string V(int i) => FormattableString.Invariant($"(x{order[i]}*{units[i]:R})");
            Expression f = Expression.Parse($"exp(({V(0)} + {V(1)}^2)*{V(2)}) + ({V(3)} - {V(4)}*{V(5)})^3");
            Matrix points = Points(100, 6, 0.5, 1.5, (ulong)round);
            for (int i = 0; i < 6; i++)
            {
                foreach (ref double value in points.Column(order[i] - 1))
                    value /= units[i];
            }
            FunctionTree tree = FunctionStructure.Of(f, Names(6), points).FindTree();
            Assert.Equal(3, tree.Root.Inputs.Length - tree.Root.Children[0].Inputs.Length);
            Assert.Contains(Nodes(tree.Root), node => node.Inputs.SequenceEqual(new[] { order[0] - 1, order[1] - 1 }.Order()));
            Assert.Contains(Nodes(tree.Root), node => node.Inputs.SequenceEqual(new[] { order[4] - 1, order[5] - 1 }.Order()));
            Assert.Equal(11, Nodes(tree.Root).Count());
        }

        static IEnumerable<FunctionTreeNode> Nodes(FunctionTreeNode node) => node.Children.SelectMany(Nodes).Prepend(node);
    }

    [Fact]
    public void Every_random_tree_is_found_again()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var random = new SeededRandom(seed);
            int next = 1;
            (string formula, string tree) = Random(2 + (int)(random.NextDouble() * 2), isRoot: true);
            if (next <= 3)
                continue;
            Assert.Equal(tree, Kinds(FunctionStructure.Of(Expression.Parse(formula), Names(next - 1), Points(100, next - 1, 0.5, 1.5, seed)).FindTree().Root));

            (string, string) Random(int depth, bool isRoot = false)
            {
                if (depth == 0 || !isRoot && random.NextDouble() < 0.3)
                    return ($"x{next}^2", $"{next++}");
                (string Formula, string Tree)[] children = [.. Enumerable.Range(0, 2 + (int)(random.NextDouble() * 2)).Select(_ => Random(depth - 1))];
                string sum = string.Join(" + ", children.Select(child => FormattableString.Invariant($"{0.5 + random.NextDouble():F2}*{child.Formula}")));
                string below = $"({string.Join(" ", children.Select(child => child.Tree))})";
                return isRoot ? (sum, "+" + below) : (random.NextDouble() < 0.5 ? $"({sum})^2" : $"sin(({sum})/9)", "f" + below);
            }
        }
    }

    [Fact]
    public void What_is_not_in_the_groups_counts()
    {
        FunctionStructure sum = Exact("x1 + x2*x3", 3), inner = Exact("x3*exp(x1 + x2^2)*x4 + x4^2", 4, 1, 2);
        Assert.False(sum.TestSum([[0], [1]]).Holds);
        Assert.True(sum.TestSum([[0]]).Holds);
        Assert.True(inner.TestTransformedSum([[0], [1]]).Holds);
        Assert.True(inner.TestTransformedSum([[0, 1], [2]]).Holds);
        Assert.False(inner.TestTransformedSum([[0, 1], [3]]).Holds);
    }

    // f_3 / f_1 and f_3 / f_2 are products of functions of {x1, x2} and x3, but x1 x3 + x2 is no function of g(x1, x2) + h(x3).
    [Fact]
    public void A_function_of_a_sum_needs_every_group_to_act_as_one() =>
        Assert.All(AllWays("x1*x3 + x2", 3, 1, 2), f => Assert.False(f.TestTransformedSum([[0, 1], [2]]).Holds));

    [Fact]
    public void An_offset_can_hide_a_product()
    {
        FunctionStructure f = Exact("x1*x2 - 3", 2, 1, 2);
        Assert.False(f.TestProduct([[0], [1]]).Holds);
        Assert.True(f.TestProduct([[0], [1]], offset: 3).Holds);
        Assert.Equal(["01", "0 1"], [Text(f.FindProduct()), Text(f.FindProduct(offset: 3))]);
    }

    // std(x1 x2) is 1/3 with both uniform on [-1, 1]; the mixed derivative is c, in units of 1/sqrt(3) each c/3; std(x1 + x2) is sqrt(2/3).
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    public void The_deviation_of_a_sum_is_the_share_that_is_none(double c)
    {
        FunctionStructure f = FunctionStructure.Of(Expression.Parse($"x1 + x2 + {c.ToString(CultureInfo.InvariantCulture)}*x1*x2"), Names(2), Points(4000, 2));
        Assert.Equal(c / 3 / Math.Sqrt(2.0 / 3), f.TestSum([[0], [1]]).Deviation, 0.03 * c);
    }

    [Fact]
    public void A_model_has_the_structure_of_its_formula()
    {
        KanModel model = FormulaCompiler.Compile(Expression.Parse("(m1 + m2)*r^2 + exp(q)"), ["m1", "m2", "r", "q"]);
        FunctionStructure f = FunctionStructure.Of(model, Points(200, 4, 0.5, 2));
        FunctionTree tree = f.FindTree();
        Assert.Equal("(((m1, m2), r), q)", tree.ToString());
        Assert.Equal("+(f(f(1 2) 3) 4)", Kinds(tree.Root));
        Assert.True(tree.LowestThreshold < 1e-9 && tree.HighestThreshold > 0.01, $"{tree.LowestThreshold} {tree.HighestThreshold}");
        Assert.True(f.TestSymmetryVariable(Expression.Parse("(m1 + m2)*r^2")).Holds);
    }

    [Fact]
    public void Rows_and_repetitions_give_the_same_bits()
    {
        double Deviation() => FunctionStructure.Of(KanModel.Create(new KanSpec(3, 4, 1), 5), Points(300, 3)).TestTransformedSum([[0], [1, 2]]).Deviation;
        Assert.Equal(Deviation(), Deviation());
    }

    [Fact]
    public void Misuse_is_named()
    {
        FunctionStructure f = Exact("x1 + x2*x3", 3);
        void Says(string part, Action act) => Assert.Contains(part, Assert.ThrowsAny<KanSharpException>(act).Message);
        Says("inputs 0 to 2", () => f.TestSymmetry([0, 3]));
        Says("given twice", () => f.TestSum([[0, 1], [1]]));
        Says("no inputs", () => f.TestProduct([[0], []]));
        Says("two at least", () => f.TestTransformedSum([[0, 1]]));
        Says("threshold is NaN", () => f.FindTree(double.NaN));
        Says("threshold is -1", () => f.FindSum(-1));
        Says("uses 'z'", () => f.TestSymmetryVariable(Expression.Parse("x1/z")));
        Says("no variable", () => f.TestSymmetryVariable(Expression.Parse("2")));
        Says("not finite at row", () => f.TestSymmetryVariable(Expression.Parse("sqrt(x1)")));
        Says("not finite at row", () => Exact("log(x1)", 1));
        Says("not finite at row", () => FunctionStructure.OfValues(x => Math.Log(x[0]), Points(10, 1)));
        Says("give one column for each", () => FunctionStructure.Of(Expression.Parse("x1"), ["x1"], Points(10, 2)));
        Says("at least 2 rows", () => FunctionStructure.Of(Expression.Parse("x1"), ["x1"], new Matrix(1, 1)));
        Says("outputs 0 to 0", () => FunctionStructure.Of(KanModel.Create(new KanSpec(2, 1)), Points(10, 2), 1));
        Says("finite numbers", () => FunctionStructure.Of(Expression.Parse("x1"), ["x1"], Matrix.FromRows([[1], [double.NaN]])));
    }
}
