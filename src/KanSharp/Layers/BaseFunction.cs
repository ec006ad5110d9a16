namespace KanSharp.Layers;

/// <summary>The fixed function b(x) that every edge adds to its spline (the residual function of the KAN paper, arXiv 2404.19756, section 2.2).</summary>
public enum BaseFunction
{
    /// <summary>x / (1 + exp(-x)). The default.</summary>
    Silu,

    /// <summary>x.</summary>
    Identity,

    /// <summary>0: the edge is its spline alone.</summary>
    Zero,
}
