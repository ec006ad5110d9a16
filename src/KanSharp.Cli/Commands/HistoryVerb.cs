using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan history</c>: the versions of a model file.</summary>
internal sealed class HistoryVerb : Verb
{
    private static readonly string[] s_actions = ["list", "show", "diff", "restore"];

    private readonly Argument<string> _model = new("M.kan") { Description = "The model file" };
    private readonly Argument<string[]> _words = new("ACTION")
    {
        Description = "list (the default); show V; diff V [W], where W is the file as it is unless given; restore V",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<bool> _init = new("--init") { Description = "Begin to keep a version, in the folder M.kan.versions, of each model that kan saves as M.kan" };
    private readonly Option<string?> _out = OptionOf.Text("--out", "F.kan", "Where to restore a version to [default: M.kan, which begins a new round of versions]");

    public HistoryVerb() : base("history", "Keeps versions of a model file: lists and compares them, goes back, branches off.", "kan history hello.kan --init")
    {
        Add(_model);
        Add(_words);
        Add(_init);
        Add(_out);
    }

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_model)!;
        string[] words = parsed.GetValue(_words) ?? [];
        string action = words.Length == 0 ? "list" : words[0];
        bool restores = action == "restore";
        if (!s_actions.Contains(action))
            throw new KanSharpException($"'{action}' is nothing that history can do.{NearestName.Hint(action, s_actions)} Expected one of: {string.Join(", ", s_actions)}.");
        (int fewest, int most) = action switch { "list" => (0, 0), "diff" => (1, 2), _ => (1, 1) };
        if (words.Length > 0 && (words.Length - 1 < fewest || words.Length - 1 > most))
            throw new KanSharpException($"'history M.kan {action}' takes {(most == 0 ? "no version" : fewest == most ? "one version" : "one or two versions")} such as 0.1, but {words.Length - 1} were given.");
        if (parsed.GetValue(_out) is not null && !restores)
            throw new KanSharpException("--out says where to restore a version to; it belongs to 'history M.kan restore V'.");

        string folder = VersionStore.FolderFor(path);
        if (parsed.GetValue(_init))
        {
            if (words.Length > 0)
                throw new KanSharpException($"--init begins to keep versions; it does not go together with '{action}'.");
            if (VersionStore.Exists(folder))
                throw new KanSharpException($"Versions of {path} are kept already, in {folder}.");
            if (File.Exists(path))
                ModelFile.Load(path);
            VersionStore.Create(folder);
        }
        else if (!VersionStore.Exists(folder))
        {
            throw new KanSharpException(!File.Exists(path) ? $"There is no file {path}, and no versions of it are kept; give the path of a model file."
                : $"No versions of {path} are kept. 'kan history {path} --init' begins to keep them; 'kan inspect {path}' tells what the model itself knows.");
        }
        VersionStore versions = VersionStore.Open(folder);
        if (parsed.GetValue(_init))
            ModelOutput.KeepCurrent(session, versions, path);
        switch (action)
        {
            case "show":
                Show(session, versions, words[1]);
                break;
            case "diff":
                Diff(session, versions, path, words);
                break;
            case "restore":
                Restore(session, versions, path, words[1], parsed.GetValue(_out) ?? path);
                break;
            default:
                List(session, versions, path);
                break;
        }
        return ExitCode.Done;
    }

    private static void List(Session session, VersionStore versions, string path)
    {
        KanModel? model = ModelOutput.Current(path, out string? defect);
        string? current = model is null ? null : versions.Find(model)?.Name;
        var json = new JsonObject
        {
            ["versions"] = new JsonArray([.. versions.Versions.Select(ToJson)]),
            ["current"] = current,
            ["folder"] = versions.Folder,
        };
        session.Finish(json, output =>
        {
            TextTable.Write(output, [["", "version", "from", "operation"], .. versions.Versions.Select(version =>
                (string[])[version.Name == current ? "*" : "", version.Name, version.Parent ?? "-", version.Operation])]);
            output.WriteLine(current is not null ? $"* {path} as it is"
                : defect is not null ? $"{path} is no readable model; 'kan history {path} restore V' brings a version back"
                : model is not null ? $"{path} as it is was made by something else; it becomes a version before kan changes it"
                : $"{path} is not there; 'kan history {path} restore V' brings a version back");
        });
    }

    private static void Show(Session session, VersionStore versions, string name)
    {
        ModelVersion version = versions[name];
        KanModel model = versions.Load(name);
        JsonObject json = ToJson(version);
        foreach ((string key, JsonNode? value) in InspectVerb.ToJson(model))
            json[key] = value?.DeepClone();
        session.Finish(json, output =>
        {
            output.WriteLine($"version   {version.Name}{(version.Parent is null ? "" : $", from {version.Parent}")}: {version.Operation}");
            InspectVerb.Write(model, output);
        });
    }

    private static void Diff(Session session, VersionStore versions, string path, string[] words)
    {
        KanModel before = versions.Load(words[1]), after = words.Length > 2 ? versions.Load(words[2]) : ModelFile.Load(path);
        ModelDifference difference = ModelDifference.Between(before, after);
        string[] operations = [.. after.Info.History.Except(before.Info.History)], undone = [.. before.Info.History.Except(after.Info.History)];
        var json = new JsonObject
        {
            ["same"] = difference.IsNone,
            ["shape"] = new JsonArray(before.Shape, after.Shape),
            ["edges"] = new JsonArray(before.ActiveEdgeCount, after.ActiveEdgeCount),
            ["parameters"] = new JsonArray(before.Parameters.Length, after.Parameters.Length),
            ["train_rmse"] = new JsonArray(before.Info.Fit?.TrainRmse, after.Info.Fit?.TrainRmse),
            ["changed_edges"] = new JsonArray([.. difference.Edges.Select(edge => new JsonObject { ["edge"] = edge.Edge.ToString(), ["before"] = edge.Before, ["after"] = edge.After })]),
            ["moved_grids"] = new JsonArray([.. difference.MovedGrids.Select(layer => JsonValue.Create(layer))]),
            ["changed_parameters"] = difference.ChangedParameters,
            ["largest_change"] = difference.LargestChange is double change ? Session.Number(change) : null,
            ["other_setting"] = difference.OtherSetting,
            ["operations"] = new JsonArray([.. operations.Select(line => JsonValue.Create(line))]),
            ["undone"] = new JsonArray([.. undone.Select(line => JsonValue.Create(line))]),
        };
        session.Finish(json, output =>
        {
            if (difference.IsNone)
                output.WriteLine("same      both compute the same");
            output.WriteLine($"shape     {before.Shape} -> {after.Shape}, {before.ActiveEdgeCount} -> {after.ActiveEdgeCount} edges, {before.Parameters.Length} -> {after.Parameters.Length} parameters");
            if ((before.Info.Fit?.TrainRmse ?? after.Info.Fit?.TrainRmse) is not null)
                output.WriteLine($"fit       train RMSE {Text(before)} -> {Text(after)}");
            foreach (EdgeChange edge in difference.Edges)
                output.WriteLine($"edge      {edge.Edge}: {edge.Before} -> {edge.After}");
            if (!difference.MovedGrids.IsEmpty)
                output.WriteLine($"grids     moved in layer {string.Join(", ", difference.MovedGrids)}");
            if (difference.ChangedParameters > 0)
                output.WriteLine($"values    {difference.ChangedParameters} of {before.Parameters.Length} parameters differ, by up to {difference.LargestChange:G6}");
            if (difference.OtherSetting)
                output.WriteLine("settings  names, units, classes, base function, range policy or precision differ");
            foreach (string line in undone)
                output.WriteLine($"without   {line}");
            foreach (string line in operations)
                output.WriteLine($"with      {line}");
        });

        static string Text(KanModel model) => model.Info.Fit?.TrainRmse is double error ? $"{error:G6}" : "unknown";
    }

    private static void Restore(Session session, VersionStore versions, string path, string name, string target)
    {
        KanModel model = versions.Load(name);
        bool inPlace = Path.GetFullPath(target) == Path.GetFullPath(path);
        ModelVersion? version = null;
        if (inPlace)
        {
            OutputFile.Check(path);
            ModelOutput.KeepCurrent(session, versions, path);
            version = versions.Rewind(name);
            ModelFile.Save(model, path);
        }
        else
        {
            OutputFile.Check(target);
            ModelOutput.Save(session, model, target, source: null);
        }
        var json = new JsonObject { ["restored"] = name, ["version"] = version?.Name, ["model"] = target };
        session.Finish(json, output => output.WriteLine($"saved to  {target}: version {name}{(version is null ? "" : $", from now on {version.Name}")}"));
    }

    private static JsonObject ToJson(ModelVersion version) => new()
    {
        ["version"] = version.Name,
        ["parent"] = version.Parent,
        ["operation"] = version.Operation,
        ["sha256"] = version.Sha256,
    };
}
