using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace KanSharp.Formulas;

/// <summary>
/// The functions that edges may be fixed to, by name. Immutable: <see cref="With"/> and <see cref="Select"/> return a new library.
/// </summary>
public sealed class SymbolicLibrary
{
    private readonly Dictionary<string, SymbolicFunction> _byName;
    private readonly Lazy<FunctionScope> _scope;

    private SymbolicLibrary(ImmutableArray<SymbolicFunction> functions, Dictionary<string, SymbolicFunction> byName)
    {
        Functions = functions;
        _byName = byName;
        _scope = new Lazy<FunctionScope>(() => new FunctionScope(functions));
    }

    /// <summary>
    /// <c>x x^2 x^3 x^4 x^5 1/x 1/x^2 1/x^3 1/x^4 1/x^5 sqrt x^1.5 1/sqrt exp log abs sin cos tan tanh sgn arcsin arccos arctan
    /// arctanh gaussian 0</c>, where gaussian is exp(-x²). Other spellings are understood: pykan's <c>x^0.5</c>, <c>1/x^0.5</c> and
    /// <c>1/sqrt(x)</c>, and <c>ln asin acos atan atanh sign square cube</c> and the like. <c>sinh cosh arcsinh arccosh</c> are known by
    /// name, but not among the <see cref="Functions"/> that searches try.
    /// </summary>
    public static SymbolicLibrary Default { get; } = CreateDefault();

    /// <summary>The functions, each once, in the order they were added.</summary>
    public ImmutableArray<SymbolicFunction> Functions { get; }

    /// <summary>The function with this name or alias.</summary>
    /// <exception cref="KanSharpException">There is none; the message names the nearest.</exception>
    public SymbolicFunction this[string name] => TryGet(name, out SymbolicFunction? function)
        ? function
        : throw new KanSharpException($"Unknown function '{name}'.{NearestName.Hint(name, [.. Names, .. _byName.Keys.Order(StringComparer.Ordinal)])} "
            + $"Known functions: {string.Join(", ", Names)}.");

    private IEnumerable<string> Names => Functions.Select(known => known.Name);

    /// <summary>Looks up a function by name or alias, ignoring spaces around it.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out SymbolicFunction? function)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name.Trim(), out function);
    }

    /// <summary>A library with <paramref name="function"/> as well; it replaces a function of the same name.</summary>
    /// <param name="function">The function to add.</param>
    /// <param name="aliases">Other names it goes by.</param>
    public SymbolicLibrary With(SymbolicFunction function, params ReadOnlySpan<string> aliases)
    {
        ArgumentNullException.ThrowIfNull(function);
        SymbolicFunction? replaced = Functions.FirstOrDefault(known => known.Name == function.Name);
        var byName = new Dictionary<string, SymbolicFunction>(_byName.Count + 1, StringComparer.Ordinal);
        foreach (var (name, known) in _byName)
            byName[name] = known == replaced ? function : known;
        byName[function.Name] = function;
        foreach (string alias in aliases)
            byName[alias] = function;
        return new SymbolicLibrary(replaced is null ? Functions.Add(function) : Functions.Replace(replaced, function), byName);
    }

    /// <summary>A library with only the named functions, in the given order; names and aliases are both understood.</summary>
    /// <exception cref="KanSharpException">A name is unknown.</exception>
    public SymbolicLibrary Select(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ImmutableArray<SymbolicFunction> functions = [.. names.Select(name => this[name]).Distinct()];
        return new SymbolicLibrary(functions, new Dictionary<string, SymbolicFunction>(_byName.Where(entry => functions.Contains(entry.Value)), StringComparer.Ordinal));
    }

    /// <summary>Whether these functions, sums and products are enough to write a formula.</summary>
    internal bool Covers(Expression formula) => this == Default || _scope.Value.Covers(formula);

    private static SymbolicLibrary CreateDefault()
    {
        var byName = new Dictionary<string, SymbolicFunction>(StringComparer.Ordinal);
        foreach (SymbolicFunction function in BuiltInFunctions.All.Concat(BuiltInFunctions.ByNameOnly))
            byName.Add(function.Name, function);
        foreach (var (name, aliases) in BuiltInFunctions.Aliases)
            foreach (string alias in aliases)
                byName.Add(alias, byName[name]);
        return new SymbolicLibrary([.. BuiltInFunctions.All], byName);
    }
}
