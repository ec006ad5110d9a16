namespace KanSharp.Formulas;

/// <summary>The functions of one argument that a formula may call.</summary>
public enum ElementaryFunction
{
    /// <summary>Square root; NaN below zero.</summary>
    Sqrt,

    /// <summary>Exponential function.</summary>
    Exp,

    /// <summary>Natural logarithm; NaN below zero.</summary>
    Log,

    /// <summary>Absolute value.</summary>
    Abs,

    /// <summary>Sign: -1, 0 or 1.</summary>
    Sgn,

    /// <summary>Sine of an angle in radians.</summary>
    Sin,

    /// <summary>Cosine of an angle in radians.</summary>
    Cos,

    /// <summary>Tangent of an angle in radians.</summary>
    Tan,

    /// <summary>Inverse sine; NaN outside [-1, 1].</summary>
    Arcsin,

    /// <summary>Inverse cosine; NaN outside [-1, 1].</summary>
    Arccos,

    /// <summary>Inverse tangent.</summary>
    Arctan,

    /// <summary>Hyperbolic sine.</summary>
    Sinh,

    /// <summary>Hyperbolic cosine.</summary>
    Cosh,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Inverse hyperbolic sine.</summary>
    Arcsinh,

    /// <summary>Inverse hyperbolic cosine; NaN below 1.</summary>
    Arccosh,

    /// <summary>Inverse hyperbolic tangent; NaN outside [-1, 1].</summary>
    Arctanh,
}
