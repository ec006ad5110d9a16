using KanSharp.Model;

namespace KanSharp.Plotting.Diagrams;

/// <summary>An edge that is drawn, and its score if there is one.</summary>
internal sealed record DiagramEdge(EdgeIndex Index, double? Score);

/// <summary>Where an edge's frame stands: the middle of its lower side, and its size.</summary>
internal sealed record PlacedEdge(DiagramEdge Edge, double X, double Bottom, double Width, double Height);
