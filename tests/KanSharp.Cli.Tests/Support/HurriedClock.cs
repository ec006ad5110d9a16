namespace KanSharp.Cli.Tests.Support;

/// <summary>A clock on which two seconds go by between any two looks, so that every report of progress becomes a line.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, 2 * TimeSpan.TicksPerSecond);
}
