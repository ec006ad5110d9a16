namespace KanSharp.Training;

/// <summary>
/// A loss of one's own for one row; training lowers its mean. It must have a finite value and derivative wherever the model may go. Called from several threads.
/// </summary>
/// <param name="outputs">The model's outputs for the row, in the user's units; a classifier's scores before the softmax.</param>
/// <param name="targets">The row's targets, as the dataset has them.</param>
/// <param name="derivative">Zero when called; to be filled with the derivative of the loss by each output.</param>
/// <returns>The loss.</returns>
public delegate double RowLoss(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, Span<double> derivative);
