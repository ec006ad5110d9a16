using KanSharp.Samples;

// ./build.sh sample NAME
if (args.Length != 1 || !AllSamples.ByName.TryGetValue(args[0], out Action<TextWriter>? sample))
{
    Console.Error.WriteLine($"Give the name of one sample: {string.Join(", ", AllSamples.ByName.Keys)}.");
    return 2;
}
sample(Console.Out);
return 0;
