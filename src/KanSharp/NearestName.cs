namespace KanSharp;

/// <summary>Finds the name a user probably meant: the candidate with the fewest typing slips (optimal string alignment distance).</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate nearest to <paramref name="name"/>, upper and lower case counting as equal; null when none is near enough
    /// to be what was meant (more slips than a third of the name, and more than two).
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string? nearest = null;
        int best = Math.Min(Math.Max(2, name.Length / 3), name.Length - 1) + 1;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) >= best)
                continue;
            int distance = Distance(name, candidate);
            if (distance < best)
                (nearest, best) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>" Did you mean 'x'?" to append to a message, or the empty text when no candidate is near.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>Number of insertions, deletions, substitutions and swaps of neighbours that turn one name into the other, ignoring case.</summary>
    public static int Distance(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        first = first.ToLowerInvariant();
        second = second.ToLowerInvariant();
        int[,] distance = new int[first.Length + 1, second.Length + 1];
        for (int i = 0; i <= first.Length; i++)
            distance[i, 0] = i;
        for (int j = 0; j <= second.Length; j++)
            distance[0, j] = j;
        for (int i = 1; i <= first.Length; i++)
        {
            for (int j = 1; j <= second.Length; j++)
            {
                int substitution = distance[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                int best = Math.Min(substitution, Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    best = Math.Min(best, distance[i - 2, j - 2] + 1);
                distance[i, j] = best;
            }
        }
        return distance[first.Length, second.Length];
    }
}
