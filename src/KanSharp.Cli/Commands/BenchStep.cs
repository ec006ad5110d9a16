using System.Numerics;
using System.Text.Json.Nodes;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Cli.Commands;

/// <summary>
/// <c>kan bench step</c>: times the forward pass, and one evaluation of mean squared error with its gradient by all parameters, against the
/// multiply-adds that the machine could have done in that time.
/// </summary>
internal sealed class BenchStep(BenchClock clock)
{
    private readonly double _doublePeak = BenchFmaPeak.Measure(clock, 1e-9);
    private readonly double _singlePeak = BenchFmaPeak.Measure(clock, 1e-9f);

    /// <summary>What one evaluation costs; where the case only predicts, the fraction and the times are those of the forward pass.</summary>
    internal sealed record Result(BenchCase Case, Precision Precision, int Threads, double ForwardMilliseconds, double? StepMilliseconds,
        double FractionOfPeak, double NanosecondsPerEdgeSample, double AllocatedBytes);

    /// <summary>Measures one case; a step counts the multiply-adds of <see cref="BenchCase.StepMultiplyAdds"/>.</summary>
    public Result Measure(BenchCase item, Precision precision, int threads)
    {
        KanModel model = item.CreateModel();
        if (item.Predicts)
            return MeasurePrediction(item, model.WithPrecision(precision));
        (Matrix inputs, Matrix targets) = item.CreateData(model);
        double[] parameters = model.Parameters.ToArray(), gradient = new double[parameters.Length];
        var objective = new NetworkObjective(model.Network, inputs, targets, LossFunction.MeanSquaredError, Regularization.None, threads: threads, precision: precision);
        double forward = precision == Precision.Single
            ? Forward(new NetworkEvaluator<float>(model.Network, threads), parameters, inputs, threads)
            : Forward(new NetworkEvaluator<double>(model.Network, threads), parameters, inputs, threads);
        void Step() => objective.Evaluate(parameters, gradient);
        double step = clock.Milliseconds(Step, threads);
        return new Result(item, precision, threads, forward, step, item.StepMultiplyAdds(model) / (step * 1e6) / (threads * Peak(precision)),
            step * 1e6 / item.EdgeSamples(model), BenchClock.AllocatedBytes(Step, threads));
    }

    private Result MeasurePrediction(BenchCase item, KanModel model)
    {
        // One sample at a time, but not the same each time: a processor would learn its way.
        (Matrix inputs, _) = (item with { Samples = Math.Max(item.Samples, 1024) }).CreateData(model);
        Action work = item.Samples > 1 ? () => model.Predict(inputs) : PredictOne(model, inputs);
        double forward = clock.Milliseconds(work);
        return new Result(item, model.Info.Precision, 1, forward, null, item.ForwardMultiplyAdds(model) / (forward * 1e6) / Peak(model.Info.Precision),
            forward * 1e6 / item.EdgeSamples(model), BenchClock.AllocatedBytes(work));
    }

    /// <summary>One call, each for the next row.</summary>
    private static Action PredictOne(KanModel model, Matrix inputs)
    {
        double[] rows = new double[inputs.Rows * inputs.Columns], output = new double[model.OutputCount];
        for (int row = 0; row < inputs.Rows; row++)
        {
            for (int i = 0; i < inputs.Columns; i++)
                rows[row * inputs.Columns + i] = inputs[row, i];
        }
        int next = 0;
        return () =>
        {
            model.Predict(rows.AsSpan(next, inputs.Columns), output);
            next += inputs.Columns;
            if (next == rows.Length)
                next = 0;
        };
    }

    private double Peak(Precision precision) => precision == Precision.Double ? _doublePeak : _singlePeak;

    private double Forward<T>(NetworkEvaluator<T> evaluator, double[] parameters, Matrix inputs, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        clock.Milliseconds(() => evaluator.Forward(parameters, inputs, static (_, _) => { }), threads);

    public JsonObject ToJson(IEnumerable<Result> results) => new()
    {
        ["fma_peak"] = new JsonObject { ["double"] = Rounded(_doublePeak), ["single"] = Rounded(_singlePeak) },
        ["cases"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["name"] = result.Case.Name,
            ["shape"] = result.Case.Shape,
            ["samples"] = result.Case.Samples,
            ["grid"] = result.Case.Grid,
            ["precision"] = OptionNames.Of(result.Precision),
            ["threads"] = result.Threads,
            ["forward_ms"] = Rounded(result.ForwardMilliseconds),
            ["step_ms"] = result.StepMilliseconds is double step ? Rounded(step) : null,
            ["fraction_of_peak"] = Rounded(result.FractionOfPeak),
            ["ns_per_edge_sample"] = Rounded(result.NanosecondsPerEdgeSample),
            ["allocated_bytes_per_step"] = Rounded(result.AllocatedBytes),
        })]),
    };

    public void Write(TextWriter output, IEnumerable<Result> results)
    {
        output.WriteLine($"One core: {_doublePeak:F1} GFMA/s in double, {_singlePeak:F1} in single precision.");
        TextTable.Write(output, [["net", "shape", "samples", "precision", "threads", "forward ms", "step ms", "of peak", "ns/edge-sample", "bytes/step"],
            .. results.Select(result => new[]
            {
                result.Case.Name, result.Case.Shape, $"{result.Case.Samples}", OptionNames.Of(result.Precision), $"{result.Threads}",
                Milliseconds(result.ForwardMilliseconds), result.StepMilliseconds is double step ? Milliseconds(step) : "", $"{100 * result.FractionOfPeak:F1} %",
                $"{result.NanosecondsPerEdgeSample:F2}", $"{result.AllocatedBytes:F0}",
            })]);
    }

    private static string Milliseconds(double value) => value < 0.01 ? $"{value:F6}" : $"{value:F3}";

    private static JsonNode? Rounded(double value) => Session.Number(value == 0 ? 0 : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15)));
}
