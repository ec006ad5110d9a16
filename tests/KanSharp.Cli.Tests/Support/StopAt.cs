using System.Text;

namespace KanSharp.Cli.Tests.Support;

/// <summary>Presses Ctrl-C as soon as a line with the given text appears.</summary>
internal sealed class StopAt(string text, CancellationTokenSource cancellation) : StringWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value!.Contains(text))
            cancellation.Cancel();
    }
}
