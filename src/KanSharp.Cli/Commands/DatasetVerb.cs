using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.IO;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan dataset</c>: writes a table whose origin is known.</summary>
internal sealed class DatasetVerb : Verb
{
    private const string FeynmanKind = "feynman", MoonsKind = "moons", FormulaKind = "formula";

    private const int BlockRows = 10_000;

    private readonly Argument<string> _kind = new("feynman|moons|formula") { Description = "An equation of the Feynman data set, two moons of two classes, or a formula of your own" };
    private readonly Argument<string?> _what = new("WHAT") { Description = "The equation's name or number (I.6.20, 2), or the formula", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _range = OptionOf.Text("--range", "x=-1:1[,y=0:pi]", "For a formula: the range of each variable; variables that it does not use become columns too [default: -1:1 for each]");
    private readonly Option<int> _rows = OptionOf.Whole("--rows", "Number of rows", 2, 10_000_000, 1000);
    private readonly Option<double> _noise = OptionOf.Number("--noise", "Standard deviation of Gaussian noise on the target, of moons on both coordinates", 0, double.PositiveInfinity, 0);
    private readonly Option<ulong> _seed = OptionOf.Seed();
    private readonly Option<string> _out = OptionOf.Required("--out", "F.csv", "Where to write the table");

    public DatasetVerb() : base("dataset", "Writes a table of samples from a known function.", "kan dataset feynman I.6.20 --rows 1000 --seed 1 --out f.csv")
    {
        Add(_kind);
        Add(_what);
        foreach (Option option in new Option[] { _range, _rows, _noise, _seed, _out })
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string kind = parsed.GetValue(_kind)!, path = parsed.GetValue(_out)!;
        string? what = parsed.GetValue(_what), range = parsed.GetValue(_range);
        if (kind is not (FeynmanKind or MoonsKind or FormulaKind))
            throw new KanSharpException($"'{kind}' is no kind of data set.{NearestName.Hint(kind, [FeynmanKind, MoonsKind, FormulaKind])} Expected one of: {FeynmanKind}, {MoonsKind}, {FormulaKind}.");
        if (kind == MoonsKind && what is not null)
            throw new KanSharpException($"Two moons take nothing after '{MoonsKind}', but '{what}' was found; leave it out.");
        if (kind == FeynmanKind && what is null)
            throw new KanSharpException("Which Feynman problem? Give a name such as I.6.20 or 'Compton scattering', or a number from 1 to 120.");
        if (kind == FormulaKind && what is null)
            throw new KanSharpException("Which formula? Give one in quotes, such as \"exp(sin(pi*x1) + x2^2)\".");
        if (range is not null && kind != FormulaKind)
            throw new KanSharpException($"--range is for formulas; {(kind == MoonsKind ? "moons have none" : "a Feynman problem has its own")}. Leave it out.");
        AtomicFile.EnsureWritable(path);
        return kind == MoonsKind ? WriteMoons(parsed, session, path) : WriteFormula(parsed, session, path, kind, what!, range);
    }

    private int WriteMoons(ParseResult parsed, Session session, string path)
    {
        Dataset data = TwoMoons.Create(parsed.GetValue(_rows), parsed.GetValue(_noise), parsed.GetValue(_seed));
        string[] labels = [.. Enumerable.Range(0, data.Count).Select(row => TwoMoons.Classes[data.Targets[row, 0] == 1 ? 0 : 1])];
        Csv.Write(path, new DataTable([new DataColumn("x1", data.Inputs.Column(0)), new DataColumn("x2", data.Inputs.Column(1)), new DataColumn("class", labels)]));
        var json = new JsonObject
        {
            ["kind"] = MoonsKind,
            ["inputs"] = new JsonArray("x1", "x2"),
            ["target"] = "class",
            ["rows"] = data.Count,
            ["data"] = path,
        };
        session.Finish(json, output =>
        {
            output.WriteLine($"columns   x1, x2, class ({string.Join(", ", TwoMoons.Classes)})");
            output.WriteLine($"wrote     {path}, {data.Count} rows");
        });
        return ExitCode.Done;
    }

    private int WriteFormula(ParseResult parsed, Session session, string path, string kind, string what, string? range)
    {
        Sampled source = kind == FeynmanKind ? OfProblem(FeynmanProblem.Find(what)) : OfFormula(what, range);
        ulong seed = parsed.GetValue(_seed);
        int rows = parsed.GetValue(_rows);
        double deviation = parsed.GetValue(_noise);
        long redrawn = 0;
        var noise = new SeededRandom(seed);
        string target = new[] { "y", "f", "target" }.First(name => !source.Variables.Contains(name));
        IEnumerable<DataTable> Blocks()
        {
            foreach ((Dataset block, long vain) in new SampleBox([.. source.Ranges]).SampleFormula(rows, BlockRows, seed, source.Formula, source.Variables))
            {
                session.Cancellation.ThrowIfCancellationRequested();
                redrawn = vain;
                Matrix targets = block.WithNoise(deviation, noise).Targets;
                yield return new DataTable([.. source.Variables.Select((name, i) => new DataColumn(name, block.Inputs.Column(i))), new DataColumn(target, targets.Column(0))]);
            }
        }
        Csv.Write(path, Blocks());
        if (redrawn > 0)
            session.Warn($"{source.Formula.ToText()} has no finite value at {redrawn} of {rows + redrawn} points; others were drawn for them.");
        var json = new JsonObject
        {
            ["kind"] = kind,
            ["name"] = source.Name,
            ["formula"] = source.Formula.ToText(),
            ["inputs"] = new JsonArray([.. source.Variables.Zip(source.Ranges, (name, ends) => new JsonObject { ["name"] = name, ["low"] = Session.Number(ends.Low), ["high"] = Session.Number(ends.High) })]),
            ["target"] = target,
            ["rows"] = rows,
            ["data"] = path,
        };
        session.Finish(json, output =>
        {
            if (source.Name is not null)
                output.WriteLine($"problem   {source.Name}");
            output.WriteLine($"formula   {target} = {source.Formula.ToText()}");
            for (int i = 0; i < source.Variables.Count; i++)
                output.WriteLine($"{(i == 0 ? "inputs    " : "          ")}{source.Variables[i]}, from {source.Ranges[i].Low:G6} to {source.Ranges[i].High:G6}");
            output.WriteLine($"wrote     {path}, {rows} rows");
        });
        return ExitCode.Done;
    }

    private static Sampled OfProblem(FeynmanProblem problem) => new(problem.Name, problem.Formula, problem.Variables, problem.Ranges);

    private static Sampled OfFormula(string text, string? range)
    {
        (string Name, (double, double) Ends)[]? given = range is null ? null : [.. ColumnList.Split(range, null).Select(ParseRange)];
        Expression formula = Expression.Parse(text, given?.Select(variable => variable.Name));
        if (given is null)
        {
            if (formula.Variables.Count == 0)
                throw new KanSharpException($"{formula.ToText()} has no variables; name at least one with --range.");
            return new Sampled(null, formula, formula.Variables, [.. formula.Variables.Select(_ => (-1.0, 1.0))]);
        }
        string[] names = [.. given.Select(variable => variable.Name)];
        if (names.Distinct().Count() < names.Length)
            throw new KanSharpException($"--range {range} names a variable twice; give each one range.");
        foreach (string variable in formula.Variables)
        {
            if (!names.Contains(variable))
                throw new KanSharpException($"--range says nothing about '{variable}' of the formula.{NearestName.Hint(variable, names)} Name every variable, as in {variable}=-1:1.");
        }
        return new Sampled(null, formula, names, [.. given.Select(variable => variable.Ends)]);
    }

    private static (string Name, (double, double) Ends) ParseRange(string text)
    {
        int equals = text.LastIndexOf('='), colon = text.IndexOf(':', equals + 1);
        if (equals < 1 || colon < 0)
            throw new KanSharpException($"'{text}' is no range; write name=low:high, such as x1=-1:1 or t=0:2*pi.");
        return (text[..equals].Trim(), (ParseEnd(text[(equals + 1)..colon], text), ParseEnd(text[(colon + 1)..], text)));
    }

    private static double ParseEnd(string text, string range)
    {
        Expression end = Expression.Parse(text);
        return end.IsConstant ? end.Evaluate(new Dictionary<string, double>())
            : throw new KanSharpException($"'{text.Trim()}' in the range '{range}' is no number; write name=low:high, such as x1=-1:1 or t=0:2*pi.");
    }

    /// <summary>What is sampled: a formula with its variables and their ranges.</summary>
    private sealed record Sampled(string? Name, Expression Formula, IReadOnlyList<string> Variables, IReadOnlyList<(double Low, double High)> Ranges);
}
