namespace KanSharp.Model;

/// <summary>What a model remembers of its last training.</summary>
/// <param name="TrainRmse">Root mean square error on the training rows, in the user's units; null where it is no finite number or the model was changed since.</param>
/// <param name="Steps">Outer steps made.</param>
/// <param name="StopReason">Why it ended, such as `max_steps` or `converged`.</param>
public sealed record FitRecord(double? TrainRmse, int Steps, string StopReason);
