namespace KanSharp;

/// <summary>
/// What KanSharp throws when a caller's input cannot be used. The message states what was found, what was expected and what to do.
/// Anything else that escapes from the library is a defect in it.
/// </summary>
public class KanSharpException : Exception
{
    /// <summary>Creates the exception with a message that names value, expectation and remedy.</summary>
    public KanSharpException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and the failure it stems from.</summary>
    public KanSharpException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A table, column or cell that cannot be used as it is.</summary>
public sealed class KanDataException : KanSharpException
{
    /// <inheritdoc cref="KanSharpException(string)"/>
    public KanDataException(string message) : base(message) { }

    /// <inheritdoc cref="KanSharpException(string, Exception)"/>
    public KanDataException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A file or text that is not of the expected format: a damaged model file, a formula that does not parse.</summary>
public sealed class KanFormatException : KanSharpException
{
    /// <inheritdoc cref="KanSharpException(string)"/>
    public KanFormatException(string message) : base(message) { }

    /// <inheritdoc cref="KanSharpException(string, Exception)"/>
    public KanFormatException(string message, Exception inner) : base(message, inner) { }
}
