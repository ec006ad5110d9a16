namespace KanSharp.Plotting.Drawing;

/// <summary>
/// Colours for light and dark. Blue and vermilion are told apart with every kind of colour vision (Okabe and Ito, "Color universal design",
/// 2008); every tone for text has a contrast of 4.5 : 1 or more against its paper.
/// </summary>
internal static class Palette
{
    public static string Light(Tone tone) => tone switch
    {
        Tone.Paper => "#ffffff",
        Tone.Ink => "#1b1f24",
        Tone.Muted => "#5c6570",
        Tone.Faint => "#e3e6ea",
        Tone.Symbolic => "#c2410c",
        Tone.Data => "#0868ac",
        _ => throw new ArgumentOutOfRangeException(nameof(tone)),
    };

    public static string Dark(Tone tone) => tone switch
    {
        Tone.Paper => "#12161b",
        Tone.Ink => "#e8ecf1",
        Tone.Muted => "#9aa5b1",
        Tone.Faint => "#2b323a",
        Tone.Symbolic => "#ff9a5c",
        Tone.Data => "#62b6f2",
        _ => throw new ArgumentOutOfRangeException(nameof(tone)),
    };
}
