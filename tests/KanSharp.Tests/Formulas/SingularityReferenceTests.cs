using KanSharp.Formulas;
using KanSharp.Tests.Support;

namespace KanSharp.Tests.Formulas;

/// <summary>
/// Values and complexities agree with pykan's. The singularity-avoiding variants need not: KanSharp promises bounded, continuous,
/// finite, and equal to the function away from its singularity, which pykan's are not, so the promise is what is checked.
/// </summary>
public class SingularityReferenceTests
{
    [Fact]
    public void Values_and_complexities_agree()
    {
        var failures = new List<string>();
        double worst = 0;
        foreach (var (index, reference) in ReferenceData.Cases("singularity"))
        {
            string name = reference.GetProperty("function").GetString()!;
            SymbolicFunction function = SymbolicLibrary.Default[name];
            if (function.Complexity != reference.GetProperty("complexity").GetInt32())
                failures.Add($"case {index} ({name}): complexity {function.Complexity}");
            double[] points = reference.GetProperty("x").Vector(), expected = reference.GetProperty("plain").Vector();
            for (int i = 0; i < points.Length; i++)
            {
                double actual = function.Value(points[i]);
                if (actual == expected[i] || double.IsNaN(actual) && double.IsNaN(expected[i]))
                    continue;
                // Below 1e-300 a relative difference says nothing: subnormal numbers have fewer digits.
                double difference = Math.Abs(actual - expected[i]) / Math.Max(Math.Abs(expected[i]), 1e-300);
                worst = double.IsNaN(difference) ? double.NaN : Math.Max(worst, difference);
                if (!(difference <= 1e-12))
                    failures.Add($"case {index} ({name}): f({points[i]:R}) = {actual:R}, expected {expected[i]:R}");
            }
        }
        Assert.True(failures.Count == 0, $"worst relative difference {worst}\n{string.Join('\n', failures)}");
    }

    [Fact]
    public void Guarded_variants_keep_the_promise_at_every_point_and_threshold()
    {
        var failures = new List<string>();
        foreach (var (index, reference) in ReferenceData.Cases("singularity"))
        {
            SymbolicFunction function = SymbolicLibrary.Default[reference.GetProperty("function").GetString()!];
            double[] points = reference.GetProperty("x").Vector();
            foreach (var avoiding in reference.GetProperty("avoiding").EnumerateArray())
                failures.AddRange(GuardPromise.Violations(function, avoiding.GetProperty("y_th").Number(), points).Select(text => $"case {index}: {text}"));
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
