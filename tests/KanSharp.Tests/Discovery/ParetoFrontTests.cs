using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Model;

namespace KanSharp.Tests.Discovery;

public class ParetoFrontTests
{
    private static readonly KanModel Network = KanModel.Create(new KanSpec(1, 1));

    [Fact]
    public void The_front_ends_where_the_validation_rows_can_tell_no_more()
    {
        // With 50 rows, two standard errors are a fifth.
        ParetoFront front = Front((1, 2, true), (5, 1.05, true), (9, 1, true), (40, 0.98, true));
        FormulaCandidate recommended = front.Recommend(50, 0);
        Assert.Equal(5, recommended.Complexity);
        Assert.Equal([1, 5], front.UpTo(recommended, 50, 0).Select(candidate => candidate.Complexity));
    }

    [Fact]
    public void A_clearly_better_formula_without_a_network_stays()
    {
        ParetoFront front = Front((1, 2, true), (5, 1, true), (9, 0.5, false));
        Assert.Equal([1, 5, 9], front.UpTo(front.Recommend(50, 0), 50, 0).Select(candidate => candidate.Complexity));
    }

    [Fact]
    public void What_is_exact_needs_nothing_behind_it()
    {
        ParetoFront front = Front((1, 2, true), (5, 1e-13, true), (9, 1e-15, true));
        Assert.Equal([1, 5], front.UpTo(front.Recommend(50, 1e-12), 50, 1e-12).Select(candidate => candidate.Complexity));
    }

    private static ParetoFront Front(params (int Complexity, double Error, bool HasNetwork)[] candidates)
    {
        var front = new ParetoFront();
        foreach ((int complexity, double error, bool hasNetwork) in candidates)
            front.Offer(new FormulaCandidate(new Constant(complexity), complexity, error, error, hasNetwork ? Network : null));
        return front;
    }
}
