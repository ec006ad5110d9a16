namespace KanSharp.Cli.Commands;

/// <summary>
/// How long a call takes on a machine that others use too: calls in batches long enough for the clock, and of the batches a low percentile, since
/// what disturbs only ever adds. Work of one thread is measured by the time that the process ran, not by that it waited for others.
/// </summary>
internal sealed class BenchClock(TimeProvider clock, double seconds)
{
    private const double Percentile = 0.1;
    private const double BatchSeconds = 1e-3;

    /// <summary>Milliseconds of one call, after it has run long enough to be compiled for good.</summary>
    public double Milliseconds(Action work, int threads = 1)
    {
        WarmUp(work);
        int calls = 1;
        while (Batch(work, calls, threads) < BatchSeconds && calls < 1 << 24)
            calls *= 2;
        var batches = new List<double>();
        long start = clock.GetTimestamp();
        do
            batches.Add(Batch(work, calls, threads) / calls);
        while (clock.GetElapsedTime(start).TotalSeconds < seconds || batches.Count < 3);
        batches.Sort();
        return 1e3 * batches[(int)(Percentile * batches.Count)];
    }

    /// <summary>Bytes that one call allocates, on the mean of some: by this thread, or, if the work is of several, by all of the process.</summary>
    public static double AllocatedBytes(Action work, int threads = 1)
    {
        const int calls = 4;
        work();
        long before = Allocated();
        for (int call = 0; call < calls; call++)
            work();
        return (double)(Allocated() - before) / calls;

        long Allocated() => threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
    }

    private void WarmUp(Action work)
    {
        // The tiers of the JIT: 30 calls, then a delay of 10 ms in which nothing new was called, then compilation on another thread.
        long start = clock.GetTimestamp();
        for (int call = 0; call < 35 && clock.GetElapsedTime(start).TotalSeconds < 2 * seconds + 0.1; call++)
            work();
        Thread.Sleep(30);
        for (int call = 0; call < 35 && clock.GetElapsedTime(start).TotalSeconds < 4 * seconds + 0.2; call++)
            work();
        Thread.Sleep(30);
    }

    private double Batch(Action work, int calls, int threads)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = clock.GetTimestamp();
        for (int call = 0; call < calls; call++)
            work();
        double elapsed = clock.GetElapsedTime(start).TotalSeconds, ran = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        // A clock of the process that stood still tells nothing.
        return threads == 1 && ran > 0 ? Math.Min(elapsed, ran) : elapsed;
    }
}
