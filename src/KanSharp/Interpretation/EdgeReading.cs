using System.Collections.Immutable;
using KanSharp.Model;

namespace KanSharp.Interpretation;

/// <summary>The curve of one edge, numeric and symbolic part together, in the network's units.</summary>
/// <param name="Edge">Which edge.</param>
/// <param name="X">Where the curve was read, ascending.</param>
/// <param name="Y">Its values there.</param>
/// <param name="Range">Lower and upper end of what the edge reads: of the samples if there were any, else of its grid.</param>
public sealed record EdgeReading(EdgeIndex Edge, ImmutableArray<double> X, ImmutableArray<double> Y, (double Lower, double Upper) Range);
