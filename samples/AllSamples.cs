namespace KanSharp.Samples;

/// <summary>The samples by name; each writes what the comment at its head says.</summary>
public static class AllSamples
{
    public static IReadOnlyDictionary<string, Action<TextWriter>> ByName { get; } = new SortedDictionary<string, Action<TextWriter>>(StringComparer.OrdinalIgnoreCase)
    {
        ["Bessel"] = output => Bessel.Run(1, output),
        ["BlackHole"] = output => BlackHole.Run(1, output),
        ["Compiler"] = Compiler.Run,
        ["ConservedQuantities"] = output =>
        {
            ConservedQuantities.Oscillator(1, output);
            ConservedQuantities.TwoOscillators(1, output);
        },
        ["Film"] = Film.Run,
        ["Hello"] = output => Hello.Run(Path.Combine(AppContext.BaseDirectory, "hello.csv"), output),
        ["Inputs"] = Inputs.Run,
        ["Lagrangian"] = output => Lagrangian.Run(1, output),
        ["Moons"] = Moons.Run,
        ["Outliers"] = Outliers.Run,
        ["Poisson"] = output => Poisson.Run(output),
        ["Products"] = Products.Run,
        ["Stress"] = Stress.Run,
        ["Structure"] = Structure.Run,
        ["Unsupervised"] = Unsupervised.Run,
        ["Versions"] = Versions.Run,
    };
}
