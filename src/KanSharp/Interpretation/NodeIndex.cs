namespace KanSharp.Interpretation;

/// <summary>Names one node: its level (0 are the inputs) and its place there, both from 0.</summary>
public readonly record struct NodeIndex(int Level, int Node)
{
    /// <summary>`1,3`: node 3 of level 1.</summary>
    public override string ToString() => $"{Level},{Node}";
}
