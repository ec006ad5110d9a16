using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Interpretation;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Discovery;

/// <summary>
/// From data to a formula. Rounds of small network shapes, from several random starts each, are trained and stripped; the most promising become
/// symbolic, the formulas are read off, refitted and gathered on a Pareto front of complexity against validation error. Work is
/// measured in candidates, never in seconds: the same seed gives the same result on any number of threads.
/// </summary>
public static class FormulaSearch
{
    /// <summary>Rows that networks are trained on; all rows refit the formulas.</summary>
    private const int SearchRows = 1500;

    /// <summary>Rows that formulas are simplified on; in the end all rows refit their constants, in so many steps.</summary>
    private const int PolishRows = 5000, FinalSteps = 10;

    /// <summary>Networks that become symbolic in a round.</summary>
    private const int SymbolicPerRound = 6;

    /// <summary>How many are made symbolic between two looks at whether the search is over.</summary>
    private const int SymbolicBatch = 2;

    /// <summary>A formula with an error up to this factor above the noise has nothing left to find.</summary>
    private const double NoiseTolerance = 1.02;

    /// <summary>Longer formulas are not taken apart: there is too much in them.</summary>
    private const int LargestAblated = 40;

    /// <summary>Where a grid twice as fine leaves more than this part of the validation error, the error is noise.</summary>
    private const double NoiseShare = 0.8;

    /// <summary>Searches for a formula of one target.</summary>
    /// <param name="training">Rows to fit, in the user's units; one target column.</param>
    /// <param name="validation">Rows held back to choose by.</param>
    /// <param name="inputNames">Names of the input columns.</param>
    /// <param name="targetName">Name of the target.</param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="progress">Hears of every step, from whichever thread made it.</param>
    /// <param name="cancellation">Ends the search with what is there.</param>
    public static DiscoveryResult Run(Dataset training, Dataset validation, IReadOnlyList<string> inputNames, string targetName = "y",
        DiscoveryOptions? options = null, IProgress<DiscoveryProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(inputNames);
        if (training.Targets.Columns != 1 || validation.Targets.Columns != 1)
            throw new KanDataException($"The search finds a formula for one target at a time; the data has {training.Targets.Columns}. Run it once for each.");
        if (inputNames.Count != training.Inputs.Columns || validation.Inputs.Columns != training.Inputs.Columns)
            throw new KanDataException($"{inputNames.Count} names were given for {training.Inputs.Columns} training and {validation.Inputs.Columns} validation columns; the numbers must agree.");
        options ??= new DiscoveryOptions();
        foreach (Expression start in options.Start)
        {
            if (start.Variables.Except(inputNames).FirstOrDefault() is string unknown)
                throw new KanSharpException($"The formula to begin with, {start.ToText(4)}, has the variable '{unknown}', which is no input; these are {string.Join(", ", inputNames)}.");
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, options.Deadline);
        DiscoveryResult found;
        if (BinaryUnits.For(inputNames, training, validation) is { } units)
        {
            IProgress<DiscoveryProgress>? inOwnUnits = progress is null ? null : new Relay(step => progress.Report(step with { Best = step.Best is { } best ? units.Restore(best, options) : null }));
            found = units.Restore(new Search(units.Apply(training), units.Apply(validation), inputNames, targetName, options with { Start = [.. options.Start.Select(units.Apply)] }, inOwnUnits, stop.Token).Run(cancellation), options);
        }
        else
        {
            found = new Search(training, validation, inputNames, targetName, options, progress, stop.Token).Run(cancellation);
        }
        return FormulaModels.Compile(found, training.Inputs);
    }

    private sealed class Relay(Action<DiscoveryProgress> report) : IProgress<DiscoveryProgress>
    {
        public void Report(DiscoveryProgress value) => report(value);
    }

    private sealed class Search
    {
        private readonly Dataset _all;
        private readonly Dataset _training;
        private readonly Dataset _validation;
        private readonly ModelInfo _info;
        private readonly DiscoveryOptions _options;
        private readonly IProgress<DiscoveryProgress>? _progress;
        private readonly CancellationToken _stop;
        private readonly FormulaPolish _polish;
        private readonly double[] _targets;
        private readonly double _scale;
        private readonly ParetoFront _front = new();
        private int _trained;
        private double _networkFloor;

        public Search(Dataset training, Dataset validation, IReadOnlyList<string> inputNames, string targetName,
            DiscoveryOptions options, IProgress<DiscoveryProgress>? progress, CancellationToken stop)
        {
            _all = training;
            _validation = validation;
            _options = options;
            _progress = progress;
            _stop = stop;
            _targets = training.Targets.Column(0).ToArray();
            _scale = Math.Sqrt(_targets.Average(y => y * y));
            _info = new ModelInfo
            {
                InputNames = [.. inputNames],
                Categories = options.Categories,
                OutputNames = [targetName],
                TargetName = targetName,
                InputScaling = Scaling.FromRange(training.Inputs),
                // No offset: a product stays a product.
                OutputScaling = new Scaling([0], [_scale > 0 ? _scale : 1]),
            };
            _training = training.Count <= SearchRows ? training : training.Split((double)SearchRows / training.Count, options.Seed).Validation;
            Dataset polished = training.Count <= PolishRows ? training : training.Split((double)PolishRows / training.Count, options.Seed + 1).Validation;
            _polish = new FormulaPolish(_info.InputNames, polished.Inputs, polished.Targets.Column(0).ToArray(), polished.RowWeights);
        }

        public DiscoveryResult Run(CancellationToken cancellation)
        {
            OfferConstant();
            OfferPowerLaw();
            OfferStart();
            ImmutableArray<ImmutableArray<ShapeStart>> rounds = CandidateShapes.Rounds(_info.InputNames.Length);
            DiscoveryStop stop = DiscoveryStop.Exhausted;
            for (int round = 0; round < Math.Min(rounds.Length, _options.MaxRounds); round++)
            {
                if (IsDone)
                {
                    stop = DiscoveryStop.TargetReached;
                    break;
                }
                Report(round, rounds.Length, $"training {rounds[round].Length} networks");
                CandidateNetwork?[] networks = new CandidateNetwork?[rounds[round].Length];
                ForEach(networks.Length, i => networks[i] = CandidateNetwork.Train(
                    rounds[round][i].Shape, _options.Seed * 1000 + (ulong)rounds[round][i].Start + 500_000 * (ulong)_options.SearchesBefore, _info, _training, _validation, _stop));
                _trained += networks.Count(network => network is not null);
                MakeSymbolic(Promising(networks), round, rounds.Length);
                if (_stop.IsCancellationRequested || IsDone)
                {
                    stop = DiscoveryStop.TargetReached;
                    break;
                }
            }
            if (_options.MaxRounds > 0)
                FillFront();
            if (IsDone)
                stop = DiscoveryStop.TargetReached;
            else if (_stop.IsCancellationRequested)
                stop = cancellation.IsCancellationRequested ? DiscoveryStop.Cancelled : DiscoveryStop.Deadline;
            FormulaCandidate recommended = _front.Recommend(_validation.Count, _options.TargetError * _scale);
            return new DiscoveryResult
            {
                Pareto = _front.UpTo(recommended, _validation.Count, _options.TargetError * _scale),
                Recommended = recommended,
                Stop = stop,
                NetworksTrained = _trained,
            };
        }

        /// <summary>
        /// A formula is exact, or as good as the best network that a finer grid does not make better: what is left is noise.
        /// </summary>
        private bool IsDone => _front.Best!.ValidationRmse <= Math.Max(_options.TargetError * _scale, NoiseTolerance * _networkFloor);

        /// <summary>The networks worth a formula: the best by rank, one for each set of active edges.</summary>
        private static List<CandidateNetwork> Promising(CandidateNetwork?[] networks)
        {
            List<CandidateNetwork> sorted = [.. networks.OfType<CandidateNetwork>().Where(n => double.IsFinite(n.ValidationRmse)).OrderBy(n => n.Rank)];
            return [.. sorted.DistinctBy(n => (n.Model.Shape, n.Model.ActiveEdgeCount, Math.Round(4 * Math.Log10(n.ValidationRmse)))).Take(SymbolicPerRound)];
        }

        private void MakeSymbolic(List<CandidateNetwork> networks, int round, int rounds)
        {
            double noise = double.PositiveInfinity, resolved = double.PositiveInfinity;
            for (int first = 0; first < networks.Count && !IsDone && !_stop.IsCancellationRequested; first += SymbolicBatch)
            {
                int count = Math.Min(SymbolicBatch, networks.Count - first);
                Report(round, rounds, $"reading formulas off network {first + 1} to {first + count} of {networks.Count}");
                var found = new List<FormulaCandidate>[count];
                var refined = new CandidateNetwork[count];
                ForEach(count, i =>
                {
                    refined[i] = networks[first + i].Refine(_training, _validation, _stop);
                    found[i] = Read(refined[i]);
                });
                for (int i = 0; i < count && !_stop.IsCancellationRequested; i++)
                {
                    if (refined[i].IsRefined && refined[i].ValidationRmse > NoiseShare * networks[first + i].ValidationRmse)
                        noise = Math.Min(noise, refined[i].ValidationRmse);
                    resolved = Math.Min(resolved, refined[i].ValidationRmse);
                }
                foreach (FormulaCandidate candidate in found.SelectMany(list => list ?? []))
                    _front.Offer(candidate);
            }
            // Noise it is only if no network got clearly below it, and richer ones than those of the first round were among them.
            _networkFloor = round > 0 && double.IsFinite(noise) && noise <= NoiseTolerance * resolved ? noise * _scale : 0;
        }

        /// <summary>Every formula that one network leads to.</summary>
        private List<FormulaCandidate> Read(CandidateNetwork network)
        {
            var found = new List<FormulaCandidate>();
            var options = new SymbolicSearchOptions { Library = _options.Library, Threads = 1 };
            foreach (SymbolicNetwork candidate in SymbolicSearch.Run(network.Model, _training, options, cancellation: _stop).Where(candidate => candidate.Model.NumericEdgeCount == 0))
            {
                if (Polish(() => candidate.Model.ToFormulas()[0]) is not FormulaFitResult fitted)
                    continue;
                Offer(found, fitted, candidate.Model);
            }
            return found;
        }

        /// <summary>Adds what is left of the formulas on the front when parts of them are taken away, until nothing new comes of it.</summary>
        private void FillFront()
        {
            var seen = new HashSet<Expression>();
            for (bool grew = true; grew && !_stop.IsCancellationRequested;)
            {
                (FormulaCandidate Whole, Expression Remainder)[] variants =
                [
                    .. _front.Front.Where(candidate => candidate.Complexity <= LargestAblated && seen.Add(candidate.Formula))
                        .SelectMany(candidate => Ablation.Of(candidate.Formula).Select(remainder => (candidate, remainder))),
                ];
                var found = new List<FormulaCandidate>[variants.Length];
                ForEach(variants.Length, i =>
                {
                    found[i] = [];
                    if (Polish(() => variants[i].Remainder) is not FormulaFitResult fitted)
                        return;
                    // What does as well without the part computes the same: it takes over the network too.
                    bool same = Validate(fitted.Formula) <= Math.Max(variants[i].Whole.ValidationRmse * NoiseTolerance, _options.TargetError * _scale);
                    Offer(found[i], fitted, same ? variants[i].Whole.Model : null);
                });
                foreach (FormulaCandidate candidate in found.SelectMany(list => list ?? []))
                    _front.Offer(candidate);
                grew = variants.Length > 0;
            }
        }

        private void Offer(List<FormulaCandidate> found, FormulaFitResult fitted, KanModel? model)
        {
            if (!_options.Allows(fitted.Formula) || Cancellation.Dominates(fitted.Formula, _info.InputNames, _training.Inputs))
                return;
            found.Add(new FormulaCandidate(fitted.Formula, _options.ComplexityOf(fitted.Formula), fitted.Rmse, Validate(fitted.Formula), model));
        }

        /// <summary>Fits the formula's constants, in the end to all rows; null where it is undefined, or has a constant beyond the range of numbers.</summary>
        private FormulaFitResult? Polish(Func<Expression> formula)
        {
            try
            {
                return _polish.Run(formula(), _stop) is not { } fitted ? null
                    : _all.Count <= PolishRows ? fitted
                    : FormulaFit.Run(fitted.Formula, _info.InputNames, _all.Inputs, _targets, FinalSteps, _all.RowWeights) is { } final && double.IsFinite(final.Rmse) ? final : null;
            }
            catch (ConstantRangeException)
            {
                return null;
            }
        }

        private double Validate(Expression formula) => FormulaFit.Rmse(formula, _info.InputNames, _validation.Inputs, _validation.Targets.Column(0), _validation.RowWeights);

        /// <summary>The mean of the target: what every other formula has to beat.</summary>
        private void OfferConstant()
        {
            double mean = _targets.Zip(_all.RowWeights ?? Enumerable.Repeat(1.0, _targets.Length), (y, weight) => weight * y / _targets.Length).Sum();
            double Rmse(Dataset data) => FormulaFit.Rmse(new Constant(mean), _info.InputNames, data.Inputs, data.Targets.Column(0), data.RowWeights);
            _front.Offer(new FormulaCandidate(new Constant(mean), 1, Rmse(_all), Rmse(_validation), FormulaCompiler.Compile([new Constant(mean)], _info, _all.Inputs)));
        }

        /// <summary>What an earlier search has found.</summary>
        private void OfferStart()
        {
            var found = new List<FormulaCandidate>[_options.Start.Length];
            ForEach(found.Length, i =>
            {
                found[i] = [];
                if (Polish(() => _options.Start[i]) is { } fitted)
                    Offer(found[i], fitted, FormulaModels.TryCompile(fitted.Formula, _info, _all.Inputs, out _));
            });
            foreach (FormulaCandidate candidate in found.SelectMany(list => list ?? []))
                _front.Offer(candidate);
        }

        /// <summary>Power laws span orders of magnitude that splines cannot; their logarithms tell them at once.</summary>
        private void OfferPowerLaw()
        {
            var found = new List<FormulaCandidate>();
            foreach (Expression law in PowerLaw.Fit(_all, _info.InputNames))
            {
                if (Polish(() => law) is { } fitted)
                    Offer(found, fitted, FormulaModels.TryCompile(fitted.Formula, _info, _all.Inputs, out _));
            }
            foreach (FormulaCandidate candidate in found)
                _front.Offer(candidate);
        }

        private void Report(int round, int rounds, string work) => _progress?.Report(new DiscoveryProgress(round + 1, rounds, work, _front.Best));

        private void ForEach(int count, Action<int> body) =>
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _options.Threads }, i =>
            {
                if (!_stop.IsCancellationRequested)
                    body(i);
            });
    }
}
