using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

public class SymbolicFunctionTests
{
    public static TheoryData<string> Names => [.. SymbolicLibrary.Default.Functions.Select(function => function.Name), "sinh", "cosh", "arcsinh", "arccosh"];

    private static readonly double[] s_points = [-2.7, -1.3, -0.8, -0.35, 0.2, 0.45, 0.9, 1.4, 3.1];

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_agree_with_central_differences(string name)
    {
        SymbolicFunction function = SymbolicLibrary.Default[name];
        foreach (double x in s_points.Where(function.Domain.Contains))
        {
            AssertDerivative(function.Value, function.FirstDerivative(x), x);
            AssertDerivative(function.FirstDerivative, function.SecondDerivative(x), x);
            AssertDerivative(function.SecondDerivative, function.ThirdDerivative(x), x);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Many_places_at_once_give_what_each_gives_wherever_they_lie_in_memory(string name)
    {
        SymbolicFunction function = SymbolicLibrary.Default[name];
        double[] places = [.. Enumerable.Range(0, 300).Select(n => Math.CopySign(Math.Pow(10, n % 60 / 10.0 - 5), n % 2 - 0.5)), double.NaN, 0, 710, -1e300];
        double[] values = new double[places.Length], slopes = new double[places.Length];
        function.Evaluate(places, values, slopes);
        for (int n = 0; n < places.Length; n++)
        {
            AssertSame(function.Value(places[n]), values[n], places[n]);
            AssertSame(function.FirstDerivative(places[n]), slopes[n], places[n]);
        }
        for (int start = 1; start < 8; start++)
        {
            double[] moved = new double[places.Length + start], ofMoved = new double[places.Length];
            places.CopyTo(moved, start);
            function.Evaluate(moved.AsSpan(start), ofMoved, []);
            Assert.Equal(values, ofMoved);
        }

        static void AssertSame(double expected, double actual, double x) =>
            Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= 4e-15 * Math.Abs(expected), $"{actual} for {expected} at {x}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_of_guarded_variants_agree_with_central_differences(string name)
    {
        SymbolicFunction function = SymbolicLibrary.Default[name];
        foreach (double threshold in (double[])[0.7, 3, 40])
            foreach (double x in s_points)
                AssertDerivative(at => function.Guarded(at, threshold), function.GuardedDerivative(x, threshold), x);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Guarded_variants_keep_their_promise_for_small_and_large_thresholds(string name)
    {
        foreach (double threshold in (double[])[0.5, 1, 7, 100, 1e4])
            Assert.Empty(GuardPromise.Violations(SymbolicLibrary.Default[name], threshold, []));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_finite_exactly_in_its_domain(string name)
    {
        SymbolicFunction function = SymbolicLibrary.Default[name];
        foreach (double x in (double[])[.. s_points, 0, 1, -1, 1 + 1e-12, 1 - 1e-12, 1e-3])
            Assert.Equal(function.Domain.Contains(x), double.IsFinite(function.Value(x)));
        Assert.False(function.Domain.Contains(double.NaN));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_threshold_must_be_positive(double threshold) =>
        Assert.Contains("positive", Assert.Throws<KanSharpException>(() => SymbolicLibrary.Default["1/x"].Guarded(1, threshold)).Message);

    private static void AssertDerivative(Func<double, double> value, double derivative, double x)
    {
        const double step = 1e-5;
        double difference = (value(x + step) - value(x - step)) / (2 * step);
        // Truncation is of order step² times the third derivative, rounding of order 1e-16/step.
        Assert.True(Math.Abs(derivative - difference) <= 1e-6 * Math.Max(1, Math.Abs(derivative)), $"at {x}: {derivative} against {difference}");
    }
}
