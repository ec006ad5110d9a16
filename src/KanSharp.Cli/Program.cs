using System.Text;
using KanSharp.Cli;

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The second press is left to the system, which ends the process.
    if (cancellation.IsCancellationRequested)
        return;
    press.Cancel = true;
    Console.Error.WriteLine("\nStopping with the best so far; press Ctrl-C again to quit at once.");
    cancellation.Cancel();
};
bool onTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
return KanApp.Run(args, new Session(output, Console.Error, onTerminal, cancellation.Token));
