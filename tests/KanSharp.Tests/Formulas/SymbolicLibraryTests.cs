using KanSharp.Formulas;

namespace KanSharp.Tests.Formulas;

public class SymbolicLibraryTests
{
    [Theory]
    [InlineData("x^0.5", "sqrt")]
    [InlineData("1/x^0.5", "1/sqrt")]
    [InlineData("1/sqrt(x)", "1/sqrt")]
    [InlineData("asin", "arcsin")]
    [InlineData("acos", "arccos")]
    [InlineData("atan", "arctan")]
    [InlineData("atanh", "arctanh")]
    [InlineData("asinh", "arcsinh")]
    [InlineData("sign", "sgn")]
    [InlineData("ln", "log")]
    [InlineData("square", "x^2")]
    [InlineData(" sin ", "sin")]
    public void An_alias_finds_its_function(string alias, string name) => Assert.Equal(name, SymbolicLibrary.Default[alias].Name);

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest_one()
    {
        var exception = Assert.Throws<KanSharpException>(() => SymbolicLibrary.Default["sinn"]);
        Assert.Contains("'sinn'", exception.Message);
        Assert.Contains("'sin'", exception.Message);
        Assert.Contains("gaussian", exception.Message);
    }

    [Fact]
    public void A_function_can_be_added_under_several_names_and_the_old_library_stays()
    {
        SymbolicFunction function = SymbolicLibrary.Default["sin"] with { Name = "wave" };
        SymbolicLibrary extended = SymbolicLibrary.Default.With(function, "ripple");
        Assert.Same(function, extended["wave"]);
        Assert.Same(function, extended["ripple"]);
        Assert.Equal(SymbolicLibrary.Default.Functions.Length + 1, extended.Functions.Length);
        Assert.False(SymbolicLibrary.Default.TryGet("wave", out _));
    }

    [Fact]
    public void A_replaced_function_is_found_under_the_old_aliases()
    {
        SymbolicFunction cheap = SymbolicLibrary.Default["log"] with { Complexity = 1 };
        SymbolicLibrary library = SymbolicLibrary.Default.With(cheap);
        Assert.Same(cheap, library["ln"]);
        Assert.Equal(SymbolicLibrary.Default.Functions.Length, library.Functions.Length);
    }

    [Fact]
    public void A_selection_holds_the_named_functions_only()
    {
        SymbolicLibrary library = SymbolicLibrary.Default.Select(["square", "x", "sin", "x^2"]);
        Assert.Equal(["x^2", "x", "sin"], library.Functions.Select(function => function.Name));
        Assert.False(library.TryGet("exp", out _));
        Assert.True(library.TryGet("square", out _));
    }
}
