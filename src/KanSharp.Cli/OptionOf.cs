using System.CommandLine;
using System.Globalization;

namespace KanSharp.Cli;

/// <summary>Makes options whose values are checked and whose errors say what was found and what was expected.</summary>
internal static class OptionOf
{
    private const string Auto = "auto";

    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>Any text, or nothing.</summary>
    public static Option<string?> Text(string name, string valueName, string description) => new(name) { Description = description, HelpName = valueName };

    /// <summary>Any text; the option has to be there.</summary>
    public static Option<string> Required(string name, string valueName, string description) =>
        new(name) { Description = description, HelpName = valueName, Required = true };

    /// <summary>One of a few names; the first is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] choices)
    {
        string names = string.Join(", ", choices);
        return new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => choices[0],
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!choices.Contains(text))
                    result.AddError($"'{text}' is no value for {name}.{NearestName.Hint(text, choices)} Expected one of: {names}.");
                return text;
            },
        };
    }

    /// <summary>One of a few names; the option has to be there.</summary>
    public static Option<string> RequiredChoice(string name, string description, params string[] choices)
    {
        Option<string> option = Choice(name, description, choices);
        option.DefaultValueFactory = null;
        option.Required = true;
        return option;
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Whole(string name, string description, int low, int high, int initial) =>
        WithDefault(Parsed(name, "n", description, ExpectedWhole(low, high), Whole(low, high)), initial);

    /// <summary>A whole number within bounds; the option has to be there.</summary>
    public static Option<int> RequiredWhole(string name, string description, int low, int high)
    {
        Option<int> option = Parsed(name, "n", description, ExpectedWhole(low, high), Whole(low, high));
        option.Required = true;
        return option;
    }

    /// <summary>A whole number within bounds, or nothing.</summary>
    public static Option<int?> OptionalWhole(string name, string description, int low, int high) =>
        Parsed(name, "n", description, ExpectedWhole(low, high), Optional(Whole(low, high)));

    /// <summary>A whole number within bounds, or 'auto', which is the default.</summary>
    public static Option<OrAuto<int>> WholeOrAuto(string name, string description, int low, int high) =>
        ParsedOrAuto(name, description, ExpectedWhole(low, high), Whole(low, high));

    /// <summary>A number within bounds.</summary>
    public static Option<double> Number(string name, string description, double low, double high, double initial) =>
        WithDefault(Parsed(name, "x", description, ExpectedNumber(low, high), Number(low, high)), initial);

    /// <summary>A number within bounds, or nothing.</summary>
    public static Option<double?> OptionalNumber(string name, string description, double low, double high) =>
        Parsed(name, "x", description, ExpectedNumber(low, high), Optional(Number(low, high)));

    /// <summary>A number within bounds, or 'auto', which is the default.</summary>
    public static Option<OrAuto<double>> NumberOrAuto(string name, string description, double low, double high) =>
        ParsedOrAuto(name, description, ExpectedNumber(low, high), Number(low, high));

    /// <summary>The seed of everything random.</summary>
    public static Option<ulong> Seed() =>
        WithDefault(Parsed("--seed", "n", "Seed of everything random; the same seed gives the same result", $"a whole number from 0 to {ulong.MaxValue}",
            (string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)), 1UL);

    private static string ExpectedWhole(int low, int high) => $"a whole number from {low} to {high}";

    private static string ExpectedNumber(double low, double high) => double.IsInfinity(high) ? $"a number, at least {low}" : $"a number from {low} to {high}";

    private static TryParse<int> Whole(int low, int high) => (string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= low && value <= high;

    private static TryParse<double> Number(double low, double high) => (string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= low && value <= high;

    private static TryParse<T?> Optional<T>(TryParse<T> parse) where T : struct => (string text, out T? value) =>
    {
        bool valid = parse(text, out T parsed);
        value = parsed;
        return valid;
    };

    private static Option<OrAuto<T>> ParsedOrAuto<T>(string name, string description, string expected, TryParse<T> parse) where T : struct =>
        Parsed(name, $"{Auto}|n", $"{description} [default: {Auto}]", $"'{Auto}' or {expected}", (string text, out OrAuto<T> value) =>
        {
            bool given = parse(text, out T parsed);
            value = new OrAuto<T>(given ? parsed : null);
            return given || text == Auto;
        });

    private static Option<T> WithDefault<T>(Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }

    private static Option<T> Parsed<T>(string name, string valueName, string description, string expected, TryParse<T> parse) => new(name)
    {
        Description = description,
        HelpName = valueName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!parse(text, out T value))
                result.AddError($"'{text}' is no value for {name}; expected {expected}.");
            return value;
        },
    };
}
