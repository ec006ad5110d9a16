using System.Collections.Immutable;
using System.Globalization;

namespace KanSharp.Plotting.Charts;

/// <summary>One axis of a chart: its range, linear or logarithmic, and the ticks on it, at 1, 2 or 5 times a power of ten.</summary>
internal sealed class Axis
{
    private const double Padding = 0.04;

    private readonly bool _logarithmic;

    private Axis(string label, double low, double high, bool logarithmic)
    {
        Label = label;
        _logarithmic = logarithmic;
        double from = Map(low), to = Map(high);
        // A range that is hardly more than rounding is as good as a single value.
        bool wide = to - from > Math.Max(1e-300, 1e-12 * Math.Max(Math.Abs(from), Math.Abs(to)));
        double margin = wide ? Padding * (to - from) : Math.Max(Math.Abs(from) * 0.05, 0.5);
        // What a double can tell.
        double limit = logarithmic ? 307 : 4e307;
        Low = Math.Max(from - margin, -limit);
        High = Math.Min(to + margin, limit);
        bool decades = Math.Floor(High) - Math.Ceiling(Low) >= 2;
        Ticks = !logarithmic ? LinearTicks(Low, High) : decades ? DecadeTicks() : PartTicks();
    }

    /// <summary>What the axis shows.</summary>
    public string Label { get; }

    /// <summary>Lower end, of the values or of their decimal logarithms.</summary>
    public double Low { get; }

    /// <summary>Upper end, of the values or of their decimal logarithms.</summary>
    public double High { get; }

    /// <summary>The values at the ends.</summary>
    public (double Low, double High) Values => _logarithmic ? (Math.Pow(10, Low), Math.Pow(10, High)) : (Low, High);

    public ImmutableArray<(double Value, string Text)> Ticks { get; }

    /// <summary>A linear axis over all finite values.</summary>
    public static Axis Linear(string label, IEnumerable<double> values)
    {
        (double low, double high) = Range(values.Where(double.IsFinite), 0, 1);
        return new Axis(label, Math.Clamp(low, -4e307, 3.9e307), Math.Clamp(high, -3.9e307, 4e307), logarithmic: false);
    }

    /// <summary>A logarithmic axis over all finite positive values.</summary>
    public static Axis Logarithmic(string label, IEnumerable<double> values)
    {
        (double low, double high) = Range(values.Where(value => value > 0 && double.IsFinite(value)), 0.1, 1);
        return new Axis(label, Math.Clamp(low, 1e-307, 1e306), Math.Clamp(high, 1e-306, 1e307), logarithmic: true);
    }

    /// <summary>Where a value stands between the ends, from 0 to 1; a value beyond them stands at the end.</summary>
    public double Place(double value) => _logarithmic && !(value > 0) ? 0 : Math.Clamp((Map(value) - Low) / (High - Low), 0, 1);

    private double Map(double value) => _logarithmic ? Math.Log10(value) : value;

    private static (double Low, double High) Range(IEnumerable<double> values, double low, double high)
    {
        double[] all = [.. values];
        return all.Length == 0 ? (low, high) : (all.Min(), all.Max());
    }

    /// <summary>1, 2 or 5 times a power of ten apart.</summary>
    private ImmutableArray<(double, string)> LinearTicks(double low, double high)
    {
        double step = Step(high - low, 6);
        double magnitude = Math.Max(Math.Abs(low), Math.Abs(high));
        bool scientific = magnitude is >= 1e5 or < 1e-3;
        // As many digits as tell one tick from the next.
        int decimals = Math.Clamp((int)((scientific ? Math.Floor(Math.Log10(magnitude)) : 0) - Math.Floor(Math.Log10(step) + 1e-9)), 0, 15);
        string format = scientific ? $"0.{new string('#', decimals)}e0" : $"F{decimals}";
        var ticks = ImmutableArray.CreateBuilder<(double, string)>();
        double first = Math.Ceiling(low / step);
        for (int i = 0; i < 20 && (first + i) * step <= high; i++)
        {
            double value = (first + i) * step;
            ticks.Add((value, first + i == 0 ? "0" : value.ToString(format, CultureInfo.InvariantCulture)));
        }
        return ticks.ToImmutable();
    }

    /// <summary>Powers of ten.</summary>
    private ImmutableArray<(double, string)> DecadeTicks()
    {
        int first = (int)Math.Ceiling(Low), last = (int)Math.Floor(High);
        int stride = Math.Max(1, (last - first + 6) / 7);
        return [.. Enumerable.Range(first, last - first + 1).Where(decade => decade % stride == 0).Select(decade => (Math.Pow(10, decade), $"10{Superscript(decade)}"))];
    }

    /// <summary>1, 2 and 5 times powers of ten.</summary>
    private ImmutableArray<(double, string)> PartTicks()
    {
        var ticks = ImmutableArray.CreateBuilder<(double, string)>();
        for (int decade = (int)Math.Floor(Low); decade <= High; decade++)
        {
            foreach (int part in new[] { 1, 2, 5 })
            {
                double value = part * Math.Pow(10, decade);
                if (Math.Log10(value) >= Low && Math.Log10(value) <= High)
                    ticks.Add((value, decade is >= -3 and < 5 ? value.ToString("0.###", CultureInfo.InvariantCulture) : value.ToString("0e0", CultureInfo.InvariantCulture)));
            }
        }
        return ticks.Count > 2 ? ticks.ToImmutable() : LinearTicks(Values.Low, Values.High);
    }

    private static double Step(double range, int most)
    {
        double rough = range / most;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    private static string Superscript(int exponent)
    {
        string digits = string.Concat(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
        return exponent < 0 ? "⁻" + digits : digits;
    }
}
