namespace KanSharp.Plotting.Drawing;

/// <summary>What a colour is for; <see cref="Palette"/> says what it looks like.</summary>
internal enum Tone
{
    /// <summary>The background.</summary>
    Paper,

    /// <summary>Text, curves, connections.</summary>
    Ink,

    /// <summary>Secondary text, axes.</summary>
    Muted,

    /// <summary>Grid lines.</summary>
    Faint,

    /// <summary>What is known in closed form: symbolic edges, recommended points. Weights below zero.</summary>
    Symbolic,

    /// <summary>Samples and measurements. Weights above zero.</summary>
    Data,
}
