using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KanSharp.IO.Checkpoints;

/// <summary>What a model file says in words, as JSON; the numbers are in its tensors. All members but the last four, and the last of a layer and of a symbolic edge, are required and no others allowed.</summary>
internal sealed record ModelDescription(
    string BaseFunction,
    string RangePolicy,
    int Inputs,
    LayerDescription[] Layers,
    string[] InputNames,
    string[] OutputNames,
    string[] Classes,
    string TargetName,
    string[] History,
    FitDescription? Fit = null,
    string? Precision = null,
    CategoryDescription[]? Categories = null,
    DerivedDescription[]? DerivedInputs = null);

/// <summary>A text column that is read one-hot.</summary>
internal sealed record CategoryDescription(string Name, string[] Labels);

/// <summary>An input that is computed: its formula as text, and which names in it are columns.</summary>
internal sealed record DerivedDescription(string Name, string Formula, string[] Columns);

/// <summary>The last training.</summary>
internal sealed record FitDescription(int Steps, string StopReason, double? TrainRmse = null);

/// <summary>One layer: spline order and grid intervals of its edges, the nodes they lead to, the symbolic ones among them, and the base function where it is not the model's.</summary>
internal sealed record LayerDescription(int Order, int Intervals, int Sums, int[] Products, SymbolicDescription[] Symbolic, string? BaseFunction = null);

/// <summary>The function of a symbolic edge, by name, and whether its constants are held.</summary>
internal sealed record SymbolicDescription(int Input, int Output, string Function, bool? Held = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ModelDescriptionJson : JsonSerializerContext
{
    /// <summary>The description as JSON, with letters of every language and quotes as themselves where JSON allows it.</summary>
    public static string Write(ModelDescription description)
    {
        var options = new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return JsonSerializer.Serialize(description, new ModelDescriptionJson(options).ModelDescription);
    }
}
