namespace KanSharp.IO;

/// <summary>One version of a model in a <see cref="VersionStore"/>.</summary>
/// <param name="Name">Round and state, such as `0.2`: states count the operations along a branch, and each going back begins a new round.</param>
/// <param name="Parent">The version that it was made from; null for a beginning.</param>
/// <param name="Operation">What made it from its parent.</param>
/// <param name="Sha256">Checksum of the model's content, 64 hexadecimal digits: versions with the same model have the same.</param>
public sealed record ModelVersion(string Name, string? Parent, string Operation, string Sha256)
{
    /// <summary>The two numbers of a version's name.</summary>
    internal static (int Round, int State) Numbers(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length == 2 && TryCount(parts[0], out int round) && TryCount(parts[1], out int state) ? (round, state)
            : throw new KanFormatException($"'{name}' is no version; expected two counts such as 0.2.");

        // One spelling for each number, so that names can be compared.
        static bool TryCount(string text, out int count) =>
            int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out count) && text == $"{count}";
    }
}
