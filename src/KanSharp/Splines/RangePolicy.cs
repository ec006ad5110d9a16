namespace KanSharp.Splines;

/// <summary>What a spline does with an input outside its grid's range.</summary>
public enum RangePolicy
{
    /// <summary>It goes on along its tangent at the end of the range (C1). The default.</summary>
    Linear,

    /// <summary>It keeps its value at the end of the range.</summary>
    Clamp,

    /// <summary>It follows its own extension knots down to zero and stays there: what pykan does.</summary>
    Zero,

    /// <summary>A prediction for a row with an input outside the range is refused; hidden layers go on as with <see cref="Linear"/>.</summary>
    Error,
}
