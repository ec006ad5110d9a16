using System.Diagnostics;
using System.Text;
using KanSharp.Cli;

using var cancellation = new CancellationTokenSource();
long firstPress = 0;
Console.CancelKeyPress += (_, press) =>
{
    // The second press is left to the system, which ends the process. A launcher that passes the signal on sends one press twice.
    if (cancellation.IsCancellationRequested)
    {
        press.Cancel = Stopwatch.GetElapsedTime(firstPress) < TimeSpan.FromSeconds(0.5);
        return;
    }
    firstPress = Stopwatch.GetTimestamp();
    press.Cancel = true;
    Console.Error.WriteLine("\nStopping with the best so far; press Ctrl-C again to quit at once.");
    cancellation.Cancel();
};
bool onTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
return KanApp.Run(args, new Session(output, Console.Error, onTerminal, cancellation.Token));
