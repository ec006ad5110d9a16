using System.Globalization;
using System.Text;

namespace KanSharp.Formulas;

/// <summary>What counts as an identifier, and how other names become one.</summary>
internal static class Names
{
    private static readonly HashSet<string> s_pythonKeywords = new(StringComparer.Ordinal)
    {
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
        "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
        "while", "with", "yield",
        // Not a keyword, but the expression needs the module.
        "math",
    };

    private static readonly HashSet<string> s_csharpKeywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default",
        "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto",
        "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out",
        "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc",
        "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort",
        "using", "virtual", "void", "volatile", "while",
        // Not a keyword, but the expression needs the class.
        "Math",
    };

    private static readonly HashSet<string> s_cKeywords = new(StringComparer.Ordinal)
    {
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline",
        "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned",
        "void", "volatile", "while", "_Bool", "_Complex", "_Imaginary", "asm", "typeof", "alignas", "alignof", "bool", "constexpr", "false", "nullptr",
        "static_assert", "thread_local", "true",
        // Not keywords, but expressions need the functions, and the header has the macros.
        "sqrt", "exp", "log", "fabs", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "pow", "sgn",
        "NAN", "INFINITY", "HUGE", "HUGE_VAL", "NULL", "DOMAIN", "SING", "OVERFLOW", "UNDERFLOW", "PLOSS", "TLOSS", "MAXFLOAT", "isnan", "unix", "linux", "i386",
    };

    /// <summary>Whether a character may begin an identifier.</summary>
    public static bool IsStart(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.LetterNumber;

    /// <summary>Whether a character may stand in an identifier of Python, C# and formula text alike.</summary>
    public static bool IsPart(Rune rune) => IsStart(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Whether the whole name is an identifier.</summary>
    public static bool IsIdentifier(string name)
    {
        bool first = true;
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (!(first ? IsStart(rune) : IsPart(rune)))
                return false;
            first = false;
        }
        return !first;
    }

    /// <summary>The Python name of a variable.</summary>
    public static string ToPython(string name) => ToIdentifier(name, s_pythonKeywords);

    /// <summary>The C# name of a variable.</summary>
    public static string ToCSharp(string name) => ToIdentifier(name, s_csharpKeywords);

    /// <summary>The C name of a variable: letters beyond ASCII become <c>_</c> too, and the constants of math.h are kept out of the way.</summary>
    public static string ToC(string name)
    {
        string identifier = ToIdentifier(string.Concat(name.Select(c => char.IsAscii(c) ? c : '_')), s_cKeywords);
        return identifier.StartsWith("M_", StringComparison.Ordinal) || identifier.StartsWith("__", StringComparison.Ordinal) ? "x" + identifier : identifier;
    }

    /// <summary>
    /// An identifier for each name. Where two names would get the same, the one that needs no change keeps it and the others get
    /// more <c>_</c> behind; so do those that <paramref name="isTaken"/> for something else.
    /// </summary>
    public static Dictionary<string, string> Distinct(IEnumerable<string> names, Func<string, string> toIdentifier, Func<string, bool>? isTaken = null)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names.OrderBy(name => toIdentifier(name) == name ? 0 : 1))
        {
            string identifier = toIdentifier(name);
            while (isTaken?.Invoke(identifier) == true || !taken.Add(identifier))
                identifier += "_";
            result[name] = identifier;
        }
        return result;
    }

    private static string ToIdentifier(string name, HashSet<string> keywords)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (Rune rune in name.EnumerateRunes())
        {
            bool isPart = IsPart(rune);
            if (text.Length == 0 && isPart && !IsStart(rune))
                text.Append('_');
            text.Append(isPart ? rune.ToString() : "_");
        }
        if (keywords.Contains(text.ToString()))
            text.Append('_');
        return text.ToString();
    }
}
