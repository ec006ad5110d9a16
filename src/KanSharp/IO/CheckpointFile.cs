using KanSharp.Formulas;
using KanSharp.IO.Checkpoints;
using KanSharp.Training;

namespace KanSharp.IO;

/// <summary>
/// Saves and loads trainings that are under way: one safetensors file each, usually named .kan-checkpoint, as <c>docs/model-format.md</c> describes
/// it. What is loaded goes on bit for bit like what was saved. Loading executes nothing.
/// </summary>
public static class CheckpointFile
{
    /// <summary>Writes the checkpoint as a whole or not at all: a process that is killed meanwhile leaves the one that was there before.</summary>
    /// <exception cref="KanSharpException">The file cannot be written.</exception>
    public static void Save(TrainingCheckpoint checkpoint, string path)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        AtomicFile.Write(path, stream => CheckpointWriter.Write(checkpoint, stream));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="library">Where the functions of symbolic edges are looked up by name; <see cref="SymbolicLibrary.Default"/> if not given.</param>
    /// <param name="ownLoss">The <see cref="TrainingOptions.OwnLoss"/> of the training, if it had one: files do not hold code.</param>
    /// <exception cref="KanSharpException">There is no such file or it cannot be read.</exception>
    /// <exception cref="KanFormatException">It is no checkpoint, is damaged or newer than this version, names a function the library lacks, or had a loss of its own that is not given.</exception>
    public static TrainingCheckpoint Load(string path, SymbolicLibrary? library = null, RowLoss? ownLoss = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return StoredFile.Read(path, "checkpoint file", stream => CheckpointReader.Read(stream, path, library ?? SymbolicLibrary.Default, ownLoss));
    }
}
