using System.CommandLine;
using System.Text.Json.Nodes;
using KanSharp.IO;
using KanSharp.Model;
using KanSharp.Plotting;
using KanSharp.Splines;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary><c>kan fit</c>: trains a network on a table.</summary>
internal sealed class FitVerb : Verb
{
    /// <summary>Starts of Levenberg-Marquardt, and how many more where the best is nearly exact.</summary>
    public const int UsualStarts = 3, UsualReserve = 5;

    private readonly Argument<string> _data = new("DATA.csv") { Description = "The table: a header with names, one row per sample" };
    private readonly Option<string> _target = OptionOf.Required("--target", "y[,y2]", "The column or columns to learn; all others are inputs");
    private readonly Option<string?> _exclude = OptionOf.Text("--exclude", "col[,col2]", "Columns that are not to be inputs");
    private readonly Option<string[]> _let = new("--let") { Description = "An input computed from other columns, which --exclude may take out; give it once for each. The model remembers the formula", HelpName = "name=formula" };
    private readonly Option<string> _missing = MissingOption.Create();
    private readonly Option<string?> _test = OptionOf.Text("--test", "F.csv", "Rows that only tell how good the result is; without them, a part of the data validates");
    private readonly Option<double> _testFraction = OptionOf.Number("--test-fraction", "The part of the rows that validates", 0.01, 0.99, 0.2);
    private readonly Option<string> _model = OptionOf.Choice("--model", "What to train: a KAN, or a multilayer perceptron to compare it with", "kan", OptionNames.Perceptron);
    private readonly Option<string?> _width = OptionOf.Text("--width", "auto|2,5,1|2,[5,2],1",
        "Nodes of each level; [5,2] are five sums and two products [default: auto, by trials of a few shapes]");
    private readonly Option<OrAuto<int>> _grid = OptionOf.WholeOrAuto("--grid", "Grid intervals of each spline", 1, 10_000);
    private readonly Option<int> _order = OptionOf.Whole("--order", "Spline order", 0, KnotGrid.MaxOrder, 3);
    private readonly Option<int?> _steps = OptionOf.OptionalWhole("--steps", "Training steps at most [default: 300 for lm, else 50]", 0, 10_000_000);
    private readonly Option<string> _optimizer = OptionOf.Choice("--optimizer", "How to train: L-BFGS, Levenberg-Marquardt or Adam", "lbfgs", "lm", "adam");
    private readonly Option<double?> _rate = OptionOf.OptionalNumber("--lr", "Step length [default: 1 for lbfgs, 0.001 for adam]", 0, double.PositiveInfinity);
    private readonly Option<int?> _batch = OptionOf.OptionalWhole("--batch", "Rows in a mini-batch [default: all]", 1, int.MaxValue);
    private readonly Option<OrAuto<double>> _lambda = OptionOf.NumberOrAuto("--lamb", "Weight of the sparsity penalty; auto: 0 unless one lowers the validation error", 0, double.PositiveInfinity);
    private readonly Option<double> _lambdaEntropy = OptionOf.Number("--lamb-entropy", "Weight of the entropy in the penalty", 0, double.PositiveInfinity, 2);
    private readonly Option<string> _loss = OptionOf.Choice("--loss", "What is lowered; auto: cross-entropy where the target holds labels, else mse. huber: squares of small errors and sizes of large ones, for data with outliers", "auto", "mse", "huber", "cross-entropy");
    private readonly WeightOptions _weights = new();
    private readonly Option<ulong> _seed = OptionOf.Seed();
    private readonly Option<int?> _restarts = OptionOf.OptionalWhole("--restarts", "Random starts, of which the best half way goes on [default: 3 for lm and 5 more where the best is nearly exact, else 1]", 1, 1000);
    private readonly Option<string> _range = OptionOf.Choice("--range", "What splines do outside the range of the data", "linear", "clamp", "zero", "error");
    private readonly Option<string> _precision = OptionOf.Choice("--precision", "Numbers to train and predict in; the model remembers it", "double", "single");
    private readonly Option<string?> _init = OptionOf.Text("--init", "FROM.kan", "A model to go on from, instead of a new one");
    private readonly Option<string> _stream = OptionOf.Choice("--stream", "Train on the table block by block, without holding it in memory; auto: above 256 MB", "auto", "on", "off");
    private readonly FitCheckpoints _checkpoints = new();
    private readonly Option<string?> _frames = OptionOf.Text("--frames", "F.svg", "Where to write a film of the network during training, which plays in a browser");
    private readonly Option<string> _out = OptionOf.Required("--out", "M.kan", "Where to save the model");

    public FitVerb() : base("fit", "Trains a network on a table and saves it.", "kan fit samples/hello.csv --target y --out hello.kan")
    {
        Add(_data);
        foreach (Option option in (Option[])
        [
            _target, _out, _exclude, _let, _missing, .. _weights.Options, _test, _testFraction, _model, _width, _grid, _order, _steps, _optimizer, _rate, _batch, _lambda, _lambdaEntropy, _loss,
            _seed, _restarts, _range, _precision, _init, _stream, .. _checkpoints.Options, _frames,
        ])
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Session session)
    {
        long start = session.Clock.GetTimestamp();
        string path = parsed.GetValue(_out)!, dataPath = parsed.GetValue(_data)!;
        OutputFile.Check(path, dataPath, parsed.GetValue(_test));
        string? framesPath = FramesPath(parsed, path, dataPath);
        string? checkpointPath = _checkpoints.Path(parsed, path, dataPath, parsed.GetValue(_test));
        TrainingCheckpoint? checkpoint = _checkpoints.Load(parsed);
        KanModel? init = LoadInit(parsed);
        if (Streams(parsed, dataPath))
            return RunStreamed(parsed, session, dataPath, path, init, framesPath, start);
        FitData data = FitData.Prepare(DataOptions(parsed, dataPath, checkpoint), init, session);
        if (init is not null)
            ModelData.RequireDefined(init, data.Training);
        FittingOptions options = NetOptions(parsed, LossFor(parsed, data));
        var fitting = new Fitting(options, data, session, _checkpoints.Schedule(parsed, checkpointPath, session), framesPath is not null);
        TrainingResult result = checkpoint is null ? fitting.Run(init) : Resume(parsed, checkpoint, fitting, data);
        if (options.Width is not null && fitting.Spec is { } spec && ShapeAdvice.For(spec, result, data, options.Training, session.Cancellation) is { } advice)
            session.Warn(advice);
        if (options.Training.Loss == Loss.MeanSquaredError && data.Training.Targets.Columns == 1 && result.Model.MeasureAll(data.Training) is var fitted
            && Outliers.Advice(result.Model.PredictAll(data.Training.Inputs).Column(0), data.Training.Targets.Column(0), fitted.R2) is { } outliers)
        {
            session.Warn(outliers);
        }
        double? median = result.Report.HuberScale is null ? null : Metrics.MedianAbsoluteError(result.Model.PredictAll(data.Test.Inputs), data.Test.Targets);
        return new FitOutcome(result, result.Model.MeasureAll(data.Training).Rmse, result.Report.Steps.Length, result.Model.MeasureAll(data.Test), data.Test.Count, data.TestName, median)
            .Finish(session, path, init, checkpointPath, fitting.Film, framesPath, start);
    }

    private string? FramesPath(ParseResult parsed, string output, string data)
    {
        if (parsed.GetValue(_frames) is not string path)
            return null;
        if (parsed.GetValue(_restarts) is > 1 and int restarts)
            throw new KanSharpException($"--frames shows one training, but --restarts {restarts} asks for several; leave one of them out.");
        if (parsed.GetValue(_steps) == 0)
            throw new KanSharpException("--frames shows the network after each step of training, but --steps 0 makes none; leave one of them out.");
        if (Path.GetFullPath(path) == Path.GetFullPath(output))
            throw new KanSharpException($"--frames and --out are both {path}; give them different names.");
        OutputFile.Check(path, data, parsed.GetValue(_test));
        return path;
    }

    private bool Streams(ParseResult parsed, string dataPath)
    {
        string choice = parsed.GetValue(_stream)!;
        if (choice == "off" || choice == "auto" && !(File.Exists(dataPath) && new FileInfo(dataPath).Length > StreamedFit.LongFile))
            return false;
        foreach (Option option in (Option[])[.. _checkpoints.Options, .. _weights.Options])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new KanSharpException($"{option.Name} is not possible for a table that is trained on block by block. Leave it out, or use --stream off.");
        }
        if (parsed.GetValue(_loss) == "huber")
            throw new KanSharpException("--loss huber needs all rows at once to find its scale. Leave it out, or use --stream off.");
        if (parsed.GetResult(_optimizer) is { Implicit: false } && parsed.GetValue(_optimizer) != "adam")
            throw new KanSharpException($"--optimizer {parsed.GetValue(_optimizer)} needs all rows at once, but the table is trained on block by block, which adam can. Leave --optimizer out, or use --stream off.");
        return true;
    }

    private int RunStreamed(ParseResult parsed, Session session, string dataPath, string path, KanModel? init, string? framesPath, long start)
    {
        if (init is not null)
            throw new KanSharpException("--init is not possible for a table that is trained on block by block. Leave it out, or use --stream off.");
        using StreamedFit data = StreamedFit.Read(DataOptions(parsed, dataPath, null), path, session);
        FittingOptions options = NetOptions(parsed, LossFor(parsed, data.Sample));
        int batch = options.Training.BatchSize ?? StreamedFit.BatchSize;
        TrainingOptions training = options.Training with
        {
            Optimizer = Optimizer.Adam,
            BatchSize = batch,
            Steps = parsed.GetResult(_steps) is { Implicit: false } ? options.Training.Steps : data.Steps(batch),
        };
        var fitting = new Fitting(options with { Training = training }, data.Sample, session, films: framesPath is not null, blocks: data.Training);
        TrainingResult result = fitting.Run(null);
        int steps = result.Report.Steps.Length > 0 ? result.Report.Steps[^1].Step : 0;
        return data.Measure(result, steps).Finish(session, path, null, null, fitting.Film, framesPath, start);
    }

    private Loss LossFor(ParseResult parsed, FitData data) => data.Info.Classes.IsEmpty ? NumberLoss(parsed) : Loss.CrossEntropy;

    private TrainingResult Resume(ParseResult parsed, TrainingCheckpoint checkpoint, Fitting fitting, FitData data)
    {
        _checkpoints.Check(parsed, checkpoint, data);
        TrainingOptions kept = checkpoint.Options;
        KanModel model = checkpoint.Model;
        _checkpoints.CheckOption(parsed, _model, parsed.GetValue(_model), OptionNames.NetworkOf(model));
        if (parsed.GetValue(_width) is string width and not "auto")
            _checkpoints.CheckOption(parsed, _width, KanSpec.Format(KanSpec.Parse(width).Widths), model.Shape);
        if (parsed.GetValue(_grid).Given is int grid)
            _checkpoints.CheckOption(parsed, _grid, grid, model.Layers[0].Intervals);
        if (parsed.GetValue(_lambda).Given is double lambda)
            _checkpoints.CheckOption(parsed, _lambda, lambda, kept.Regularization.Lambda);
        _checkpoints.CheckOption(parsed, _order, parsed.GetValue(_order), model.Layers[0].Order);
        _checkpoints.CheckOption(parsed, _range, OptionNames.RangePolicy(parsed.GetValue(_range)!), model.RangePolicy);
        _checkpoints.CheckOption(parsed, _precision, OptionNames.Precision(parsed.GetValue(_precision)!), model.Info.Precision);
        _checkpoints.CheckOption(parsed, _optimizer, OptionNames.Optimizer(parsed.GetValue(_optimizer)!), kept.Optimizer);
        if (parsed.GetValue(_loss) is string loss and not "auto")
            _checkpoints.CheckOption(parsed, _loss, loss, kept.Loss switch { Loss.Huber => "huber", Loss.CrossEntropy => "cross-entropy", _ => "mse" });
        _checkpoints.CheckOption(parsed, _rate, parsed.GetValue(_rate), kept.LearningRate);
        _checkpoints.CheckOption(parsed, _batch, parsed.GetValue(_batch), kept.BatchSize);
        _checkpoints.CheckOption(parsed, _lambdaEntropy, parsed.GetValue(_lambdaEntropy), kept.Regularization.LambdaEntropy);
        _checkpoints.CheckOption(parsed, _seed, parsed.GetValue(_seed), kept.Seed);
        return fitting.Resume(checkpoint, parsed.GetResult(_steps) is { Implicit: false } ? parsed.GetValue(_steps) : null);
    }

    private FitDataOptions DataOptions(ParseResult parsed, string data, TrainingCheckpoint? checkpoint) => new()
    {
        Data = data,
        Target = parsed.GetValue(_target)!,
        Exclude = parsed.GetValue(_exclude),
        Let = parsed.GetValue(_let) ?? [],
        Missing = parsed.Policy(_missing),
        Test = parsed.GetValue(_test),
        TestFraction = parsed.GetValue(_testFraction),
        Loss = NumberLoss(parsed),
        Weight = _weights.Column(parsed),
        Classify = parsed.GetValue(_loss) switch { "mse" or "huber" => false, "cross-entropy" => true, _ => null },
        // The seed of a training is also that of the split into rows for training and for validation.
        Seed = checkpoint is not null && parsed.GetResult(_seed) is not { Implicit: false } ? checkpoint.Options.Seed : parsed.GetValue(_seed),
    };

    private bool IsPerceptron(ParseResult parsed)
    {
        bool perceptron = parsed.GetValue(_model) == OptionNames.Perceptron;
        foreach (Option option in new Option[] { _grid, _order, _range })
        {
            if (perceptron && parsed.GetResult(option) is { Implicit: false })
                throw new KanSharpException($"{option.Name} is about splines, which a multilayer perceptron does not have; leave it out.");
        }
        return perceptron;
    }

    private Loss NumberLoss(ParseResult parsed) => parsed.GetValue(_loss) == "huber" ? Loss.Huber : Loss.MeanSquaredError;

    private bool IsLeastSquares(ParseResult parsed) => OptionNames.Optimizer(parsed.GetValue(_optimizer)!) == Optimizer.LevenbergMarquardt;

    private FittingOptions NetOptions(ParseResult parsed, Loss loss) => new()
    {
        Width = parsed.GetValue(_width) is string width and not "auto" ? width : null,
        Perceptron = IsPerceptron(parsed),
        Grid = parsed.GetValue(_grid),
        Order = parsed.GetValue(_order),
        Range = OptionNames.RangePolicy(parsed.GetValue(_range)!),
        Precision = OptionNames.Precision(parsed.GetValue(_precision)!),
        Lambda = parsed.GetValue(_lambda),
        Restarts = parsed.GetValue(_restarts) ?? (IsLeastSquares(parsed) ? UsualStarts : 1),
        Reserve = parsed.GetValue(_restarts) is null && IsLeastSquares(parsed) ? UsualReserve : 0,
        TestFraction = parsed.GetValue(_testFraction),
        Training = new TrainingOptions
        {
            Optimizer = OptionNames.Optimizer(parsed.GetValue(_optimizer)!),
            Steps = parsed.GetValue(_steps) ?? (IsLeastSquares(parsed) ? 300 : 50),
            LearningRate = parsed.GetValue(_rate),
            BatchSize = parsed.GetValue(_batch),
            Loss = loss,
            Regularization = new Regularization { LambdaEntropy = parsed.GetValue(_lambdaEntropy) },
            Seed = parsed.GetValue(_seed),
        },
    };

    /// <summary>The model to go on from, with the options that speak of what it already is held against it.</summary>
    private KanModel? LoadInit(ParseResult parsed)
    {
        if (parsed.GetValue(_init) is not string path)
            return null;
        KanModel model = ModelFile.Load(path);
        foreach (Option option in new Option[] { _model, _width, _grid, _order, _exclude, _let, _restarts })
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new KanSharpException($"{option.Name} makes a new network, but --init goes on from {path} as it is; leave one of them out.");
        }
        bool classifies = !model.Info.Classes.IsEmpty;
        if (parsed.GetValue(_loss) is string loss and not "auto" && classifies != (loss == "cross-entropy"))
            throw new KanSharpException($"The model {path} {(classifies ? "classifies, which needs cross-entropy" : "predicts numbers, which needs mse")}; --loss {loss} does not fit it. Leave --loss out.");
        if (parsed.GetResult(_precision) is { Implicit: false })
            model = model.WithPrecision(OptionNames.Precision(parsed.GetValue(_precision)!));
        return parsed.GetResult(_range) is { Implicit: false }
            ? model.WithRange(OptionNames.RangePolicy(parsed.GetValue(_range)!))
            : model;
    }
}
