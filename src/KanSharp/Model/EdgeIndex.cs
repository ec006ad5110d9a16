namespace KanSharp.Model;

/// <summary>Names one edge: its layer, the node it starts from, the subnode it ends in; all from 0.</summary>
public readonly record struct EdgeIndex(int Layer, int Input, int Output)
{
    /// <summary>`0,1,2`, as the command line writes it.</summary>
    public override string ToString() => $"{Layer},{Input},{Output}";
}
