namespace KanSharp.Cli;

/// <summary>A value that the user gave, or null where it is to be chosen from the data.</summary>
internal readonly record struct OrAuto<T>(T? Given) where T : struct;
