namespace KanSharp.Training;

/// <summary>What training lowers.</summary>
public enum Loss
{
    /// <summary>Mean over rows and outputs of the squared error, in the network's units.</summary>
    MeanSquaredError,

    /// <summary>Mean over rows of minus the logarithm of the probability given to the right class (softmax over the outputs).</summary>
    CrossEntropy,
}
