namespace KanSharp.Training;

/// <summary>When training hands out its state, so that it can be resumed later.</summary>
/// <param name="Save">Takes the state, on the calling thread; an exception from it ends training.</param>
/// <param name="Every">A state after every so many steps, counted from the beginning of training; and one where it ends.</param>
public sealed record CheckpointSchedule(Action<TrainingCheckpoint> Save, int Every = 10)
{
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Save);
        if (Every < 1)
            throw new KanSharpException($"A checkpoint every {Every} steps is not possible; use 1 or more (10 is usual).");
    }
}
