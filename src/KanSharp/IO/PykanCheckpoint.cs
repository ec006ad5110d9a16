using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.IO.Interop;
using KanSharp.Model;
using KanSharp.Numerics;

namespace KanSharp.IO;

/// <summary>
/// A checkpoint of pykan 0.2 (<c>model.saveckpt(prefix)</c>): the three files <c>prefix_config.yml</c>, <c>prefix_state</c> and
/// <c>prefix_cache_data</c>. Reading one executes nothing: of the pickles in it only what a file of tensors consists of is understood.
/// </summary>
public sealed class PykanCheckpoint
{
    internal PykanCheckpoint(KanModel model, Matrix? cachedInputs, ImmutableArray<string> notes)
    {
        Model = model;
        CachedInputs = cachedInputs;
        Notes = notes;
    }

    /// <summary>
    /// The network, with columns named x1, x2, .. and y, or y1, y2, ..; splines fall to zero outside their grid, as pykan's do. A network whose
    /// inputs were pruned has as many columns as it reads: pykan does not save which ones these were.
    /// </summary>
    public KanModel Model { get; }

    /// <summary>The inputs that pykan evaluated last, one row per sample; null where it had evaluated none.</summary>
    public Matrix? CachedInputs { get; }

    /// <summary>What a reader should know about the checkpoint, such as where pykan's own numbers are not to be had; usually empty.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Reads the three files. Versions before pykan 0.2.2 wrote no <c>prefix_cache_data</c>; theirs may be missing.</summary>
    /// <param name="prefix">The path that was given to <c>saveckpt</c>.</param>
    /// <param name="library">Where functions of edges are looked up by name; <see cref="SymbolicLibrary.Default"/> if not given.</param>
    /// <exception cref="KanSharpException">A file is missing or cannot be read.</exception>
    /// <exception cref="KanFormatException">A file is no such checkpoint, is damaged, or has what a model cannot hold.</exception>
    public static PykanCheckpoint Load(string prefix, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return PykanReader.Read(new PykanFiles(prefix), library ?? SymbolicLibrary.Default);
    }

    /// <summary>
    /// Writes the three files, each as a whole or not at all, for <c>KAN.loadckpt(prefix)</c>; call <c>torch.set_default_dtype(torch.float64)</c>
    /// first, or pykan rounds to single precision. What pykan lacks is folded into the network where that changes no output: scaling of inputs
    /// becomes a first layer of linear functions, scaling of outputs goes into the node scales.
    /// </summary>
    /// <returns>What is not the same in pykan, one sentence each: names, classes, values outside the grids.</returns>
    /// <exception cref="KanSharpException">pykan cannot hold the network, and the message says what of it; or a file cannot be written.</exception>
    public static ImmutableArray<string> Save(KanModel model, string prefix)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prefix);
        return PykanWriter.Write(model, new PykanFiles(prefix));
    }
}
