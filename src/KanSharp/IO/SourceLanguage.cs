namespace KanSharp.IO;

/// <summary>A language that a model can be written in.</summary>
public enum SourceLanguage
{
    /// <summary>C#: a static class.</summary>
    CSharp,

    /// <summary>Python 3: a module that needs nothing but <c>math</c>.</summary>
    Python,

    /// <summary>C99 with <c>math.h</c>.</summary>
    C,
}
