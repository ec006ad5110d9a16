using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Tests.Model;

public class DerivedInputTests
{
    private static readonly string[] s_columns = ["m0", "v", "c", "E"];

    [Fact]
    public void Later_definitions_may_use_earlier_ones_and_end_in_columns_of_the_table()
    {
        IReadOnlyList<DerivedInput> derived = DerivedInput.Parse(["beta = v/c", "gamma=1/sqrt(1 - beta^2)", "twice=2*E"], s_columns);
        Assert.Equal(["beta = v/c", "gamma = 1/sqrt(1 - (v/c)^2)", "twice = 2*`E`"], derived.Select(input => input.ToString()));
        Assert.Equal(["c", "v"], derived[1].Formula.Variables);
        Assert.Equal(["E"], derived[2].Formula.Variables);
    }

    [Theory]
    [InlineData("v/c", "defines no column")]
    [InlineData("=v/c", "defines no column")]
    [InlineData("v=c^2", "a column of that name already")]
    [InlineData("b=w/c", "position 1", "'w' is unknown", "Known are m0, v, c, E")]
    [InlineData("b=v/`w 1`", "position 3", "'w 1' is unknown")]
    [InlineData("b=2*pi", "the same in every row")]
    [InlineData("b=v/", "expected a number", "found the end")]
    public void What_is_no_definition_is_named(string definition, params string[] expected)
    {
        var failure = Assert.ThrowsAny<KanSharpException>(() => DerivedInput.Parse([definition], s_columns));
        Assert.All(expected, part => Assert.Contains(part, failure.Message));
    }

    [Fact]
    public void A_table_computes_them_and_says_where_a_formula_has_no_value()
    {
        var table = new DataTable([new DataColumn("v", [0.5, 2, 0.8]), new DataColumn("c", [1, 1, double.NaN]), new DataColumn("t", ["a", "b", "c"])]);
        DataColumn gamma = table.With(DerivedInput.Parse(["gamma=1/sqrt(1-(v/c)^2)"], ["v", "c"])).Column("gamma");
        Assert.Equal(1 / Math.Sqrt(0.75), gamma.Values[0], 1e-15);
        Assert.Equal((1, false, false), (gamma.FirstDefect(), gamma.IsPresent(1), gamma.IsPresent(2)));
        Assert.Equal("1/sqrt(1 - (v/c)^2) at c = 1, v = 2", gamma.Text(1));
        Assert.Contains("holds text", Assert.Throws<KanDataException>(() => table.With(DerivedInput.Parse(["s=2*t"], ["t"]))).Message);
        Assert.Contains("no column 'w'", Assert.Throws<KanDataException>(() => table.With(DerivedInput.Parse(["s=2*w"], ["w"]))).Message);
    }

    [Fact]
    public void A_model_finds_its_inputs_in_the_original_columns_and_after_saving()
    {
        KanModel model = Model();
        using var stream = new MemoryStream();
        ModelFile.Save(model, stream);
        stream.Position = 0;
        KanModel loaded = ModelFile.Load(stream, "the file");
        Assert.Equal(model.Info.DerivedInputs.AsEnumerable(), loaded.Info.DerivedInputs);
        var table = new DataTable([new DataColumn("E", [2, 3]), new DataColumn("c", [1, 2]), new DataColumn("v", [0.5, 0.5])]);
        PreparedTable prepared = PreparedTable.ForModel(table, loaded.Info);
        Assert.Empty(prepared.Warnings);
        Assert.Equal([2, 3, 0.5, 0.25], prepared.Inputs.Values.ToArray());
        // A table that has the column itself need not have what it is made of.
        Assert.Equal([2, 3, 7, 8], PreparedTable.ForModel(new DataTable([new DataColumn("beta", [7, 8]), new DataColumn("E", [2, 3])]), loaded.Info).Inputs.Values.ToArray());
        Assert.Contains("column 'beta' is taken as it stands", PreparedTable.ForModel(new DataTable([new DataColumn("beta", [7, 8]), new DataColumn("E", [2, 3])]), loaded.Info).Warnings.Single());
        Assert.Contains("lacks a column that the model needs: 'v'", Assert.Throws<KanDataException>(() => PreparedTable.ForModel(new DataTable([new DataColumn("E", [2]), new DataColumn("c", [2])]), loaded.Info)).Message);
        Assert.Contains("v/c at c = 0, v = 1", Assert.Throws<KanDataException>(() => PreparedTable.ForModel(new DataTable([new DataColumn("E", [2]), new DataColumn("c", [0]), new DataColumn("v", [1])]), loaded.Info)).Message);
    }

    [Fact]
    public void Versions_tell_that_a_definition_changed()
    {
        KanModel model = Model();
        Assert.True(ModelDifference.Between(model, model.With(model.Info with { DerivedInputs = [new DerivedInput("beta", Expression.Parse("v/c^2"))] })).OtherSetting);
        Assert.False(ModelDifference.Between(model, Model()).OtherSetting);
    }

    [Fact]
    public void Formulas_can_be_written_in_the_original_columns()
    {
        KanModel model = Model();
        Expression formula = model.ToFormulas()[0];
        Assert.Equal(["E", "beta"], formula.Variables);
        Assert.Equal(["E", "c", "v"], model.Info.InTableColumns(formula).Variables);
        Assert.Equal(2 * 0.25 + 1, model.Info.InTableColumns(formula).Evaluate(new Dictionary<string, double> { ["v"] = 0.5, ["c"] = 2, ["E"] = 2 }), 1e-14);
    }

    [Fact]
    public void Pruned_inputs_take_their_formulas_along()
    {
        Assert.Single(Model().PruneInputs([1]).Model.Info.DerivedInputs);
        Assert.Empty(Model().PruneInputs([0]).Model.Info.DerivedInputs);
    }

    [Fact]
    public void Formulas_that_do_not_belong_to_an_input_are_refused()
    {
        ModelInfo info = Model().Info;
        Assert.Contains("'gamma' is to be computed", Assert.Throws<KanSharpException>(() => Model().With(info with { DerivedInputs = [new DerivedInput("gamma", new Variable("v"))] })).Message);
        Assert.Contains("refer to each other", Assert.Throws<KanSharpException>(() => Model().With(info with { DerivedInputs = [new DerivedInput("beta", new Variable("beta"))] })).Message);
    }

    /// <summary>E beta + 1, beta = v/c.</summary>
    private static KanModel Model()
    {
        KanModel model = FormulaCompiler.Compile("E*beta + 1", ["E", "beta"]);
        return model.With(model.Info with { DerivedInputs = [.. DerivedInput.Parse(["beta=v/c"], s_columns)] });
    }
}
