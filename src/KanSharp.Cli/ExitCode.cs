namespace KanSharp.Cli;

/// <summary>How the process ends.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A defect of ours.</summary>
    public const int Fault = 1;

    /// <summary>Something about the user's input.</summary>
    public const int UserInput = 2;

    /// <summary>The user stopped it.</summary>
    public const int Cancelled = 130;
}
