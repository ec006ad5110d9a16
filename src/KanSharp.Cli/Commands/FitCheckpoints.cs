using System.CommandLine;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>The options of <c>kan fit</c> by which a long training can be stopped, or killed, and gone on with.</summary>
internal sealed class FitCheckpoints
{
    private readonly Option<string?> _checkpoint = OptionOf.Text("--checkpoint", "C.kan-checkpoint", "Where to keep the state of the training, for --resume");
    private readonly Option<int> _every = OptionOf.Whole("--checkpoint-every", "Steps between two states", 1, int.MaxValue, 10);
    private readonly Option<string?> _resume = OptionOf.Text("--resume", "C.kan-checkpoint", "A state to go on from: repeat the command that made it, with this option added");

    public Option[] Options => [_checkpoint, _every, _resume];

    /// <summary>The state to go on from, or null.</summary>
    public TrainingCheckpoint? Load(ParseResult parsed) => parsed.GetValue(_resume) is string path ? CheckpointFile.Load(path) : null;

    /// <summary>Where the state goes; null if it is not kept.</summary>
    public string? Path(ParseResult parsed, string output, params ReadOnlySpan<string?> data)
    {
        string? path = parsed.GetValue(_checkpoint);
        if (path is null)
        {
            if (parsed.GetResult(_every) is { Implicit: false })
                throw new KanSharpException("--checkpoint-every says how often, but not where to; add --checkpoint C.kan-checkpoint.");
        }
        else
        {
            if (System.IO.Path.GetFullPath(path) == System.IO.Path.GetFullPath(output))
                throw new KanSharpException($"--checkpoint and --out are both {path}; give them different names.");
            OutputFile.Check(path, data);
        }
        return path;
    }

    /// <summary>When the state is kept. That it cannot be is told once and stops nothing.</summary>
    public CheckpointSchedule? Schedule(ParseResult parsed, string? path, Session session)
    {
        if (path is null)
            return null;
        bool warned = false;
        return new CheckpointSchedule(checkpoint =>
        {
            try
            {
                CheckpointFile.Save(checkpoint, path);
            }
            catch (KanSharpException failure)
            {
                if (!warned)
                    session.Warn($"Training goes on, but its state is not kept: {failure.Message}");
                warned = true;
            }
        }, parsed.GetValue(_every));
    }

    /// <summary>Holds what the command says about the training against the state it is to go on from.</summary>
    public void Check(ParseResult parsed, TrainingCheckpoint checkpoint, FitData data)
    {
        string path = parsed.GetValue(_resume)!;
        if (!checkpoint.IsOf(data.Training, data.Validation))
        {
            throw new KanSharpException($"{path} belongs to a training on other rows. Repeat the command that made it, with the same table, " +
                "--target, --exclude, --let, --missing, --test, --test-fraction, --seed and --init, and --resume added.");
        }
    }

    /// <summary>Refuses an option that says something else than the state does.</summary>
    public void CheckOption<T>(ParseResult parsed, Option option, T given, T kept)
    {
        if (parsed.GetResult(option) is { Implicit: false } && !EqualityComparer<T>.Default.Equals(given, kept))
            throw new KanSharpException($"{option.Name} is {given}, but the training in {parsed.GetValue(_resume)} has {(kept is null ? "none" : kept)}; leave {option.Name} out to go on with it, or --resume to begin anew.");
    }
}
