using KanSharp.IO;
using KanSharp.Model;

namespace KanSharp.Cli;

/// <summary>Saves models, and keeps a version of each where the user has asked for versions of that file.</summary>
internal static class ModelOutput
{
    /// <summary>Saves a model that was made from <paramref name="source"/>, or from nothing. That no version can be kept is told; the result of the work is saved anyway.</summary>
    public static void Save(Session session, KanModel model, string path, KanModel? source)
    {
        string folder = VersionStore.FolderFor(path);
        VersionStore? versions = null;
        if (VersionStore.Exists(folder))
        {
            Try(session, () =>
            {
                versions = VersionStore.Open(folder);
                KeepCurrent(session, versions, path);
            });
        }
        ModelFile.Save(model, path);
        if (versions is not null)
            Try(session, () => versions.Add(model, source is null ? null : versions.Find(source)));
    }

    /// <summary>What something else than kan has put there becomes a version before it is written over.</summary>
    public static void KeepCurrent(Session session, VersionStore versions, string path)
    {
        if (Current(path, out string? defect) is KanModel current && versions.Find(current) is null)
            versions.Add(current);
        if (defect is not null)
            session.Warn($"What was in {path} is no version: {defect}");
    }

    /// <summary>The model in a file; null where there is none, or it cannot be read.</summary>
    public static KanModel? Current(string path, out string? defect)
    {
        defect = null;
        try
        {
            return File.Exists(path) ? ModelFile.Load(path) : null;
        }
        catch (KanFormatException failure)
        {
            defect = failure.Message;
            return null;
        }
    }

    private static void Try(Session session, Action keep)
    {
        try
        {
            keep();
        }
        catch (KanSharpException failure)
        {
            session.Warn($"No version is kept: {failure.Message}");
        }
    }
}
