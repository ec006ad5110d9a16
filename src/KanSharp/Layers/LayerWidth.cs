using System.Collections.Immutable;
using System.Globalization;

namespace KanSharp.Layers;

/// <summary>
/// The nodes between two layers of edges: first the sum nodes, then the product nodes. A sum node has one subnode; a product node
/// multiplies a run of its own, as many subnodes as its arity. Edges end in subnodes and start at nodes.
/// </summary>
public readonly struct LayerWidth : IEquatable<LayerWidth>
{
    private readonly ImmutableArray<int> _arities;

    /// <summary>Sum nodes only.</summary>
    public LayerWidth(int sums) : this(sums, []) { }

    /// <summary>Sum nodes, then one product node for each arity.</summary>
    public LayerWidth(int sums, ImmutableArray<int> arities)
    {
        if (sums < 0 || sums + arities.Length < 1)
            throw new KanSharpException($"A layer of {sums} sum nodes and {arities.Length} product nodes is not possible; it needs at least one node.");
        foreach (int arity in arities)
        {
            if (arity < 1)
                throw new KanSharpException($"A product node of arity {arity} is not possible; it multiplies at least one subnode (2 is usual).");
        }
        Sums = sums;
        _arities = arities;
        Subnodes = sums + arities.Sum();
    }

    /// <summary>Number of sum nodes.</summary>
    public int Sums { get; }

    /// <summary>The arity of each product node.</summary>
    public ImmutableArray<int> Arities => _arities.IsDefault ? [] : _arities;

    /// <summary>Number of nodes, sums and products.</summary>
    public int Nodes => Sums + Arities.Length;

    /// <summary>Number of subnodes: one per sum node, arity per product node.</summary>
    public int Subnodes { get; }

    /// <summary>Index of the first subnode of a node.</summary>
    public int FirstSubnode(int node)
    {
        int first = Math.Min(node, Sums);
        for (int product = 0; product < node - Sums; product++)
            first += Arities[product];
        return first;
    }

    /// <summary>Number of subnodes of a node: 1 for a sum node, the arity for a product node.</summary>
    public int SubnodesOf(int node) => node < Sums ? 1 : Arities[node - Sums];

    /// <summary>The node that a subnode belongs to.</summary>
    public int NodeOf(int subnode)
    {
        int node = 0;
        while (FirstSubnode(node) + SubnodesOf(node) <= subnode)
            node++;
        return node;
    }

    /// <inheritdoc/>
    public bool Equals(LayerWidth other) => Sums == other.Sums && Arities.AsSpan().SequenceEqual(other.Arities.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LayerWidth other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sums, Subnodes, Arities.Length);

    /// <summary>Equality by value.</summary>
    public static bool operator ==(LayerWidth left, LayerWidth right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(LayerWidth left, LayerWidth right) => !left.Equals(right);

    /// <summary>`5`, `[5,2]` for two products of arity 2, `[5,2:3]` for arity 3, `[5,2:2/3]` for one of each.</summary>
    public override string ToString()
    {
        if (Arities.IsEmpty)
            return Sums.ToString(CultureInfo.InvariantCulture);
        int first = Arities[0];
        string arity = Arities.Any(a => a != first) ? ":" + string.Join('/', Arities) : first == 2 ? "" : $":{first}";
        return $"[{Sums},{Arities.Length}{arity}]";
    }
}
