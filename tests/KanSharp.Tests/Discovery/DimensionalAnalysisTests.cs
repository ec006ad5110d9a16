using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Tests.Discovery;

public class DimensionalAnalysisTests
{
    [Theory]
    [InlineData("N", "kg*m/s^2")]
    [InlineData("kPa", "J/m^3")]
    [InlineData("km/h", "m/s")]
    [InlineData("cm^2", "m^2")]
    [InlineData("V*A", "W")]
    [InlineData("ohm", "V/A")]
    [InlineData("mT", "Wb/m^2")]
    [InlineData("rad", "1")]
    [InlineData("kg^0.5*m^(-1/2)", "(kg/m)^0.5")]
    public void Units_that_are_made_of_the_same_are_equal(string unit, string same) => Assert.Equal(PhysicalUnit.Parse(same).ToString(), PhysicalUnit.Parse(unit).ToString());

    [Theory]
    [InlineData("furlong", "'furlong' in the unit 'furlong' is not known")]
    [InlineData("m + s", "is no unit")]
    [InlineData("2*m", "is no unit")]
    [InlineData("kg*(", "is no unit")]
    [InlineData("", "is no unit")]
    public void What_is_no_product_of_units_is_refused(string text, string message) => Assert.Contains(message, Assert.Throws<KanSharpException>(() => PhysicalUnit.Parse(text)).Message);

    [Fact]
    public void Units_must_be_complete_and_able_to_make_the_target()
    {
        Assert.Contains("none for 'r'", Refused(("m", "kg"), ("F", "N")));
        Assert.Contains("'R', which is no column of the search", Refused(("m", "kg"), ("r", "m"), ("R", "m"), ("F", "N")));
        Assert.Contains("a constant with a unit must be missing", Refused(("m", "kg"), ("r", "m"), ("F", "N")));

        static string Refused(params (string Name, string Unit)[] units) =>
            Assert.Throws<KanSharpException>(() => new DimensionalAnalysis(["m", "r"], "F", units.ToDictionary(unit => unit.Name, unit => PhysicalUnit.Parse(unit.Unit)))).Message;
    }

    [Theory]
    [InlineData("m*c^2/sqrt(1 - v^2/c^2)", true)]
    [InlineData("m*(log(c) - log(v))*v*c", true)]
    [InlineData("m*c^2 + m*v", false)]
    [InlineData("m*c^2*exp(v)", false)]
    public void A_formula_is_consistent_if_it_says_the_same_in_other_units(string formula, bool consistent)
    {
        var analysis = new DimensionalAnalysis(["m", "v", "c"], "E", Units("m=kg,v=m/s,c=m/s,E=J"));
        Assert.Equal(consistent, analysis.IsConsistent(Expression.Parse(formula, ["m", "v", "c"]), Data("m", ("m", 1, 2), ("v", 0.1, 0.5), ("c", 1, 2)).Training.Inputs));
    }

    [Fact]
    public void Where_units_leave_no_choice_the_law_has_but_a_factor()
    {
        (Dataset training, Dataset validation) = Data("2*pi*sqrt(l/g)", ("l", 0.1, 2), ("g", 1, 10));
        DiscoveryResult found = FormulaSearch.Run(training, validation, ["l", "g"], "T", new DiscoveryOptions { Units = Units("l=m,g=m/s^2,T=s") });
        Assert.InRange(found.Recommended.ValidationRmse, 0, 1e-12);
        Assert.Equal(0, found.NetworksTrained);
    }

    [Fact]
    public void Groups_without_units_find_what_inputs_do_not_and_every_formula_is_consistent()
    {
        (string, double, double)[] inputs = [("n", 0.5, 1), ("m", 0.5, 1), ("g", 0.5, 2), ("x", 0.5, 2), ("k", 0.5, 2), ("T", 0.5, 2)];
        string[] names = [.. inputs.Select(input => input.Item1)];
        (Dataset training, Dataset validation) = Data("n*exp(-m*g*x/(k*T))", inputs);
        DiscoveryResult found = FormulaSearch.Run(training, validation, names, "y", new DiscoveryOptions { Units = Units("n=m^-3,m=kg,g=m/s^2,x=m,k=J/K,T=K,y=m^-3") });
        Assert.InRange(found.Recommended.ValidationRmse, 0, 1e-12);
        var analysis = new DimensionalAnalysis(names, "y", Units("n=m^-3,m=kg,g=m/s^2,x=m,k=J/K,T=K,y=m^-3"));
        Assert.All(found.Pareto.Where(candidate => !candidate.Formula.IsConstant), candidate => Assert.True(analysis.IsConsistent(candidate.Formula, training.Inputs), candidate.Formula.ToText()));
    }

    private static System.Collections.Immutable.ImmutableDictionary<string, PhysicalUnit> Units(string text) =>
        System.Collections.Immutable.ImmutableDictionary.CreateRange(text.Split(',').Select(part => part.Split('=')).Select(part => KeyValuePair.Create(part[0], PhysicalUnit.Parse(part[1]))));

    private static (Dataset Training, Dataset Validation) Data(string law, params (string Name, double Low, double High)[] inputs)
    {
        var random = new SeededRandom(4);
        string[] names = [.. inputs.Select(input => input.Name)];
        Matrix x = new(200, inputs.Length), y = new(200, 1);
        for (int j = 0; j < inputs.Length; j++)
        {
            foreach (ref double value in x.Column(j))
                value = random.NextDouble(inputs[j].Low, inputs[j].High);
        }
        new FormulaProgram(Expression.Parse(law, names), names).Evaluate(x, y.Column(0));
        return new Dataset(x, y).Split(0.2, 1);
    }
}
