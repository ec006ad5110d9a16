using KanSharp.Datasets;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Training;

namespace KanSharp.Samples;

/// <summary>
/// Product nodes: a network of sums approximates x1*x2, one with products is it. Prints
/// <code>
/// pruned from 2,[5,2],1 to 2,[0,1],1
/// formula x1*x2
/// </code>
/// </summary>
public static class Products
{
    /// <summary>Trains with a penalty, prunes, and reads the formula.</summary>
    public static void Run(TextWriter output)
    {
        Dataset data = SampleBox.Cube(2).Sample(1000, seed: 1, (x1, x2) => x1 * x2);
        KanModel model = KanModel.Create(KanSpec.Parse("2,[5,2],1") with { BaseFunction = BaseFunction.Identity }, seed: 1);  // five sums, two products
        model = Trainer.Fit(model, data, new TrainingOptions { Steps = 20 }).Model;
        var sparse = new TrainingOptions { Steps = 20, Regularization = new Regularization { Lambda = 0.01, LambdaCoefficients = 1 } };
        KanModel small = Trainer.Fit(model, data, sparse).Model.Prune(data.Inputs).Model;
        output.WriteLine($"pruned from {model.Shape} to {small.Shape}");

        small = SymbolicSearch.Run(small, data, new SymbolicSearchOptions { Library = SymbolicLibrary.Default.Select(["x"]) })[0].Model;
        Expression formula = ConstantRecognition.Recognise(
            small.ToFormulas()[0], f => FormulaFit.Rmse(f, ["x1", "x2"], data.Inputs, data.Targets.Column(0)), errorFloor: 1e-12);
        output.WriteLine($"formula {formula}");
    }
}
