using System.Collections.Immutable;
using KanSharp.Numerics;
using MathNet.Numerics.Distributions;

namespace KanSharp.Discovery;

/// <summary>How <see cref="RelationSearch"/> searches.</summary>
public sealed record RelationOptions
{
    /// <summary>Seed of the parts that rows are dealt out to, and of the choice among more rows than <see cref="MaxRows"/>. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Of more rows, so many are drawn. Default 5000.</summary>
    public int MaxRows { get; init; } = 5000;

    /// <summary>Columns in a group at most. Default 8.</summary>
    public int MaxColumns { get; init; } = 8;

    /// <summary>Groups with a lower score are left out, however sure they are. Default 0.01.</summary>
    public double MinScore { get; init; } = 0.01;

    /// <summary>Threads to use at most; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>How far a search for relations is.</summary>
/// <param name="Done">Columns done.</param>
/// <param name="Columns">Columns that will be.</param>
public readonly record struct RelationProgress(int Done, int Columns);

/// <summary>
/// Which groups of columns depend on each other, without a target. For each column a curve is sought, and with it curves of as few other columns as will do, so that the sum
/// of these equals that on rows they were not fitted to: what a network finds that tells rows from shuffled ones by a bell of a sum of one function of each column, but
/// from one least-squares problem instead of many random starts. Columns join one by one while the error on rows left out falls by more than chance would have it. What cannot be written as
/// a sum of curves on some scale, such as a parity, is not found. Rows are taken to be independent of each other: two series that drift in time look related.
/// </summary>
public static class RelationSearch
{
    /// <summary>With fewer rows nothing can be told.</summary>
    public const int MinimumRows = 20;

    /// <summary>More columns leave too few curves for each.</summary>
    public const int MaximumColumns = 300;

    /// <summary>Basis functions of all columns together at most: memory and time grow with the square.</summary>
    private const int MostFunctions = 1500;

    /// <summary>How likely a relation is found by chance among columns that are independent.</summary>
    private const double FalseAlarm = 0.01;

    /// <summary>A column joins only if the unexplained share falls to this part.</summary>
    private const double LeastGain = 0.98;

    /// <summary>A column follows from others that explain this share of it, if its curve goes from one end to the other without turning, but for a tenth of its way.</summary>
    private const double FunctionScore = 0.9;

    private const double MonotonicShare = 0.9;

    /// <summary>Searches a matrix with one row per sample, whose columns are all of numbers and called x1, x2, ...</summary>
    public static RelationResult Run(Matrix data, RelationOptions? options = null, IProgress<RelationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Run(data, [.. Enumerable.Range(0, data.Columns).Select(j => new RelationColumn($"x{j + 1}", j))], options, progress, cancellation);
    }

    /// <summary>Searches the columns of a table.</summary>
    /// <param name="data">One row per sample.</param>
    /// <param name="columns">Which columns of the matrix belong together.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="progress">Told after each column, on the thread that did it.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="KanDataException">There are too few rows, fewer than two columns or too many, or a value is not finite.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled; before all columns are done there are no groups.</exception>
    public static RelationResult Run(Matrix data, ImmutableArray<RelationColumn> columns, RelationOptions? options = null, IProgress<RelationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new RelationOptions();
        Check(data, columns, options);
        if (data.Rows > options.MaxRows)
            data = data.SelectRows([.. new SeededRandom(options.Seed).NextPermutation(data.Rows).Take(options.MaxRows).Order()]);
        RelationBasis[] all = [.. columns.Select(column => RelationBasis.Create(data, column, MostFunctions / columns.Length))];
        int[] varying = [.. Enumerable.Range(0, all.Length).Where(j => all[j].Functions.Length > 0)];
        double needed = -Normal.InvCDF(0, 1, FalseAlarm / (2 * Math.Max(1, varying.Length * (varying.Length - 1)))); // 2: of a median of splits
        var result = new RelationResult
        {
            Names = [.. columns.Select(column => column.Name)],
            Relations = [],
            Constant = [.. Enumerable.Range(0, all.Length).Except(varying)],
            Strongest = null,
            NeededSignificance = needed,
            Rows = data.Rows,
        };
        if (varying.Length < 2)
            return result;

        RelationBasis[] bases = [.. varying.Select(j => all[j])];
        var fits = new RelationFits(bases, options.Seed, options.Threads);
        var found = new (int[] Group, RelationCandidate Strongest)[varying.Length];
        int done = 0;
        Parallel.For(0, varying.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, column =>
        {
            found[column] = GroupOf(fits, column, varying.Length, needed, options, cancellation);
            progress?.Report(new RelationProgress(Interlocked.Increment(ref done), varying.Length));
        });
        RelationCandidate strongest = found.Select(item => item.Strongest).MaxBy(candidate => candidate.Significance);
        return result with
        {
            Relations = [.. RelationGroups.Merge([.. found.Select(item => item.Group)], (first, second) => fits.Significance(first, [], second) >= needed).Select(group => Relate(fits, bases, group, varying))
                .Where(relation => relation.Score >= options.MinScore).OrderByDescending(relation => Math.Round(relation.Score, 6))],
            Strongest = strongest with { First = varying[strongest.First], Second = varying[strongest.Second] },
        };
    }

    private static void Check(Matrix data, ImmutableArray<RelationColumn> columns, RelationOptions options)
    {
        if (columns.IsDefault || columns.Length < 2)
            throw new KanDataException($"There is {(columns.IsDefaultOrEmpty ? "no column" : $"one column, {columns[0].Name}")}; a relation needs two or more.");
        if (columns.Length > MaximumColumns)
            throw new KanDataException($"There are {columns.Length} columns; relations are looked for among at most {MaximumColumns}. Leave out the others.");
        foreach (RelationColumn column in columns)
        {
            if (column.Count < 1 || column.First < 0 || column.First > data.Columns - column.Count)
                throw new KanSharpException($"Column {column.Name} is made of {column.Count} columns from {column.First} on; the matrix has columns 0 to {data.Columns - 1}.");
        }
        if (data.Rows < MinimumRows)
            throw new KanDataException($"There are {data.Rows} rows; to tell a relation from chance takes at least {MinimumRows}, and a few hundred to find weak ones.");
        int bad = data.Values.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        if (bad >= 0)
            throw new KanDataException($"Row {bad % data.Rows + 1} of column {bad / data.Rows + 1} is {data.Values[bad]}; relations need finite numbers.");
        if (options.MaxRows < MinimumRows || options.MaxColumns < 2 || options.Threads < 1 || !(options.MinScore is >= 0 and <= 1))
            throw new KanSharpException($"A search for relations needs at least {MinimumRows} rows, groups of 2 columns, 1 thread, and a least score from 0 to 1.");
    }

    /// <summary>The columns that a column depends on, itself first; alone if it depends on none.</summary>
    private static (int[] Group, RelationCandidate Strongest) GroupOf(RelationFits fits, int column, int count, double needed, RelationOptions options, CancellationToken cancellation)
    {
        List<int> group = [column];
        RelationCandidate? strongest = null;
        double score = 0;
        while (group.Count < Math.Min(options.MaxColumns, count))
        {
            int[] others = [.. group.Skip(1)];
            (int best, double bestScore) = (-1, double.NegativeInfinity);
            for (int other = 0; other < count; other++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!group.Contains(other) && fits.Score(column, [.. others, other]) is var tried && tried > bestScore)
                    (best, bestScore) = (other, tried);
            }
            double significance = fits.Significance(column, others, best);
            strongest ??= new RelationCandidate(column, best, bestScore, significance);
            if (significance < needed || (others.Length == 0 ? bestScore < options.MinScore : 1 - bestScore > LeastGain * (1 - score)))
                break;
            group.Add(best);
            score = bestScore;
        }
        return ([.. group], strongest!.Value);
    }

    private static Relation Relate(RelationFits fits, RelationBasis[] bases, int[] group, int[] varying)
    {
        double[] scores = [.. group.Select(column => Math.Clamp(fits.Score(column, [.. group.Where(other => other != column)]), 0, 1))];
        int? function = null;
        for (int i = 0; i < group.Length; i++)
        {
            if (scores[i] >= FunctionScore && (function is not int best || scores[i] > scores[best]) && bases[group[i]].IsNumber
                && IsMonotonic(bases[group[i]].Ranks, fits.CurveOf(group[i], [.. group.Where(other => other != group[i])], bases[group[i]].Ranks)))
                function = i;
        }
        return new Relation([.. group.Select((column, i) => new RelatedColumn(varying[column], scores[i]))], function is int at ? varying[group[at]] : null);
    }

    private static bool IsMonotonic(double[] ranks, double[] curve)
    {
        double[] ordered = (double[])curve.Clone();
        Array.Sort((double[])ranks.Clone(), ordered);
        double way = 0;
        for (int row = 1; row < ordered.Length; row++)
            way += Math.Abs(ordered[row] - ordered[row - 1]);
        return Math.Abs(ordered[^1] - ordered[0]) >= MonotonicShare * way;
    }
}
