namespace KanSharp.Interpretation.Structure;

/// <summary>Numbers 0 to n - 1 in groups that can be joined (union-find).</summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parent = [.. Enumerable.Range(0, count)];

    public void Join(int a, int b) => _parent[Root(a)] = Root(b);

    /// <summary>The groups, each ascending, in the order of their first member.</summary>
    public int[][] ToGroups() => [.. Enumerable.Range(0, _parent.Length).GroupBy(Root).Select(group => group.ToArray())];

    private int Root(int member)
    {
        while (_parent[member] != member)
            member = _parent[member] = _parent[_parent[member]];
        return member;
    }
}
