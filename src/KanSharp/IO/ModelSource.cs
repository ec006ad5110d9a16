using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.IO.Interop;
using KanSharp.Model;

namespace KanSharp.IO;

/// <summary>
/// Writes a model as one source file that depends on nothing, with a function <c>predict</c> (<c>Predict</c> in C#) of its columns, in the user's
/// units. The file has several values where the model has several outputs; for a classifier <c>predict</c> gives the label and
/// <c>probabilities</c> one number per class. Inputs that are computed from columns (<see cref="ModelInfo.DerivedInputs"/>) are computed there too. Where a function is not defined the value is NaN or infinite, in Python an exception of <c>math</c>.
/// The same model gives the same text.
/// </summary>
public static class ModelSource
{
    /// <summary>
    /// The network as it is: its scaling, splines, functions, products and range policy. Outputs agree with <see cref="KanModel.Predict(KanSharp.Numerics.Matrix)"/> to rounding.
    /// The range policy to refuse a row is an exception in C# and Python and NaN in C.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="language">The language to write it in.</param>
    /// <param name="name">Name of the class in C#.</param>
    public static string Write(KanModel model, SourceLanguage language, string name = "Model")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        return NetworkSource.Write(model, Syntax(language, name));
    }

    /// <summary>The formulas of a symbolic model, one per output: see <see cref="ModelFormula.ToFormulas"/>. For a classifier they are its scores.</summary>
    /// <param name="model">The model, whose names and classes the file has.</param>
    /// <param name="formulas">One formula per output, over the names of the inputs.</param>
    /// <param name="language">The language to write them in.</param>
    /// <param name="name">Name of the class in C#.</param>
    public static string Write(KanModel model, IReadOnlyList<Expression> formulas, SourceLanguage language, string name = "Model")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(formulas);
        ArgumentNullException.ThrowIfNull(name);
        if (formulas.Count != model.OutputCount)
            throw new KanSharpException($"{formulas.Count} formulas were given for {model.OutputCount} outputs; one for each is expected.");
        foreach (string variable in formulas.SelectMany(formula => formula.Variables))
        {
            if (!model.Info.InputNames.Contains(variable))
                throw new KanSharpException($"A formula uses '{variable}', which is no input of the model; its inputs are {string.Join(", ", model.Info.InputNames)}.");
        }
        return NetworkSource.Write(model, formulas, Syntax(language, name));
    }

    private static SourceSyntax Syntax(SourceLanguage language, string name) => language switch
    {
        SourceLanguage.CSharp => new CSharpSource(name),
        SourceLanguage.Python => new PythonSource(),
        _ => new CSource(),
    };
}
