using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.IO.Checkpoints;
using KanSharp.Model;

namespace KanSharp.IO;

/// <summary>
/// The versions of a model: a folder with one model file for each different content, named by its checksum, and an index that says which version has which
/// parent. Nothing is ever changed or taken away in it; several processes may add to it.
/// </summary>
public sealed class VersionStore
{
    private const string IndexName = "versions.json";
    private readonly SymbolicLibrary _library;

    private VersionStore(string folder, SymbolicLibrary? library)
    {
        Folder = folder;
        _library = library ?? SymbolicLibrary.Default;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>All versions, oldest first.</summary>
    public ImmutableArray<ModelVersion> Versions { get; private set; } = [];

    /// <summary>The version with this name.</summary>
    /// <exception cref="KanSharpException">There is none.</exception>
    public ModelVersion this[string name] => Versions.FirstOrDefault(version => version.Name == name)
        ?? throw new KanSharpException($"There is no version '{name}' in {Folder}; {(Versions.IsEmpty ? "it is still empty" : $"there are {string.Join(", ", Versions.Select(version => version.Name))}")}.");

    /// <summary>Where <c>kan</c> keeps the versions of a model file: beside it, with .versions at the end of its name.</summary>
    public static string FolderFor(string modelPath) => modelPath + ".versions";

    /// <summary>Whether there is a store in this folder.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, IndexName));

    /// <summary>Makes an empty store; its folder must not be there yet, or be empty.</summary>
    /// <exception cref="KanSharpException">It is there and not empty, or cannot be made.</exception>
    public static VersionStore Create(string folder, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var store = new VersionStore(folder, library);
        try
        {
            if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
                throw new KanSharpException($"{folder} is there already; versions need a folder of their own.");
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KanSharpException($"The folder {folder} cannot be made: {failure.Message}", failure);
        }
        VersionIndex.Write(store.IndexPath, []);
        return store;
    }

    /// <summary>Opens a store.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="library">Where the functions of symbolic edges are looked up by name; <see cref="SymbolicLibrary.Default"/> if not given.</param>
    /// <exception cref="KanSharpException">There is none.</exception>
    /// <exception cref="KanFormatException">Its index is damaged.</exception>
    public static VersionStore Open(string folder, SymbolicLibrary? library = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var store = new VersionStore(folder, library);
        store.Versions = VersionIndex.Read(store.IndexPath);
        return store;
    }

    /// <summary>Reads the model of a version.</summary>
    /// <exception cref="KanSharpException">There is no such version, or its file is missing or damaged.</exception>
    public KanModel Load(string name)
    {
        string digest = this[name].Sha256, path = PathOf(digest);
        return StoredFile.Read(path, "model file", stream => ModelReader.Read(stream, path, _library, digest));
    }

    /// <summary>The newest version with exactly this model, history included; null if there is none.</summary>
    public ModelVersion? Find(KanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string digest = ModelWriter.Digest(model);
        return Versions.LastOrDefault(version => version.Sha256 == digest);
    }

    /// <summary>
    /// Adds a model: with a parent as the next state of its branch, or in a new round where another took that name; without, as the beginning of a new round.
    /// A model that is exactly its parent is no new version.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="parent">The version that it was made from; null for a beginning.</param>
    /// <param name="operation">What made it; null for what its history says that the parent's does not, or its last line.</param>
    /// <returns>The new version, or the parent where nothing was changed.</returns>
    /// <exception cref="KanSharpException">The store cannot be written, or the parent is not in it.</exception>
    public ModelVersion Add(KanModel model, ModelVersion? parent = null, string? operation = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        string digest = ModelWriter.Digest(model);
        if (parent is not null && this[parent.Name].Sha256 == digest)
            return parent;
        operation ??= Operation(parent is null ? [] : Load(parent.Name).Info.History, model.Info.History);
        using FileStream held = Hold();
        Versions = VersionIndex.Read(IndexPath);
        int newRound = NewRound();
        (int Round, int State) next = (newRound, 0);
        if (parent is not null)
        {
            (int round, int state) = ModelVersion.Numbers(parent.Name);
            next = Versions.Any(version => version.Name == $"{round}.{state + 1}") ? (newRound, state + 1) : (round, state + 1);
        }
        if (!File.Exists(PathOf(digest)))
            ModelFile.Save(model, PathOf(digest));
        return Append(new ModelVersion($"{next.Round}.{next.State}", parent?.Name, operation, digest));
    }

    /// <summary>Goes back to a version: the same model again, as the beginning of a new round, so that 0.1 becomes 1.1 (pykan's rewind).</summary>
    /// <exception cref="KanSharpException">There is no such version, or the store cannot be written.</exception>
    public ModelVersion Rewind(string name)
    {
        using FileStream held = Hold();
        Versions = VersionIndex.Read(IndexPath);
        ModelVersion version = this[name];
        return Append(version with { Name = $"{NewRound()}.{ModelVersion.Numbers(name).State}", Parent = name, Operation = $"went back to {name}" });
    }

    private string IndexPath => Path.Combine(Folder, IndexName);

    private string PathOf(string digest) => Path.Combine(Folder, digest + ".kan");

    private int NewRound() => Versions.Select(version => ModelVersion.Numbers(version.Name).Round + 1).DefaultIfEmpty(0).Max();

    private ModelVersion Append(ModelVersion version)
    {
        ImmutableArray<ModelVersion> versions = Versions.Add(version);
        VersionIndex.Write(IndexPath, versions);
        Versions = versions;
        return version;
    }

    private static string Operation(ImmutableArray<string> before, ImmutableArray<string> after)
    {
        bool goesOn = !before.IsEmpty && after.Take(before.Length).SequenceEqual(before);
        return string.Join("; ", goesOn ? after.Skip(before.Length) : after.TakeLast(1)) is { Length: > 0 } text ? text : "changed";
    }

    /// <summary>Keeps other processes from adding meanwhile: two that read the same index would write over each other.</summary>
    private FileStream Hold()
    {
        const int attempts = 200;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                if (failure is not IOException || attempt == attempts || !Directory.Exists(Folder))
                    throw new KanSharpException($"{Folder} cannot be added to: {failure.Message}", failure);
            }
            Thread.Sleep(10);
        }
    }
}
