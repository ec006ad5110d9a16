using KanSharp.Model;

namespace KanSharp.Plotting.Diagrams;

/// <summary>An edge that is drawn, its score if there is one, and its weight where it is a weight without a spline.</summary>
internal sealed record DiagramEdge(EdgeIndex Index, double? Score, double? Weight);

/// <summary>Where an edge's frame stands: the middle of its lower side, and its size; a weight's is the middle of its line.</summary>
internal sealed record PlacedEdge(DiagramEdge Edge, double X, double Bottom, double Width, double Height);
