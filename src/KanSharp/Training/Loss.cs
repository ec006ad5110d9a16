namespace KanSharp.Training;

/// <summary>What training lowers.</summary>
public enum Loss
{
    /// <summary>Mean over rows and outputs of the squared error, in the network's units.</summary>
    MeanSquaredError,

    /// <summary>Mean over rows of minus the logarithm of the probability given to the right class (softmax over the outputs).</summary>
    CrossEntropy,

    /// <summary>
    /// Huber's loss, for data with outliers: the square of errors up to a scale δ, and beyond it a straight line of the same slope, 2δ|e| - δ². δ is 1.345 times the
    /// robust standard deviation of the errors (1.4826 times the median of their size), taken anew as training goes on and never raised.
    /// </summary>
    Huber,
}
