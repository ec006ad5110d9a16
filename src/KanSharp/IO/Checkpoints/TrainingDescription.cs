using System.Text.Json;
using System.Text.Json.Serialization;

namespace KanSharp.IO.Checkpoints;

/// <summary>What a checkpoint says in words about the training, as JSON. All members but the last are required and no others allowed.</summary>
internal sealed record TrainingDescription(
    OptionsDescription Options,
    long Evaluations,
    int BestStep,
    string? Ended,
    string DataSha256,
    ulong[]? Generator,
    int NextRow,
    double? HuberScale = null);

/// <summary>How a training goes; without the number of threads, on which nothing depends.</summary>
internal sealed record OptionsDescription(
    string Optimizer,
    int Steps,
    double? LearningRate,
    int? BatchSize,
    string Loss,
    PenaltyDescription Penalty,
    GridScheduleDescription GridSchedule,
    PartsDescription Parts,
    int? Patience,
    double? TargetLoss,
    long? MaxEvaluations,
    ulong Seed,
    double? SingularityThreshold,
    bool KeepBest);

/// <summary>The sparsity penalty.</summary>
internal sealed record PenaltyDescription(double Lambda, double L1, double Entropy, double Coefficients, double CoefficientDifferences, string Metric);

/// <summary>When grids move.</summary>
internal sealed record GridScheduleDescription(int Updates, int LastStep, double UniformShare, bool Guarded);

/// <summary>What may change.</summary>
internal sealed record PartsDescription(bool Splines, bool BaseScales, bool SplineScales, bool SymbolicConstants, bool NodeAffine, int[][] FrozenEdges);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TrainingDescription))]
internal sealed partial class TrainingDescriptionJson : JsonSerializerContext
{
    public static string Write(TrainingDescription description) => JsonSerializer.Serialize(description, Default.TrainingDescription);
}
