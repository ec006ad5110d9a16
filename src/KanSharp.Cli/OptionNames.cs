using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli;

/// <summary>The names that a user writes and reads for values of the library's enumerations.</summary>
internal static class OptionNames
{
    public static string Of(RangePolicy policy) => policy.ToString().ToLowerInvariant();

    public static string Of(BaseFunction function) => function.ToString().ToLowerInvariant();

    /// <summary>The name of a multilayer perceptron among the kinds of networks.</summary>
    public const string Perceptron = "mlp";

    public static string NetworkOf(KanModel model) => model.HasSplines ? "kan" : Perceptron;

    public static RangePolicy RangePolicy(string name) => Enum.Parse<RangePolicy>(name, ignoreCase: true);

    public static string Of(Precision precision) => precision.ToString().ToLowerInvariant();

    public static Precision Precision(string name) => Enum.Parse<Precision>(name, ignoreCase: true);

    public static Optimizer Optimizer(string name) => name switch
    {
        "lm" => Training.Optimizer.LevenbergMarquardt,
        "adam" => Training.Optimizer.Adam,
        _ => Training.Optimizer.Lbfgs,
    };

    public static string Of(StopReason reason) => reason switch
    {
        StopReason.MaxSteps => "max_steps",
        StopReason.Converged => "converged",
        StopReason.TargetReached => "target_reached",
        StopReason.EarlyStopping => "early_stopping",
        StopReason.MaxEvaluations => "max_evaluations",
        StopReason.Cancelled => "cancelled",
        _ => "not_finite",
    };
}
