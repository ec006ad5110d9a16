using System.Collections.Immutable;

namespace KanSharp.Training.Objectives;

/// <summary>Where mini-batches stand.</summary>
/// <param name="Generator">State of the generator that draws the orders.</param>
/// <param name="Order">The order of the rows in this epoch; empty before the first.</param>
/// <param name="Next">Where in it the next batch begins.</param>
internal sealed record BatchPosition(ImmutableArray<ulong> Generator, ImmutableArray<int> Order, int Next);
