using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KanSharp.Discovery;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Plotting;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan relations</c>: tells which columns of a table depend on each other.</summary>
internal sealed class RelationsVerb : Verb
{
    /// <summary>More labels than that are names of things, not kinds of them.</summary>
    private const int MostLabels = 30;

    /// <summary>Below this, the result says that weak relations may be missing.</summary>
    private const int FewRows = 200;

    private readonly Argument<string> _data = new("DATA.csv") { Description = "The table: a header with names, one row per sample" };
    private readonly Option<string?> _exclude = OptionOf.Text("--exclude", "col[,col2]", "Columns to leave out");
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly Option<ulong> _seed = OptionOf.Seed();
    private readonly Option<string?> _plot = OptionOf.Text("--plot", "F.svg", "Where to draw columns and groups");

    public RelationsVerb() : base("relations", "Tells which groups of columns depend on each other, without a target.", "kan relations samples/hello.csv --plot relations.svg")
    {
        Add(_data);
        foreach (Option option in (Option[])[_exclude, _missing, _seed, _plot])
            Add(option);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_data)!;
        string? plot = parsed.GetValue(_plot);
        if (plot is not null)
            OutputFile.Check(plot, path);
        DataTable table = Csv.Read(path);
        (Matrix data, ImmutableArray<RelationColumn> columns) = Prepare(table, parsed, session);
        RelationResult result = ProgressDisplay.Run(session, "Looking for relations", display => RelationSearch.Run(data, columns, new RelationOptions { Seed = parsed.GetValue(_seed) },
            new Relay<RelationProgress>(step => display.Report(new ProgressStep((double)step.Done / step.Columns, $"column {step.Done} of {step.Columns}"))), session.Cancellation));
        if (result.Rows < data.Rows)
            session.Warn($"Of {data.Rows} rows {result.Rows} were drawn.");
        if (result.Rows < FewRows)
            session.Warn($"With {result.Rows} rows only strong relations can be told from chance.");
        if (plot is not null)
            AtomicFile.WriteText(plot, RelationPlot.Draw(result, $"Related columns of {Path.GetFileName(path)}").ToSvg());
        session.Finish(ToJson(result, plot), output => Write(result, table, path, plot, output));
        return ExitCode.Done;
    }

    /// <summary>The columns as numbers; a text column becomes one of 0 and 1 for each label.</summary>
    private (Matrix Data, ImmutableArray<RelationColumn> Columns) Prepare(DataTable table, ParseResult parsed, Session session)
    {
        DataColumn[] excluded = [.. ColumnList.Split(parsed.GetValue(_exclude), table).Select(table.Column)];
        List<DataColumn> kept = [];
        List<CategoricalColumn> categories = [];
        foreach (DataColumn column in table.Columns.Except(excluded))
        {
            string[] labels = column.IsText ? [.. Enumerable.Range(0, column.RowCount).Where(column.IsPresent).Select(column.Text).Distinct().Order(StringComparer.Ordinal)] : [];
            if (column.IsText && labels.Length is < 2 or > MostLabels)
            {
                session.Warn(labels.Length < 2 ? $"Column '{column.Name}' is constant; left out." : $"Column '{column.Name}' holds text with {labels.Length} different labels; left out: at most {MostLabels} are kinds of things.");
                continue;
            }
            kept.Add(column);
            if (column.IsText)
                categories.Add(new CategoricalColumn(column.Name, [.. labels]));
        }
        string[][] inputs = [.. kept.Select(column => categories.Find(candidate => candidate.Name == column.Name) is { } labelled ? labelled.EncodedLabels.ToArray().Select(labelled.InputName).ToArray() : [column.Name])];
        var columns = ImmutableArray.CreateBuilder<RelationColumn>();
        for (int j = 0, first = 0; j < kept.Count; first += inputs[j++].Length)
            columns.Add(new RelationColumn(kept[j].Name, first, inputs[j].Length));
        if (columns.Count < 2)
            throw new KanDataException($"{table.Source} has {(columns.Count == 0 ? "no column" : $"one column, '{columns[0].Name}',")} to look at; a relation needs two or more.");
        PreparedTable prepared = PreparedTable.ForModel(table, [.. inputs.SelectMany(names => names)], [.. table.Columns.Except(kept).Select(column => column.Name)], missing: parsed.Policy(_missing), categories: categories);
        session.Warn(prepared.Warnings);
        return (prepared.Inputs, columns.ToImmutable());
    }

    private static void Write(RelationResult result, DataTable table, string path, string? plot, TextWriter output)
    {
        output.WriteLine($"rows      {result.Rows}, {result.Names.Length} columns");
        int width = result.Names.Max(name => name.Length);
        for (int g = 0; g < result.Relations.Length; g++)
        {
            Relation relation = result.Relations[g];
            output.WriteLine($"group {g + 1,-4}{string.Join(", ", Names(result, relation))}");
            foreach (RelatedColumn column in relation.Columns)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          {result.Names[column.Column].PadRight(width)}  {column.Score:F4}{(relation.Function == column.Column ? "  follows from the others" : "")}"));
            if (relation.Function is int function)
                output.WriteLine($"          to find out how: {Discover(result, relation, table, path, function)}");
        }
        if (result.Relations.IsEmpty)
            output.WriteLine($"relations none: {Nearest(result)}");
        else
            output.WriteLine("          (numbers: the share of a column that the others explain, by a curve of each, on rows left out)");
        if (!result.Alone.IsEmpty && !result.Relations.IsEmpty)
            output.WriteLine($"alone     {string.Join(", ", result.Alone.Select(column => result.Names[column]))}");
        if (!result.Constant.IsEmpty)
            output.WriteLine($"constant  {string.Join(", ", result.Constant.Select(column => result.Names[column]))}");
        if (plot is not null)
            output.WriteLine($"picture   {plot}");
    }

    private static string Nearest(RelationResult result) => result.Strongest is not { } pair ? "fewer than two columns vary."
        : string.Create(CultureInfo.InvariantCulture, $"{result.Names[pair.First]} and {result.Names[pair.Second]} come nearest, with {pair.Significance:F1} standard errors where {result.NeededSignificance:F1} are needed.");

    private static IEnumerable<string> Names(RelationResult result, Relation relation) => relation.Columns.Select(column => result.Names[column.Column]);

    /// <summary>The command that looks for the formula; all columns outside the group are excluded, where there are not too many to read.</summary>
    private static string Discover(RelationResult result, Relation relation, DataTable table, string path, int function)
    {
        string[] others = [.. table.Columns.Select(column => column.Name).Except(Names(result, relation))];
        string exclude = others.Length is > 0 and <= 30 ? $" --exclude {Quoted(string.Join(',', others.Select(name => name.Contains(',') ? $"\"{name}\"" : name)))}" : "";
        return $"kan discover {Quoted(path)} --target {Quoted(result.Names[function])}{exclude}";
    }

    /// <summary>An argument as a shell takes it.</summary>
    private static string Quoted(string argument) =>
        argument.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.' or ',' or '/' or '\\' or '-' or ':') ? argument : $"'{argument}'";

    private static JsonObject ToJson(RelationResult result, string? plot) => new()
    {
        ["rows"] = result.Rows,
        ["relations"] = new JsonArray([.. result.Relations.Select(relation => new JsonObject
        {
            ["score"] = Session.Number(relation.Score),
            ["columns"] = new JsonObject(relation.Columns.Select(column => KeyValuePair.Create(result.Names[column.Column], Session.Number(column.Score)))),
            ["follows"] = relation.Function is int function ? result.Names[function] : null,
        })]),
        ["alone"] = new JsonArray([.. result.Alone.Select(column => JsonValue.Create(result.Names[column]))]),
        ["constant"] = new JsonArray([.. result.Constant.Select(column => JsonValue.Create(result.Names[column]))]),
        ["strongest_pair"] = result.Strongest is not { } pair ? null : new JsonObject
        {
            ["first"] = result.Names[pair.First],
            ["second"] = result.Names[pair.Second],
            ["score"] = Session.Number(pair.Score),
            ["significance"] = Session.Number(pair.Significance),
        },
        ["needed_significance"] = Session.Number(result.NeededSignificance),
        ["plot"] = plot,
    };
}
