using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan compile</c>: from a formula to a network that computes it.</summary>
internal sealed class CompileVerb : Verb
{
    private readonly Argument<string> _formula = new("FORMULA") { Description = "The formula, as text, C# or Python write it" };
    private readonly Option<string?> _inputs = OptionOf.Text("--inputs", "x[,x2]", "The inputs in order; each is a variable, also where its name means a constant or a function [default: the formula's variables]");
    private readonly Option<string?> _data = OptionOf.Text("--data", "F.csv", "A table with the inputs: the range that pictures and later edits go by [default: a range near one where the formula is defined]");
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly Option<string> _out = OptionOf.Required("--out", "M.kan", "Where to save the model");

    public CompileVerb() : base("compile", "Makes a network that computes a formula exactly; its output is y.", "kan compile m1*m2/r^2 --inputs m1,m2,r --out gravity.kan")
    {
        Add(_formula);
        foreach (Option option in new Option[] { _inputs, _data, _missing, _out })
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_out)!;
        string? dataPath = parsed.GetValue(_data), named = parsed.GetValue(_inputs);
        OutputFile.Check(path, dataPath);
        DataTable? table = dataPath is null ? null : Csv.Read(dataPath);
        string[]? inputs = named is null ? null : ColumnList.Split(named, table);
        // Without --inputs, the columns tell what is a variable.
        Expression formula = Expression.Parse(parsed.GetValue(_formula)!, inputs ?? table?.Columns.Select(column => column.Name));
        inputs ??= [.. formula.Variables];
        PreparedTable? rows = table is null || inputs.Length == 0 ? null : PreparedTable.ForModel(table, inputs, [], null, parsed.Policy(_missing), withTargets: false);
        session.Warn(rows?.Warnings ?? []);
        KanModel model = FormulaCompiler.Compile(formula, inputs, rows?.Inputs);
        ModelOutput.Save(session, model, path, source: null);

        var ranges = inputs.Select((name, i) => (Name: name, Range: model.InputRange(i))).ToArray();
        var json = new JsonObject
        {
            ["formula"] = formula.ToText(),
            ["inputs"] = new JsonArray([.. ranges.Select(input => new JsonObject { ["name"] = input.Name, ["low"] = Session.Number(input.Range.Low), ["high"] = Session.Number(input.Range.High) })]),
            ["shape"] = model.Shape,
            ["edges"] = model.ActiveEdgeCount,
            ["parameters"] = model.Parameters.Length,
            ["model"] = path,
        };
        session.Finish(json, output =>
        {
            output.WriteLine($"formula   {formula.ToText()}");
            output.WriteLine($"shape     {model.Shape}, {model.ActiveEdgeCount} edges");
            for (int i = 0; i < ranges.Length; i++)
                output.WriteLine($"{(i == 0 ? "inputs    " : "          ")}{ranges[i].Name}, drawn from {ranges[i].Range.Low:G6} to {ranges[i].Range.High:G6}");
            output.WriteLine($"saved to  {path}");
        });
        return ExitCode.Done;
    }
}
