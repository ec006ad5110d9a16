using System.Collections.Immutable;

namespace KanSharp.Training.Optimizers;

/// <summary>What an optimiser remembers between steps, as named lists of numbers; empty before its first step.</summary>
internal sealed record OptimizerMemory(ImmutableArray<(string Name, double[] Values)> Parts)
{
    public bool IsEmpty => Parts.IsEmpty;

    /// <summary>The part with this name.</summary>
    /// <exception cref="KanSharpException">There is none, or it has another length.</exception>
    public double[] Part(string name, int length)
    {
        double[] values = Part(name);
        return values.Length == length ? values
            : throw new KanSharpException($"The optimiser's '{name}' has {values.Length} numbers, expected {length}.");
    }

    /// <summary>The part with this name, of any length.</summary>
    /// <exception cref="KanSharpException">There is none.</exception>
    public double[] Part(string name)
    {
        foreach ((string found, double[] values) in Parts)
        {
            if (found == name)
                return values;
        }
        throw new KanSharpException($"What the optimiser remembers has no '{name}'.");
    }
}
