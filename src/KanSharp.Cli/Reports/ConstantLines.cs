using System.Globalization;
using System.Text.Json.Nodes;
using KanSharp.Interpretation;

namespace KanSharp.Cli.Reports;

/// <summary>What is told about the constants of a formula.</summary>
internal static class ConstantLines
{
    private const int LongestName = 24;

    public static IEnumerable<string> Of(IReadOnlyList<ConstantEstimate> constants) => constants.Select(constant => $"{Name(constant)}: {Estimate(constant)}");

    /// <summary>The constant as it stands in the formula, with five digits where it is a decimal number.</summary>
    public static string Name(ConstantEstimate constant) =>
        constant.Written.Length <= LongestName && !double.TryParse(constant.Written, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? constant.Written : constant.Value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>What the rows say: 3.1409 ± 0.0012, with the digits that the standard error leaves.</summary>
    public static string Estimate(ConstantEstimate constant)
    {
        double error = constant.StandardError;
        if (!double.IsFinite(constant.Fitted) || double.IsNaN(error) || double.IsInfinity(error))
            return "not determined by the data";
        if (error == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{constant.Fitted:G17} ± 0");
        int digits = Math.Clamp((int)Math.Floor(Math.Log10(Math.Max(Math.Abs(constant.Fitted), error))) - (int)Math.Floor(Math.Log10(error)) + 2, 2, 17);
        return string.Create(CultureInfo.InvariantCulture, $"{constant.Fitted.ToString($"G{digits}", CultureInfo.InvariantCulture)} ± {error:G2}{(Math.Abs(constant.Fitted - constant.Value) > 3 * error && Math.Abs(constant.Fitted - constant.Value) > 1e-9 * Math.Abs(constant.Value) ? $", {Math.Abs(constant.Fitted - constant.Value) / error:G2} standard errors away" : "")}");
    }

    public static JsonArray ToJson(IReadOnlyList<ConstantEstimate> constants) => new([.. constants.Select(constant => (JsonNode)new JsonObject
    {
        ["constant"] = constant.Written,
        ["value"] = Session.Number(constant.Value),
        ["fitted"] = Session.Number(constant.Fitted),
        ["standard_error"] = Session.Number(constant.StandardError),
    })]);
}
