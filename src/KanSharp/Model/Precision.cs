namespace KanSharp.Model;

/// <summary>
/// The numbers that a model is evaluated in and that its gradients are worked out in. Parameters are kept, saved and moved in double precision either way;
/// Levenberg-Marquardt, attribution and formulas always compute in double precision.
/// </summary>
public enum Precision
{
    /// <summary>64 bits, about 16 digits.</summary>
    Double,

    /// <summary>32 bits, about 7 digits.</summary>
    Single,
}
