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

    /// <summary>Rounds of networks at most, the one after which inputs are combined, and the last one after which sums are looked for.</summary>
    private const int MaxRounds = 4, ReductionAfter = 1, SumsAfter = 1;

    /// <summary>Above this part of the target's size, an error says little of a gradient.</summary>
    private const double LargestErrorOfReduction = 0.3;

    /// <summary>With combined inputs the error may be this many times what it was.</summary>
    private const double ReductionTolerance = 1.1;

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
        if (options.MaxRounds <= 0 && !options.Start.IsEmpty)
            return TakeUp(training, validation, inputNames, targetName, options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, options.Deadline);
        Finding found;
        IReadOnlyList<FormulaCandidate> front;
        if (BinaryUnits.For(inputNames, training, validation) is { } units)
        {
            IProgress<DiscoveryProgress>? inOwnUnits = progress is null ? null : new Relay(step => progress.Report(step with { Best = step.Best is { } best ? units.Restore(best, options) : null }));
            found = new Search(units.Apply(training), units.Apply(validation), inputNames, targetName, options with { Start = [.. options.Start.Select(units.Apply)] }, inOwnUnits, stop.Token).Run(cancellation);
            front = units.Restore(found.Front, options);
            found = found with { NetworkRmse = units.Restore(found.NetworkRmse) };
        }
        else
        {
            found = new Search(training, validation, inputNames, targetName, options, progress, stop.Token).Run(cancellation);
            front = found.Front;
        }
        (FormulaCandidate recommended, _, ImmutableArray<FormulaCandidate> shown) = FormulaChoice.Make(FormulaModels.Compile(front, Info(training, inputNames, targetName, options), training.Inputs), training, validation, inputNames, options);
        return new DiscoveryResult
        {
            Pareto = shown,
            Recommended = recommended,
            CompilationFailure = FormulaModels.FailureOf(recommended, training.Inputs),
            Stop = found.Stop,
            NetworksTrained = found.NetworksTrained,
            NetworkRmse = double.IsFinite(found.NetworkRmse) ? found.NetworkRmse : null,
        };
    }

    /// <summary>The formulas to begin with as they are, in their order: what an earlier search has shown.</summary>
    private static DiscoveryResult TakeUp(Dataset training, Dataset validation, IReadOnlyList<string> inputNames, string targetName, DiscoveryOptions options)
    {
        ModelInfo info = Info(training, inputNames, targetName, options);
        double Rmse(Expression formula, Dataset data) => FormulaFit.Rmse(formula, inputNames, data.Inputs, data.Targets.Column(0), data.RowWeights);
        FormulaCandidate[] table =
        [
            .. options.Start.Select(formula => new FormulaCandidate(formula, options.ComplexityOf(formula), Rmse(formula, training), Rmse(formula, validation), FormulaModels.TryCompile(formula, info, training.Inputs, out _))),
        ];
        if (table.All(candidate => candidate.Model is null))
            throw new KanSharpException($"None of the {table.Length} formulas to begin with can be made a network on these rows; search anew.");
        (FormulaCandidate recommended, IReadOnlyList<FormulaCandidate> all, _) = FormulaChoice.Make(table, training, validation, inputNames, options);
        return new DiscoveryResult { Pareto = [.. all], Recommended = recommended, Stop = DiscoveryStop.Exhausted, NetworksTrained = 0 };
    }

    /// <summary>What networks of the data themselves are made with.</summary>
    private static ModelInfo Info(Dataset training, IReadOnlyList<string> inputNames, string targetName, DiscoveryOptions options) => new()
    {
        InputNames = [.. inputNames],
        Categories = options.Categories,
        OutputNames = [targetName],
        TargetName = targetName,
        InputScaling = Scaling.FromRange(training.Inputs),
        OutputScaling = Scaling.Identity(1),
    };

    private sealed class Relay(Action<DiscoveryProgress> report) : IProgress<DiscoveryProgress>
    {
        public void Report(DiscoveryProgress value) => report(value);
    }

    /// <summary>What a search ends with.</summary>
    private sealed record Finding(IReadOnlyList<FormulaCandidate> Front, DiscoveryStop Stop, int NetworksTrained, double NetworkRmse);

    private sealed class Search
    {
        private readonly Dataset _all;
        private readonly Dataset _validation;
        private readonly DataView _plain;
        private readonly ImmutableArray<SearchTrack> _tracks;
        private readonly DimensionalAnalysis? _dimensions;
        private readonly Expression? _law;
        private readonly ModelInfo _info;
        private readonly DiscoveryOptions _options;
        private readonly IProgress<DiscoveryProgress>? _progress;
        private readonly CancellationToken _stop;
        private readonly FormulaPolish _polish;
        private readonly double[] _targets;
        private readonly double _scale;
        private readonly ParetoFront _front = new();
        private readonly ParetoFront _beyond = new();
        private readonly HashSet<Expression> _ablated = [];
        private int _trained;
        private double _networkFloor;
        private double _networkRmse = double.PositiveInfinity;

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
            _info = Info(training, inputNames, targetName, options);
            _plain = DataView.Plain(training.Count <= SearchRows ? training : training.Split((double)SearchRows / training.Count, options.Seed).Validation, validation, _info);
            _dimensions = options.Units.IsEmpty ? null : new DimensionalAnalysis(inputNames, targetName, options.Units);
            ImmutableArray<DataView> grouped = _dimensions?.Views(_plain, out _law) ?? [];
            DataView? broken = options.Library.Covers(Expression.Abs(new Variable("x"))) ? BrokenInputs.Split(_plain, options.Seed, stop) : null;
            var inputs = new SearchTrack([.. ((DataView?[])[_plain, _plain.Divided(), broken, InputScreening.Screen(_plain)]).OfType<DataView>()], options.Library);
            // Groups without units have fewer inputs, so they come first; what the inputs themselves show is found as without units.
            _tracks = grouped.Length > 0 ? [new SearchTrack(grouped, options.Library), inputs] : [inputs];
            Dataset polished = training.Count <= PolishRows ? training : training.Split((double)PolishRows / training.Count, options.Seed + 1).Validation;
            _polish = new FormulaPolish(_info.InputNames, polished.Inputs, polished.Targets.Column(0).ToArray(), polished.RowWeights);
        }

        public Finding Run(CancellationToken cancellation)
        {
            OfferConstant();
            OfferPowerLaw();
            OfferStart();
            DiscoveryStop stop = DiscoveryStop.Exhausted;
            int rounds = Math.Min(MaxRounds, _options.MaxRounds);
            for (int round = 0; round < rounds && !IsDone && !_stop.IsCancellationRequested; round++)
            {
                // Formulas beyond the limits do not end a search, but parts of them may be within.
                if (_beyond.Best is not null)
                    FillFront();
                foreach (SearchTrack track in _tracks)
                    Round(track, round, rounds);
            }
            FillFront();
            if (IsDone)
                stop = DiscoveryStop.TargetReached;
            else if (_stop.IsCancellationRequested)
                stop = cancellation.IsCancellationRequested ? DiscoveryStop.Cancelled : DiscoveryStop.Deadline;
            return new Finding(_front.Front, stop, _trained, _networkRmse);
        }

        private void Round(SearchTrack track, int round, int rounds)
        {
            if (IsDone || _stop.IsCancellationRequested)
                return;
            List<(DataView View, ShapeStart Start)> starts = track.Starts(round);
            Report(round, rounds, $"training {starts.Count} networks");
            List<CandidateNetwork> networks = Train(starts);
            MakeSymbolic(Promising(networks), round, rounds);
            track.Note(networks);
            if (round >= ReductionAfter && track.Reduced is null && !IsExact && !_stop.IsCancellationRequested && track.Clearest is { } clearest)
                track.Reduced = Reduce(track, clearest, round, rounds);
            if (round == 0 && !IsDone)
                OfferCurves(track, round, rounds);
            if (round == 0 && !IsDone)
                OfferAlgebraic(track, round, rounds);
            if (round <= SumsAfter && !IsDone)
                OfferSums(track, round, rounds);
        }

        /// <summary>
        /// A formula is exact, or as good as the best network that a finer grid does not make better: what is left is noise.
        /// </summary>
        private bool IsDone => IsExact || _front.Best!.ValidationRmse <= NoiseTolerance * _networkFloor;

        private bool IsExact => _front.Best!.ValidationRmse <= _options.TargetError * _scale;

        private List<CandidateNetwork> Train(IReadOnlyList<(DataView View, ShapeStart Start)> starts)
        {
            var networks = new CandidateNetwork?[starts.Count];
            ForEach(networks.Length, i => networks[i] = CandidateNetwork.Train(
                starts[i].Start, _options.Seed * 1000 + (ulong)starts[i].Start.Start + 500_000 * (ulong)_options.SearchesBefore, starts[i].View, _stop));
            _trained += networks.Count(network => network is not null);
            List<CandidateNetwork> trained = [.. networks.OfType<CandidateNetwork>().Where(network => double.IsFinite(network.ValidationRmse))];
            trained.ForEach(Compare);
            return trained;
        }

        /// <summary>Keeps the error of the best network of the target itself.</summary>
        private void Compare(CandidateNetwork network) => _networkRmse = network.View.IsPlain ? Math.Min(_networkRmse, network.ValidationRmse * _scale) : _networkRmse;

        /// <summary>The view with the fewest inputs that networks do as well on; null where no input can be spared.</summary>
        private DataView? Reduce(SearchTrack track, CandidateNetwork network, int round, int rounds)
        {
            List<CandidateNetwork> trained = [];
            while (network.ValidationRmse <= LargestErrorOfReduction)
            {
                CandidateNetwork? better = null;
                foreach (DataView view in InputReduction.Suggest(network))
                {
                    Report(round, rounds, $"training networks of {view.Info.InputNames.Length} combined inputs");
                    trained = Train([.. CandidateShapes.ForReduction(view.Info.InputNames.Length).Select(start => (view, start))]);
                    better = trained.MinBy(candidate => candidate.ValidationRmse);
                    if (better is not null && better.ValidationRmse <= Math.Max(ReductionTolerance * network.ValidationRmse, _options.TargetError))
                        break;
                    better = null;
                }
                if (better is null || _stop.IsCancellationRequested)
                    break;
                network = better;
            }
            if (track.Views.Contains(network.View))
                return null;
            MakeSymbolic(Promising([.. trained.Where(candidate => candidate.View == network.View)]), round, rounds);
            return network.View;
        }

        /// <summary>The networks worth a formula: the best by rank, one for each set of active edges.</summary>
        private static List<CandidateNetwork> Promising(List<CandidateNetwork> networks)
        {
            List<CandidateNetwork> sorted = [.. networks.OrderBy(n => n.Rank)];
            return [.. sorted.DistinctBy(n => (n.View, n.Model.Shape, n.Model.ActiveEdgeCount, Math.Round(4 * Math.Log10(n.ValidationRmse)))).Take(SymbolicPerRound)];
        }

        private void MakeSymbolic(List<CandidateNetwork> networks, int round, int rounds)
        {
            double noise = double.PositiveInfinity, resolved = double.PositiveInfinity;
            int fewest = int.MaxValue, first = 0;
            while (networks.Count > 0 && !_stop.IsCancellationRequested)
            {
                int count = Math.Min(SymbolicBatch, networks.Count);
                Report(round, rounds, $"reading formulas off network {first + 1} to {first + count} of {first + networks.Count}");
                var found = new List<FormulaCandidate>[count];
                var refined = new CandidateNetwork[count];
                ForEach(count, i =>
                {
                    refined[i] = networks[i].Refine(_stop);
                    found[i] = Read(refined[i]);
                });
                for (int i = 0; i < count && !_stop.IsCancellationRequested; i++)
                {
                    fewest = Math.Min(fewest, refined[i].Model.ActiveEdgeCount);
                    Compare(refined[i]);
                    if (!refined[i].View.IsPlain)
                        continue;
                    if (refined[i].IsRefined && refined[i].ValidationRmse > NoiseShare * networks[i].ValidationRmse)
                        noise = Math.Min(noise, refined[i].ValidationRmse);
                    resolved = Math.Min(resolved, refined[i].ValidationRmse);
                }
                Take(found);
                networks = networks[count..];
                first += count;
                // Where a formula is found already, a network with fewer edges may have a plainer one.
                if (IsDone)
                    networks = [.. networks.Where(network => network.Model.ActiveEdgeCount < fewest)];
            }
            // Noise it is only if no network got clearly below it, and richer ones than those of the first two rounds were among them.
            _networkFloor = round > 1 && double.IsFinite(noise) && noise <= NoiseTolerance * resolved ? noise * _scale : 0;
        }

        /// <summary>Every formula that one network leads to.</summary>
        private List<FormulaCandidate> Read(CandidateNetwork network)
        {
            var found = new List<FormulaCandidate>();
            // Wider than by default: with noise that finds the form in 60 of 60 tables instead of 57.
            var options = new SymbolicSearchOptions { Library = _options.Library, Beam = 3, RefitSteps = 10, Threads = 1 };
            foreach (SymbolicNetwork candidate in SymbolicSearch.Run(network.Model, network.View.Training, options, cancellation: _stop).Where(candidate => candidate.Model.NumericEdgeCount == 0))
            {
                if (Polish(() => network.View.Restore(candidate.Model.ToFormulas()[0])) is not FormulaFitResult fitted)
                    continue;
                Offer(found, fitted, network.View == _plain ? candidate.Model : FormulaModels.TryCompile(fitted.Formula, _info, _all.Inputs, out _));
            }
            if (found.Any(candidate => candidate.ValidationRmse <= _options.TargetError * _scale))
                return found;
            foreach (Expression formula in SeparateCurves.Find(network, _options.Library, _stop))
            {
                if (Polish(() => network.View.Restore(formula.Simplify())) is { } fitted)
                    Offer(found, fitted, FormulaModels.TryCompile(fitted.Formula, _info, _all.Inputs, out _));
            }
            return found;
        }

        /// <summary>Adds what is left of the formulas on the front when parts of them are taken away, until nothing new comes of it.</summary>
        private void FillFront()
        {
            for (bool grew = true; grew && !_stop.IsCancellationRequested;)
            {
                (FormulaCandidate Whole, Expression Remainder)[] variants =
                [
                    .. _front.Front.Concat(_beyond.Front).Where(candidate => candidate.Formula.Complexity <= LargestAblated && _ablated.Add(candidate.Formula))
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
                Take(found);
                grew = variants.Length > 0;
            }
        }

        /// <summary>Puts formulas on the front; those beyond the limits beside it, since what is left of them without a part may be within.</summary>
        private void Take(IEnumerable<List<FormulaCandidate>?> found)
        {
            foreach (FormulaCandidate candidate in found.SelectMany(list => list ?? []))
                (_options.Allows(candidate.Formula) ? _front : _beyond).Offer(candidate);
        }

        private void Offer(List<FormulaCandidate> found, FormulaFitResult fitted, KanModel? model)
        {
            if (_dimensions?.IsConsistent(fitted.Formula, _plain.Validation.Inputs) == false || Cancellation.Dominates(fitted.Formula, _info.InputNames, _plain.Training.Inputs))
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
            for (int i = 0; i < found.Length; i++)
            {
                // However soon a search ends, and however its formulas are simplified, it is no worse than what it began with.
                found[i] ??= [];
                if (FormulaFit.Run(_options.Start[i], _info.InputNames, _all.Inputs, _targets, steps: 0, _all.RowWeights) is { } asItIs && double.IsFinite(asItIs.Rmse))
                    Offer(found[i], asItIs, FormulaModels.TryCompile(asItIs.Formula, _info, _all.Inputs, out _));
            }
            Take(found);
        }

        /// <summary>Power laws span orders of magnitude that splines cannot; their logarithms tell them at once.</summary>
        private void OfferPowerLaw()
        {
            var found = new List<FormulaCandidate>();
            foreach ((DataView view, Expression law) in _tracks.SelectMany(track => track.Views).SelectMany(view => PowerLaw.Fit(view.Training, view.Info.InputNames).Select(law => (view, law))))
            {
                if (Polish(() => view.Restore(law)) is { } fitted)
                    Offer(found, fitted, FormulaModels.TryCompile(fitted.Formula, _info, _all.Inputs, out _));
            }
            if (_law is not null && Polish(() => Math.E / 3 * _law) is { } only)
                Offer(found, only, FormulaModels.TryCompile(only.Formula, _info, _all.Inputs, out _));
            Take([found]);
        }

        /// <summary>Where the target is a product of powers times a curve, the curve is searched for by itself; networks see it from now on.</summary>
        private void OfferCurves(SearchTrack track, int round, int rounds)
        {
            Report(round, rounds, "looking for a curve of one product of powers");
            foreach (DataView view in track.Views.SelectMany(view => SimilarityForms.Find(view, _options.Threads, _stop)).ToArray())
            {
                IReadOnlyList<Expression> curves = CurveSearch.Find(
                    view.Training.Inputs.Column(0), view.Training.Targets.Column(0), new Variable(view.Info.InputNames[0]), _options.Library, _options.Threads, _stop, rich: true);
                OfferFormulas(view, curves);
                if (IsExact)
                    return;
                track.Add(view);
            }
        }

        /// <summary>Quotients of polynomials and roots of quadratic equations, of which the rows are exact points.</summary>
        private void OfferAlgebraic(SearchTrack track, int round, int rounds)
        {
            Report(round, rounds, "looking for a quotient of polynomials");
            foreach (DataView view in track.Views.Select(view => PowerFactors.Find(view, _options.Library, _stop)).OfType<DataView>().ToArray())
                track.Add(view);
            foreach (DataView view in track.Views)
            {
                foreach (var found in AlgebraicForms.Find([view, .. view.Algebraic(_options.Library)], _options.Library, _options.Threads, _stop).GroupBy(found => found.View, found => found.Formula))
                    OfferFormulas(found.Key, [.. found]);
                if (IsExact)
                    return;
            }
        }

        /// <summary>Sums of few products after the first round, of products times curves of one quantity after the second.</summary>
        private void OfferSums(SearchTrack track, int round, int rounds)
        {
            Report(round, rounds, "looking for a sum of products");
            foreach (DataView view in track.Views.SelectMany(view => view.Transformed(_options.Library).Prepend(view)).ToArray())
            {
                IReadOnlyList<Expression> sums = round == SumsAfter ? SumForms.FindCurves(view, _options.Library, _options.Threads, _stop)
                    : SumForms.FindProducts(view, _options.Threads, _stop) is { } sum ? [sum] : [];
                OfferFormulas(view, sums);
                if (IsExact)
                    return;
            }
        }

        /// <summary>Fits formulas of a view and puts them on the front.</summary>
        private void OfferFormulas(DataView view, IReadOnlyList<Expression> formulas)
        {
            var found = new List<FormulaCandidate>[formulas.Count];
            ForEach(found.Length, i =>
            {
                found[i] = [];
                if (Polish(() => view.Restore(formulas[i].Simplify())) is { } fitted)
                    Offer(found[i], fitted, FormulaModels.TryCompile(fitted.Formula, _info, _all.Inputs, out _));
            });
            Take(found);
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
