using System.Collections.Immutable;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class FormulaChoiceTests
{
    private static readonly KanModel Network = KanModel.Create(new KanSpec(1, 1));

    [Fact]
    public void The_front_ends_where_the_validation_rows_can_tell_no_more()
    {
        // With 50 rows, two standard errors are a fifth.
        ParetoFront front = Front((1, 2, true), (5, 1.05, true), (9, 1, true), (40, 0.98, true));
        (FormulaCandidate recommended, ImmutableArray<FormulaCandidate> shown) = FormulaChoice.Make(front.Front, 50, 0);
        Assert.Equal(5, recommended.Complexity);
        Assert.Equal([1, 5], shown.Select(candidate => candidate.Complexity));
    }

    [Fact]
    public void A_clearly_better_formula_without_a_network_stays()
    {
        ParetoFront front = Front((1, 2, true), (5, 1, true), (9, 0.5, false));
        Assert.Equal([1, 5, 9], FormulaChoice.Make(front.Front, 50, 0).Shown.Select(candidate => candidate.Complexity));
    }

    [Fact]
    public void What_is_exact_needs_nothing_behind_it()
    {
        ParetoFront front = Front((1, 2, true), (5, 1e-13, true), (9, 1e-15, true));
        Assert.Equal([1, 5], FormulaChoice.Make(front.Front, 50, 1e-12).Shown.Select(candidate => candidate.Complexity));
    }

    [Fact]
    public void Few_rows_are_parted_and_every_row_is_predicted_with_constants_fitted_to_the_others()
    {
        // Of y = a, the error in a row of a part is its distance from the mean of the other rows.
        Dataset training = Rows(40, row => row % 7), validation = Rows(10, row => row % 3);
        (Dataset Others, Dataset Part)[] parts = ModelSelection.CrossValidation(training, validation, 3);
        Assert.Equal(50, parts.Sum(part => part.Part.Count));
        double[] errors = [.. parts.SelectMany(part =>
        {
            double mean = part.Others.Targets.Column(0).ToArray().Average();
            return part.Part.Targets.Column(0).ToArray().Select(y => y - mean);
        })];
        CrossValidatedError found = CrossValidatedError.Of(new Constant(0.123), ["x"], parts);
        double mean = errors.Average(error => error * error), variance = errors.Sum(error => Math.Pow(error * error - mean, 2)) / 49;
        Assert.Equal(Math.Sqrt(mean), found.Rmse, 1e-9);
        Assert.Equal(Math.Sqrt(variance / 50) / (2 * Math.Sqrt(mean)), found.StandardError, 1e-9);
    }

    [Fact]
    public void Cross_validation_tells_what_the_rows_held_back_cannot()
    {
        // y = 2x + noise: ten rows held back take the constant for nearly as good as the line that is the truth, and the cubic for better than it.
        var random = new SeededRandom(5);
        Dataset all = Rows(100, row => 2 * X(row) + 0.5 * random.NextGaussian());
        Dataset training = all.Select([.. Enumerable.Range(0, 90)]), validation = all.Select([.. Enumerable.Range(90, 10)]);
        FormulaCandidate[] front = [Of("0.1", 1.2), Of("2.01*x", 1.1), Of("2.01*x + 0.013*x^3 - 0.02*x^2 + 0.01", 1)];
        Assert.Equal(1, FormulaChoice.Make(front, 10, 0).Recommended.Complexity);
        (FormulaCandidate recommended, _, ImmutableArray<FormulaCandidate> shown) = FormulaChoice.Make(front, training, validation, ["x"], new DiscoveryOptions());
        Assert.Equal(front[1].Formula, recommended.Formula);
        Assert.Equal(2, shown.Length);
        Assert.Equal(0.5, recommended.CrossValidated!.Rmse, 0.1);

        static FormulaCandidate Of(string formula, double error)
        {
            Expression parsed = Expression.Parse(formula);
            return new FormulaCandidate(parsed, parsed.Complexity, error, error, Network);
        }
    }

    [Fact]
    public void An_exact_formula_is_recommended_before_longer_ones_that_round_less()
    {
        Dataset training = Rows(40, X), validation = Rows(10, X);
        Expression[] formulas = [new Variable("x"), Expression.Parse("x + 1e-17*x^2")];
        FormulaCandidate[] front = [.. formulas.Select((formula, i) => new FormulaCandidate(formula, formula.Complexity, 1e-17, 1e-17 / (i + 1), Network))];
        (FormulaCandidate recommended, _, ImmutableArray<FormulaCandidate> shown) = FormulaChoice.Make(front, training, validation, ["x"], new DiscoveryOptions());
        Assert.Equal(formulas[0], recommended.Formula);
        Assert.Single(shown);
    }

    [Fact]
    public void What_is_undefined_on_rows_left_out_is_worse_than_anything()
    {
        // log(x) with x > 0 in all rows but one.
        Dataset training = Rows(40, X), validation = new(Matrix.FromColumns([[-1, 0.5]]), Matrix.FromColumns([[-1, 0.5]]));
        (Dataset, Dataset)[] parts = ModelSelection.CrossValidation(training, validation, 1);
        CrossValidatedError undefined = CrossValidatedError.Of(Expression.Parse("log(x)"), ["x"], parts), constant = CrossValidatedError.Of(new Constant(0.5), ["x"], parts);
        Assert.False(double.IsFinite(undefined.Rmse));
        FormulaCandidate[] front = [new(new Constant(0.5), 1, 1, 1, Network) { CrossValidated = constant }, new(Expression.Parse("log(x)"), 2, 0.1, 0.1, Network) { CrossValidated = undefined }];
        Assert.Equal(front[..1], FormulaChoice.Make(front, 41, 0).Shown);
    }

    [Fact]
    public void With_500_rows_those_held_back_choose()
    {
        Dataset training = Rows(400, X), validation = Rows(100, X);
        FormulaCandidate[] front = [new(new Variable("x"), 1, 0, 0, Network)];
        Assert.Null(FormulaChoice.Make(front, training, validation, ["x"], new DiscoveryOptions()).Recommended.CrossValidated);
    }

    private static double X(int row) => (row * 37 % 100 + 1) / 100.0;

    private static Dataset Rows(int count, Func<int, double> target) =>
        new(Matrix.FromColumns([[.. Enumerable.Range(0, count).Select(X)]]), Matrix.FromColumns([[.. Enumerable.Range(0, count).Select(target)]]));

    private static ParetoFront Front(params (int Complexity, double Error, bool HasNetwork)[] candidates)
    {
        var front = new ParetoFront();
        foreach ((int complexity, double error, bool hasNetwork) in candidates)
            front.Offer(new FormulaCandidate(new Constant(complexity), complexity, error, error, hasNetwork ? Network : null));
        return front;
    }
}
