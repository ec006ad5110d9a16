using System.Runtime.CompilerServices;

namespace KanSharp.Tests.Support;

/// <summary>Where the sources are that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>A path below the repository's root.</summary>
    public static string File(params string[] parts) => Path.Combine([Root(), .. parts]);

    private static string Root([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
