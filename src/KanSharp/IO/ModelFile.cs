using KanSharp.Formulas;
using KanSharp.IO.Checkpoints;
using KanSharp.Model;

namespace KanSharp.IO;

/// <summary>
/// Saves and loads models: one safetensors file per model, usually named .kan, as <c>docs/model-format.md</c> describes it. What is loaded
/// is, bit for bit, what was saved. Loading reads numbers and names and executes nothing.
/// </summary>
public static class ModelFile
{
    /// <summary>Writes the model as a whole or not at all.</summary>
    /// <exception cref="KanSharpException">The file cannot be written (one that was there before is untouched), or the model has a number that is not finite.</exception>
    public static void Save(KanModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        AtomicFile.Write(path, stream => ModelWriter.Write(model, stream));
    }

    /// <summary>Writes the model to a stream and leaves it open.</summary>
    /// <exception cref="KanSharpException">The model has a number that is not finite.</exception>
    public static void Save(KanModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        ModelWriter.Write(model, stream);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="library">Where the functions of symbolic edges are looked up by name; <see cref="SymbolicLibrary.Default"/> if not given.</param>
    /// <exception cref="KanSharpException">There is no such file or it cannot be read.</exception>
    /// <exception cref="KanFormatException">It is no model file, is damaged or newer than this version, or names a function the library lacks.</exception>
    public static KanModel Load(string path, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return StoredFile.Read(path, "model file", stream => ModelReader.Read(stream, path, library ?? SymbolicLibrary.Default));
    }

    /// <summary>Reads a model from a stream, from its position to its end, and leaves it open; <paramref name="source"/> names it in messages.</summary>
    /// <exception cref="KanFormatException">It is no model, is damaged or newer than this version, or names a function the library lacks.</exception>
    public static KanModel Load(Stream stream, string source, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
            return ModelReader.Read(stream, source, library ?? SymbolicLibrary.Default);
        // Lengths are checked against what is there before anything of their size is allocated, so what is there has to be known.
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return ModelReader.Read(copy, source, library ?? SymbolicLibrary.Default);
    }
}
