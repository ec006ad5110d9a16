namespace KanSharp.Numerics;

/// <summary>
/// Runs numbered pieces of work on the calling thread and some of the thread pool. Threads claim pieces one by one, so a thread that is kept from running
/// costs only its own piece; nobody spins, and nothing is allocated for a run.
/// </summary>
internal sealed class WorkTeam : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _done = new(initialState: true, spinCount: 20);
    private Action<int, int>? _body;
    private int _count;
    private int _next;
    private int _unfinished;
    private int _workers;
    private int _maxWorkers;
    private int _run;
    private Exception? _failure;

    /// <summary>
    /// Calls <paramref name="body"/> with (piece, worker) for pieces 0 .. count - 1, on up to <paramref name="threads"/> threads; worker is below
    /// <paramref name="threads"/>, and different for pieces that run at the same time.
    /// </summary>
    public void Run(int count, int threads, Action<int, int> body)
    {
        threads = Math.Min(threads, count);
        if (threads <= 1)
        {
            for (int piece = 0; piece < count; piece++)
                body(piece, 0);
            return;
        }
        lock (_lock)
        {
            _body = body;
            _count = count;
            _next = 0;
            _unfinished = count;
            _workers = 0;
            _maxWorkers = threads;
            _run++;
            _failure = null;
            _done.Reset();
        }
        for (int t = 1; t < threads; t++)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        Work();
        _done.Wait();
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>A thread of the pool joins; it may come too late for the run that called it, and then helps the next or finds nothing to do.</summary>
    void IThreadPoolWorkItem.Execute() => Work();

    private void Work()
    {
        int worker = -1, run = -1;
        while (true)
        {
            int piece;
            Action<int, int> body;
            lock (_lock)
            {
                if (_next >= _count)
                    return;
                if (run != _run)
                {
                    if (_workers >= _maxWorkers)
                        return;
                    worker = _workers++;
                    run = _run;
                }
                piece = _next++;
                body = _body!;
            }
            try
            {
                body(piece, worker);
            }
            catch (Exception failure)
            {
                lock (_lock)
                    _failure ??= failure;
            }
            lock (_lock)
            {
                if (--_unfinished == 0)
                    _done.Set();
            }
        }
    }
}
