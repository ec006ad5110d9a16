namespace KanSharp.Interpretation;

/// <summary>Which edges of a node are meant.</summary>
public enum NodeEdges
{
    /// <summary>Those that end in it and those that start at it.</summary>
    All,

    /// <summary>Those that end in it (pykan's mode down).</summary>
    Incoming,

    /// <summary>Those that start at it (pykan's mode up).</summary>
    Outgoing,
}
