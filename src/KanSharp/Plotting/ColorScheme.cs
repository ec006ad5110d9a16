namespace KanSharp.Plotting;

/// <summary>The colours a drawing is written in.</summary>
public enum ColorScheme
{
    /// <summary>Light, and dark where the viewer asks for it (CSS <c>prefers-color-scheme</c>). The default.</summary>
    Adaptive,

    /// <summary>Dark on white everywhere, for print.</summary>
    Light,

    /// <summary>Light on near-black everywhere.</summary>
    Dark,
}
