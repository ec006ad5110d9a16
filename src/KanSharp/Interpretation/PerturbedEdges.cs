namespace KanSharp.Interpretation;

/// <summary>Which edges <see cref="Growth.Perturb"/> changes.</summary>
public enum PerturbedEdges
{
    /// <summary>
    /// The outputs stay as they are: edges into nodes without influence on any output get noise, all others that are off are switched on with the
    /// value zero, so that training can use them; active edges with influence stay as they are (in the spirit of pykan's non-intrusive mode).
    /// </summary>
    NonIntrusive,

    /// <summary>Edges that are active (pykan's minimal mode).</summary>
    Active,

    /// <summary>All edges; those that are off are switched on.</summary>
    All,
}
