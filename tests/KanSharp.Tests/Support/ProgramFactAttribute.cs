namespace KanSharp.Tests.Support;

/// <summary>A fact that needs a program of the machine; without it the test is skipped, and the report says which program is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe"))))
            Skip = $"'{program}' is not installed: what is exported for it was not run.";
    }
}
