using System.Collections.Immutable;
using System.Numerics;

namespace KanSharp.Interpretation.Structure;

/// <summary>
/// Finds the tree of a function. Call a set of inputs a combination if the function depends on it through one function of it. Two inputs i, j belong to no
/// combination without b if f_i / f_j depends on b; taking in all such b, again and again, gives the smallest combination with i and j. Overlapping ones are joined
/// (their union is a combination, as are their parts: Gorman 1968, theorem 1), and what is left are the nodes of the tree.
/// </summary>
internal sealed class TreeSearch
{
    private readonly FunctionStructure _structure;
    private readonly double _symmetryThreshold;
    private readonly double _separabilityThreshold;
    private readonly int[] _used;
    private readonly BigInteger[,] _needs;
    private double _lowest;
    private double _highest = double.PositiveInfinity;

    public TreeSearch(FunctionStructure structure, StructureCriteria criteria, double symmetryThreshold, double separabilityThreshold)
    {
        (_structure, _symmetryThreshold, _separabilityThreshold) = (structure, symmetryThreshold, separabilityThreshold);
        int inputs = structure.Names.Length;
        _used = [.. Enumerable.Range(0, inputs).Where(i => Exceeds(criteria.Influence(i)))];
        _needs = new BigInteger[inputs, inputs];
        foreach ((int i, int j) in Pairs())
        {
            foreach (int b in _used)
            {
                if (b != i && b != j && Exceeds(criteria.Turning([i, j], b)))
                    _needs[i, j] |= BigInteger.One << b;
            }
            _needs[j, i] = _needs[i, j];
        }
    }

    public FunctionTree Run() => new(_structure.Names, Root(), _lowest, _highest);

    private bool Exceeds(double deviation)
    {
        bool exceeds = deviation > _symmetryThreshold;
        if (exceeds)
            _highest = Math.Min(_highest, deviation);
        else
            _lowest = Math.Max(_lowest, deviation);
        return exceeds;
    }

    private IEnumerable<(int I, int J)> Pairs() => from i in _used from j in _used where i < j select (i, j);

    private FunctionTreeNode Root()
    {
        if (_used.Length == 0)
            return new FunctionTreeNode(FunctionTreeNodeKind.Joint, [], []);
        BigInteger all = _used.Aggregate(BigInteger.Zero, (set, i) => set | BigInteger.One << i);
        HashSet<BigInteger> nodes = [.. Pairs().Select(pair => Closure(pair.I, pair.J, all))];
        nodes = [.. JoinOverlapping([.. nodes]), all, .. _used.Select(i => BigInteger.One << i)];
        // Smaller ones first, so that the children of a node are made before it.
        var open = new List<(BigInteger Set, FunctionTreeNode Node)>();
        foreach (BigInteger set in nodes.OrderBy(set => BigInteger.PopCount(set)).ThenBy(set => set))
        {
            FunctionTreeNode[] children = [.. open.Where(child => (child.Set & set) == child.Set).Select(child => child.Node).OrderBy(child => child.Inputs[0])];
            open.RemoveAll(child => (child.Set & set) == child.Set);
            open.Add((set, children.Length == 0
                ? new FunctionTreeNode(FunctionTreeNodeKind.Input, [_used.First(i => (set >> i & 1) == 1)], [])
                : new FunctionTreeNode(Kind(children, set == all), [.. children.SelectMany(child => child.Inputs).Order()], [.. children])));
        }
        return open[0].Node;
    }

    /// <summary>The smallest combination that holds two inputs.</summary>
    private BigInteger Closure(int i, int j, BigInteger all)
    {
        List<int> members = [i];
        BigInteger set = BigInteger.One << i;
        var open = new Queue<int>([j]);
        while (open.TryDequeue(out int next) && set != all)
        {
            if ((set >> next & 1) == 1)
                continue;
            BigInteger needed = members.Aggregate(BigInteger.Zero, (sum, member) => sum | _needs[member, next]);
            members.Add(next);
            set |= BigInteger.One << next;
            foreach (int b in _used)
            {
                if ((needed >> b & 1) == 1 && (set >> b & 1) == 0)
                    open.Enqueue(b);
            }
        }
        return set;
    }

    /// <summary>One set, the union, for every class of sets that overlap one another, directly or by way of others.</summary>
    private static IEnumerable<BigInteger> JoinOverlapping(BigInteger[] sets)
    {
        var classes = new DisjointSets(sets.Length);
        for (int a = 0; a < sets.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                BigInteger common = sets[a] & sets[b];
                if (!common.IsZero && common != sets[a] && common != sets[b])
                    classes.Join(a, b);
            }
        }
        return classes.ToGroups().Select(members => members.Aggregate(BigInteger.Zero, (union, member) => union | sets[member]));
    }

    private FunctionTreeNodeKind Kind(FunctionTreeNode[] children, bool isRoot)
    {
        int[][] groups = [.. children.Select(child => child.Inputs.ToArray())];
        // What the function hardly depends on is of no consequence for the sum, and stands in a group of its own.
        if (isRoot && _structure.TestSum(groups, _separabilityThreshold).Holds)
            return FunctionTreeNodeKind.Sum;
        if (isRoot && _structure.TestProduct(groups, _separabilityThreshold).Holds)
            return FunctionTreeNodeKind.Product;
        return _structure.TestTransformedSum(groups, _separabilityThreshold).Holds ? FunctionTreeNodeKind.TransformedSum : FunctionTreeNodeKind.Joint;
    }
}
