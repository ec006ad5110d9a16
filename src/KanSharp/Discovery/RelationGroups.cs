namespace KanSharp.Discovery;

/// <summary>From what each column depends on to groups.</summary>
internal static class RelationGroups
{
    /// <summary>
    /// The groups of the table, each in ascending order. Equal ones are one, and a group within a larger one goes, except where the larger one is but the view of a single
    /// column that is in several relations.
    /// </summary>
    /// <param name="groups">For each column, itself and what it depends on.</param>
    /// <param name="depend">Whether two columns depend on each other by themselves.</param>
    public static int[][] Merge(int[][] groups, Func<int, int, bool> depend)
    {
        HashSet<int>[] all = [.. groups.Select(group => group.ToHashSet())];
        int[] several = [.. Enumerable.Range(0, all.Length).Where(column => IsInSeveral(all, column, depend))];
        List<HashSet<int>> distinct = [];
        foreach (HashSet<int> group in all.Where((group, column) => group.Count > 1 && !several.Contains(column)))
        {
            if (!distinct.Any(group.SetEquals))
                distinct.Add(group);
        }
        return [.. distinct.Where(group => !distinct.Any(group.IsProperSubsetOf)).Select(group => group.Order().ToArray())];
    }

    /// <summary>
    /// Whether a column's group is made of smaller ones that hold together without it: their other columns depend on nothing outside, but through this column on those of the
    /// other small groups. Where they do not, the column is a function of them together, of which each sees too little of the others.
    /// </summary>
    private static bool IsInSeveral(HashSet<int>[] all, int column, Func<int, int, bool> depend)
    {
        HashSet<int> group = all[column];
        List<HashSet<int>> parts = [];
        foreach (HashSet<int> part in all.Where(part => part.IsProperSubsetOf(group) && part.Contains(column) && part.All(member => member == column || all[member].IsSubsetOf(part))))
        {
            if (!parts.Any(part.SetEquals))
                parts.Add(part);
        }
        return parts.Count > 1 && parts.SelectMany(part => part).ToHashSet().SetEquals(group)
            && parts.All(first => parts.All(second => first == second || first.Any(i => i != column && second.Any(k => k != column && (i == k || depend(i, k))))));
    }
}
