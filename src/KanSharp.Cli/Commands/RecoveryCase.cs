using System.Collections.Immutable;
using KanSharp.Discovery;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Cli.Commands;

/// <summary>Something known that is to be found, from rows which a seed draws, mostly 1,000.</summary>
/// <param name="Name">The function, and how it is looked for.</param>
/// <param name="Bound">The error that counts as found.</param>
/// <param name="Error">
/// The error of the run with this seed: for hello of test rows, under noise the largest deviation of a constant in standard errors, in few rows the error against the law; for products of the training rows; for piecewise
/// functions on 40 intervals the largest of test rows that do not lie between the two training rows around the break, at pykan's settings the root mean square of all test rows; for breaks under other curves that of their places;
/// beyond the range that of linear edges as a part of that of zero ones.
/// </param>
internal sealed record RecoveryCase(string Name, double Bound, Func<ulong, CancellationToken, double> Error)
{
    private const int Rows = 1000;

    /// <summary>The part of the rows that validates or chooses, as kan fit and kan discover take it.</summary>
    private const double ValidationFraction = 0.2;

    /// <summary>Constants may be so many standard errors off.</summary>
    private const double StandardErrors = 3;

    /// <summary>Where the piecewise functions break.</summary>
    private const double Break = 0.5;

    /// <summary>All cases.</summary>
    public static ImmutableArray<RecoveryCase> All { get; } =
    [
        .. Enumerable.Range(4, 5).Select(width => new RecoveryCase($"hello, 2,{width},1, fit to symbolic", 1e-6, (seed, stop) => Hello(width, null, seed, stop))),
        .. Variants.Select(variant => new RecoveryCase($"{variant.Name}, 2,5,1, fit to symbolic", 1e-6, (seed, stop) => Hello(5, variant.Function, seed, stop))),
        new("hello, discover", 1e-9, Discovered),
        .. new[] { 1, 5, 10 }.Select(percent => new RecoveryCase($"hello, {percent} % noise, discover", StandardErrors, (seed, stop) => Noisy(percent / 100.0, seed, stop))),
        .. BeyondCase.All,
        .. FewRowsCase.All,
        .. SortedCase.All,
        .. ProductCase.All,
        // The functions of pykan's example on discontinuities, and the root mean square errors that it reaches on them; on other rows it would reach others, so a tenth is added.
        .. Piecewise("jump", x => x <= Break ? 1 : 0, 1, 1e-6, 4.1e-2, 0.12),
        .. Piecewise("kink", x => Math.Max(x, Break), 1, 1e-6, 1.0e-3, 6.0e-3),
        .. Piecewise("flat, then a sine", x => Math.Sin(20 * Math.Max(x, Break)), 3, 1e-4, 1.9e-3, 0.27),
        .. BreakCase.All,
    ];

    /// <summary>The cases whose name holds one of these texts.</summary>
    public static ImmutableArray<RecoveryCase> Find(IReadOnlyCollection<string> texts)
    {
        foreach (string text in texts)
        {
            if (!All.Any(item => item.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
                throw new KanSharpException($"No case of recovery has '{text}' in its name. There is: {string.Join("; ", All.Select(item => item.Name))}.");
        }
        return [.. All.Where(item => texts.Count == 0 || texts.Any(text => item.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <summary>Functions of the same kind as hello, with other coefficients.</summary>
    private static (string Name, Func<double, double, double> Function)[] Variants =>
    [
        ("exp(0.7sin(2.3x1 + 0.4) + 1.3x2^2)", (x1, x2) => Math.Exp(0.7 * Math.Sin(2.3 * x1 + 0.4) + 1.3 * x2 * x2)),
        ("2exp(-0.8sin(4x1) - x2^2) + 0.5", (x1, x2) => 2 * Math.Exp(-0.8 * Math.Sin(4 * x1) - x2 * x2) + 0.5),
        ("sin(2x1 + x2^2)", (x1, x2) => Math.Sin(2 * x1 + x2 * x2)),
        ("tanh(sin(3x1) + x2^3)", (x1, x2) => Math.Tanh(Math.Sin(3 * x1) + x2 * x2 * x2)),
        ("sqrt(1.5 + sin(pi x1) + x2^2)", (x1, x2) => Math.Sqrt(1.5 + Math.Sin(Math.PI * x1) + x2 * x2)),
        ("(exp(x1) + cos(3x2))^2", (x1, x2) => Math.Pow(Math.Exp(x1) + Math.Cos(3 * x2), 2)),
    ];

    private static double Hello(int width, Func<double, double, double>? function, ulong seed, CancellationToken stop)
    {
        HelloStage[] stages = new HelloBenchmark(seed, Unseen(stop), width, function).Run(new Relay<ProgressStep>(_ => { }));
        return stages[^1].TestRmse;
    }

    private static double Discovered(ulong seed, CancellationToken stop) =>
        Metrics.Measure(Search(HelloBenchmark.Data(seed), seed, stop).Result.Model, HelloBenchmark.Data(seed + 1_000_000)).Rmse;

    /// <summary>By how many standard errors a constant of the recommended formula is off at most; infinite where its form is another one.</summary>
    private static double Noisy(double noise, ulong seed, CancellationToken stop)
    {
        Dataset clean = HelloBenchmark.Data(seed);
        double[] values = clean.Targets.Column(0).ToArray();
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(y => (y - mean) * (y - mean)));
        (DiscoveryResult found, Dataset training) = Search(clean.WithNoise(noise * deviation, seed + 2_000_000), seed, stop);
        return Deviation(found.Recommended.Formula, Expression.Parse("exp(sin(pi*x1) + x2^2)"), training);
    }

    /// <summary>The largest deviation of a formula's constants from those of the truth, in standard errors; infinite where no choice of the truth's constants makes it the truth.</summary>
    internal static double Deviation(Expression formula, Expression truth, Dataset data)
    {
        FormulaFitResult fit = FormulaFit.Run(formula, ["x1", "x2"], data.Inputs, data.Targets.Column(0), steps: 0);
        FreeConstants free = FreeConstants.Of(formula);
        Expression[] known = [1, Expression.Pi];
        double largest = 0;
        var replaced = new Dictionary<string, Expression>();
        for (int i = 0; i < free.Names.Length; i++)
        {
            double value = free.Values[i];
            Expression nearest = known.MinBy(number => Math.Abs(Expressions.Value(number) - value))!;
            largest = Math.Max(largest, Math.Abs(Expressions.Value(nearest) - value) / fit.StandardErrors[i]);
            replaced[free.Names[i]] = nearest;
        }
        return free.Template.Substitute(replaced).Simplify().Equals(truth.Simplify()) ? largest : double.PositiveInfinity;
    }

    /// <summary>As kan discover does it by default, but for the rows that it sets apart to tell the error.</summary>
    private static (DiscoveryResult Result, Dataset Training) Search(Dataset data, ulong seed, CancellationToken stop)
    {
        (Dataset training, Dataset validation) = data.Split(ValidationFraction, seed);
        return (FormulaSearch.Run(training, validation, ["x1", "x2"], "y", new DiscoveryOptions { Seed = seed }, cancellation: stop), training);
    }

    /// <param name="name">The function.</param>
    /// <param name="function">What it is on [0, 1].</param>
    /// <param name="order">The order of splines on 40 intervals.</param>
    /// <param name="bound">The largest error there.</param>
    /// <param name="lines">The error that pykan reaches with order 1 and 100 intervals.</param>
    /// <param name="cubes">The error that pykan reaches with order 3 and 5 intervals.</param>
    private static RecoveryCase[] Piecewise(string name, Func<double, double> function, int order, double bound, double lines, double cubes) =>
    [
        new($"{name}, 40 intervals", bound, (seed, stop) => BesideTheBreak(function, order, seed, stop)),
        new($"{name}, order 1, 100 intervals", 1.1 * lines, (seed, stop) => AtPykansSettings(function, 1, 100, seed, stop)),
        new($"{name}, order 3, 5 intervals", 1.1 * cubes, (seed, stop) => AtPykansSettings(function, 3, 5, seed, stop)),
    ];

    /// <summary>As 'kan fit --width 1,1 --order K --grid 40' does it.</summary>
    private static double BesideTheBreak(Func<double, double> function, int order, ulong seed, CancellationToken stop)
    {
        (Dataset training, KanModel model) = Fit(Sample(1, 0, 1, x => function(x[0]), seed), new FittingOptions
        {
            Width = "1,1",
            Grid = new OrAuto<int>(40),
            Order = order,
            Restarts = 1,
            Training = new TrainingOptions { Steps = 50, Seed = seed },
        }, stop);
        double[] known = training.Inputs.Column(0).ToArray();
        double below = known.Where(x => x <= Break).Max(), above = known.Where(x => x > Break).Min();
        Dataset test = Sample(1, known.Min(), known.Max(), x => function(x[0]), seed + 1_000_000);
        double[] predicted = model.Predict(test.Inputs).Values.Column(0).ToArray();
        return Enumerable.Range(0, Rows).Where(row => !(test.Inputs[row, 0] > below && test.Inputs[row, 0] < above)).Max(row => Math.Abs(predicted[row] - test.Targets[row, 0]));
    }

    /// <summary>As 'kan fit --test F.csv --width 1,1 --order K --grid G --steps 100 --lamb 0' does it.</summary>
    private static double AtPykansSettings(Func<double, double> function, int order, int intervals, ulong seed, CancellationToken stop)
    {
        Dataset training = Sample(1, 0, 1, x => function(x[0]), seed), test = Sample(1, 0, 1, x => function(x[0]), seed + 1_000_000);
        KanModel start = KanModel.Create(new KanSpec(1, 1) { GridIntervals = [intervals], SplineOrders = [order] }, seed, Units(training));
        return Metrics.Measure(Trainer.Fit(start, training, new TrainingOptions { Steps = 100, Seed = seed }, cancellation: stop).Model, test).Rmse;
    }

    /// <summary>As kan fit does it: a part of the rows is held back, and the model scales inputs and target. Returns the rows trained on, too.</summary>
    internal static (Dataset Training, KanModel Model) Fit(Dataset data, FittingOptions options, CancellationToken stop)
    {
        (Dataset training, Dataset validation) = data.Split(ValidationFraction, options.Training.Seed);
        return (training, new Fitting(options with { TestFraction = ValidationFraction }, new FitData(Units(training), training, validation, validation, ""), Unseen(stop)).Run(null).Model);
    }

    private static ModelInfo Units(Dataset data) =>
        ModelInfo.Default(data.Inputs.Columns, 1) with { InputScaling = Scaling.FromRange(data.Inputs), OutputScaling = Scaling.FromMoments(data.Targets) };

    /// <summary>Rows with inputs that are even on this range.</summary>
    internal static Dataset Sample(int inputs, double low, double high, Func<double[], double> function, ulong seed)
    {
        var random = new SeededRandom(seed);
        Matrix values = new(Rows, inputs), targets = new(Rows, 1);
        foreach (ref double value in values.Values)
            value = random.NextDouble(low, high);
        for (int row = 0; row < Rows; row++)
            targets[row, 0] = function([.. Enumerable.Range(0, inputs).Select(i => values[row, i])]);
        return new Dataset(values, targets);
    }

    internal static Session Unseen(CancellationToken stop) => new(TextWriter.Null, TextWriter.Null, onTerminal: false, stop);
}
