using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan export</c>: writes a model for another program.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Argument<string> _model = new("M.kan") { Description = "The model" };
    private readonly Option<string> _to = OptionOf.RequiredChoice("--to", "What to write: a source file that needs nothing else, a formula, or a checkpoint", "csharp", "python", "c", "latex", "mathml", "pykan");
    private readonly Option<string> _out = OptionOf.Required("--out", "F", "Where to write it; to pykan, what F_config.yml, F_state and F_cache_data have in common");

    public ExportVerb() : base("export", "Writes a model as a source file, as a formula, or for pykan.", "kan export hello.kan --to c --out hello.c")
    {
        Add(_model);
        Add(_to);
        Add(_out);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_out)!, target = parsed.GetValue(_to)!, source = parsed.GetValue(_model)!;
        if (target == "pykan")
            return ToPykan(ModelFile.Load(source), path, session);
        OutputFile.Check(path, source);
        KanModel model = ModelFile.Load(source);
        bool isFormula = model.IsFormula();
        AtomicFile.WriteText(path, Text(model, isFormula, target, path));
        session.Finish(new JsonObject { ["to"] = target, ["formula"] = isFormula, ["out"] = path }, output =>
        {
            output.WriteLine($"wrote     {(isFormula ? "the formula" : $"the network {model.Shape}")} of {string.Join(", ", model.Info.InputNames)} for {(model.Info.Classes.IsEmpty ? string.Join(", ", model.Info.OutputNames) : model.Info.TargetName)}");
            output.WriteLine($"saved to  {path}");
        });
        return ExitCode.Done;
    }

    private static int ToPykan(KanModel model, string prefix, Session session)
    {
        session.Warn(PykanCheckpoint.Save(model, prefix));
        session.Warn(model.Info.DerivedInputs.Select(input => $"pykan does not keep what an input is made of: column {model.Info.InputNames.IndexOf(input.Name) + 1} of its inputs is {input}."));
        session.Finish(new JsonObject { ["to"] = "pykan", ["out"] = prefix }, output =>
        {
            output.WriteLine($"saved to  {prefix}_config.yml, {prefix}_state, {prefix}_cache_data");
            output.WriteLine($"to load   torch.set_default_dtype(torch.float64); model = KAN.loadckpt('{prefix}')");
        });
        return ExitCode.Done;
    }

    private static string Text(KanModel model, bool isFormula, string target, string path)
    {
        if (target is "latex" or "mathml")
            return Document(model, [.. FormulaProbe.Tidy(model).Formulas.Select(model.Info.InTableColumns)], target);
        SourceLanguage language = target switch { "csharp" => SourceLanguage.CSharp, "python" => SourceLanguage.Python, _ => SourceLanguage.C };
        string name = Path.GetFileNameWithoutExtension(path);
        if (!isFormula)
            return ModelSource.Write(model, language, name);
        (FormulaProbe[] probes, Expression[] formulas) = FormulaProbe.Tidy(model);
        return ModelSource.Write(model, [.. probes.Zip(formulas, (probe, formula) => probe.SameToRounding(formula))], language, name);
    }

    /// <summary>One equation for each output, to include in a text or a page.</summary>
    private static string Document(KanModel model, Expression[] formulas, string target)
    {
        Expression[] names = [.. model.Info.OutputNames.Select(name => new Variable(name))];
        return string.Concat(names.Zip(formulas, (name, formula) => target == "latex"
            ? $"\\[\n{name.ToLatex()} = {formula.ToLatex()}\n\\]\n"
            : $"<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">{name.ToMathML()}<mo>=</mo>{formula.ToMathML()}</math>\n"));
    }
}
