using System.Numerics.Tensors;
using KanSharp.Formulas;
using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Interpretation;

/// <summary>
/// Foretells the error of a network in which a function has taken the place of one edge's curve and all other parameters have been refitted, from one linearisation at the
/// present network: the outputs change by g (v - f), with g their derivative by the edge's value, f the curve and v the function, and by J p, with J their
/// derivatives by the other parameters. The curve is held at some places of its input and linear between them, so that v is a short vector.
/// Factoring the Gram matrix of (J, g at the places, residuals without the edge), damped by mu D for J, projects J out: the last rows of the factor are the least squares problem of v alone.
/// </summary>
internal sealed class EdgeForecast
{
    /// <summary>Weight of the damping: how far other parameters may go to make up for a choice, which is as far as the linearisation can be trusted.</summary>
    private const double Damping = 1e-3;

    private const double SmallestScale = 1e-12;

    /// <summary>What keeps the factor regular, relative to the largest entry of the diagonal.</summary>
    private const double Ridge = 1e-13;

    /// <summary>Places that a curve is held at, at least; ..</summary>
    private const int FewestPlaces = 30;

    /// <summary>.. so many for each interval of its grid; ..</summary>
    private const int PlacesPerInterval = 4;

    /// <summary>.. and at most.</summary>
    private const int MostPlaces = 200;

    /// <summary>Samples of a curve in which its breaks are looked for.</summary>
    private const int CurveSamples = 200;

    private readonly KanModel _model;
    private readonly EdgeIndex _edge;
    private readonly int[] _free;
    private readonly double[] _places;
    private readonly double[] _curve;
    private readonly int _order;
    private readonly double[] _factor;
    private readonly MetricFit? _fit;

    /// <param name="model">The network; the edge has a numeric part.</param>
    /// <param name="edge">The edge.</param>
    /// <param name="rows">The rows to fit.</param>
    public EdgeForecast(KanModel model, EdgeIndex edge, SymbolicRows rows)
    {
        (_model, _edge) = (model, edge);
        _free = TrainableParameters.ForLeastSquares(model, TrainableParameters.Mask(model, new TrainableParts { FrozenEdges = [edge] }));
        var evaluator = new NetworkEvaluator<double>(model.Network);
        double[] parameters = model.Parameters.ToArray(), x = Inputs(evaluator, parameters, edge, rows.Inputs);
        _places = Quantiles(x, Math.Clamp(PlacesPerInterval * model.Layers[edge.Layer].Grids[edge.Input].Intervals, FewestPlaces, MostPlaces));
        _curve = model.EvaluateEdge(edge, _places);
        _order = _free.Length + _places.Length + 1;
        _factor = new double[_order * _order];
        AddGram(evaluator, parameters, x, rows);
        Damp();
        if (Cholesky.TryFactor(_factor, _order))
            _fit = CreateFit(new Lazy<SymbolicFit>(() => SymbolicFit.OfRanks(x, model.EvaluateEdge(edge, x), CurveSamples)));
    }

    /// <summary>
    /// The functions of least cost, which is given the foretold root mean squared error, best first. Of functions that say the same, as sine and cosine do, the first alone.
    /// </summary>
    /// <param name="functions">The functions to choose from.</param>
    /// <param name="count">How many are asked for.</param>
    /// <param name="largestOffset">The largest d of c f(a x + b) + d, as a multiple of the curve's largest value.</param>
    /// <param name="cost">Grows with the error and with the complexity.</param>
    public List<ForetoldChoice> Best(IEnumerable<SymbolicFunction> functions, int count, double largestOffset, Func<double, int, double> cost)
    {
        var best = new List<(ForetoldChoice Choice, double Cost)>();
        if (_fit is null)
            return [];
        double largest = largestOffset * _curve.Max(Math.Abs);
        foreach (SymbolicFunction function in functions.OrderBy(function => function.Complexity))
        {
            // Not even a function that follows the best of all curves could be among them.
            if (best.Count == count && cost(_fit.Least, function.Complexity) >= best[^1].Cost)
                break;
            if (_fit.Fit(function) is not ForetoldChoice choice || !(Math.Abs(choice.D) <= largest) || best.Any(other => SaysTheSame(other.Choice, choice)))
                continue;
            double own = cost(choice.Rmse, function.Complexity);
            int place = best.FindIndex(other => own < other.Cost);
            best.Insert(place < 0 ? best.Count : place, (choice, own));
            if (best.Count > count)
                best.RemoveAt(count);
        }
        return [.. best.Select(pair => pair.Choice)];
    }

    /// <summary>The network with the choice made and all else as it was, and its parameters where the linearisation has its least error.</summary>
    public (KanModel Model, double[] Moved) Apply(ForetoldChoice choice)
    {
        KanModel chosen = SymbolicEdges.Fix(_model, _edge, choice.Function, choice.A, choice.B, choice.C, choice.D);
        // The solution of L Lᵀ p = Jᵀ(residuals): the rows of the factor below L are L⁻¹ Jᵀ of what they stand for.
        double[] move = new double[_free.Length];
        for (int i = 0; i <= _places.Length; i++)
        {
            double value = i == _places.Length ? 1 : choice.C * choice.Function.Value(choice.A * _places[i] + choice.B) + choice.D;
            TensorPrimitives.MultiplyAdd(_factor.AsSpan((_free.Length + i) * _order, move.Length), value, move, move);
        }
        for (int i = move.Length - 1; i >= 0; i--)
        {
            move[i] /= _factor[i * _order + i];
            TensorPrimitives.MultiplyAdd(_factor.AsSpan(i * _order, i), -move[i], move.AsSpan(0, i), move.AsSpan(0, i));
        }
        double[] moved = chosen.Parameters.ToArray();
        // The constants of the edge stand before all that comes after them.
        KanLayer layer = chosen.Layers[_edge.Layer];
        int from = chosen.Network.Offsets[_edge.Layer] + layer.AffineOffset + 4 * layer.SymbolicIndex(_edge.Input, _edge.Output), shift = moved.Length - _model.Parameters.Length;
        for (int i = 0; i < move.Length; i++)
            moved[_free[i] < from ? _free[i] : _free[i] + shift] -= move[i];
        return (chosen, moved);
    }

    private static bool SaysTheSame(ForetoldChoice left, ForetoldChoice right) =>
        left.Function.Complexity == right.Function.Complexity && Math.Abs(left.Rmse - right.Rmse) <= 1e-4 * right.Rmse;

    private static double[] Inputs(NetworkEvaluator<double> evaluator, double[] parameters, EdgeIndex edge, Matrix inputs)
    {
        if (edge.Layer == 0)
            return inputs.Column(edge.Input).ToArray();
        double[] x = new double[inputs.Rows];
        evaluator.Forward(parameters, inputs, (start, pass) => pass.Nodes(edge.Layer).Slice(edge.Input * NetworkPass<double>.TileSamples, pass.Count).CopyTo(x.AsSpan(start)));
        return x;
    }

    /// <summary>Places by rank, ascending, both ends among them: every n-th row of a table that is a grid would be few different places.</summary>
    private static double[] Quantiles(double[] x, int count)
    {
        double[] sorted = (double[])x.Clone();
        Array.Sort(sorted);
        return [.. Enumerable.Range(0, count).Select(i => sorted[(int)((long)i * (sorted.Length - 1) / (count - 1))]).Distinct()];
    }

    private void AddGram(NetworkEvaluator<double> evaluator, double[] parameters, double[] x, SymbolicRows data)
    {
        const int samples = NetworkPass<double>.TileSamples;
        int count = _free.Length, places = _places.Length;
        KanNetwork network = _model.Network;
        // But for a factor, the derivative by the edge's value is the one by the bias of the subnode that it leads to.
        var tileRows = new JacobianTile<double>(network, evaluator.Weights, [.. _free, network.Offsets[_edge.Layer] + _model.Layers[_edge.Layer].SubnodeBiasOffset + _edge.Output]);
        double scale = network.View(_edge.Layer, parameters).Constants.SubnodeScales[_edge.Output], weight = 1 / Math.Sqrt((double)data.Targets.Rows * data.Targets.Columns);
        double[] rows = new double[_order * samples], edge = new double[samples];
        var discard = new GradientSums<double>(network, null);
        evaluator.Fold(parameters);
        evaluator.ForEachChunk(data.Inputs.Rows, 1, (_, pass, first, last) =>
        {
            for (int tile = first; tile < last; tile++)
            {
                int start = tile * samples, height = Math.Min(samples, data.Inputs.Rows - start);
                pass.Forward(evaluator.Weights, parameters, data.Inputs, start, height, slopes: true);
                for (int o = 0; o < data.Targets.Columns; o++)
                {
                    pass.OutputAdjoints.Span.Clear();
                    Span<double> residuals = rows.AsSpan((_order - 1) * samples, height), slopes = pass.OutputAdjoints.AsSpan(o * samples, height);
                    for (int n = 0; n < height; n++)
                    {
                        slopes[n] = data.Weights is null ? weight : weight * Math.Sqrt(data.Weights[start + n]);
                        residuals[n] = slopes[n] * (pass.Outputs[o * samples + n] - data.Targets[start + n, o]);
                    }
                    pass.Jacobian(evaluator.Weights, parameters, tileRows, discard);
                    CopyRows(tileRows, height, rows);
                    TensorPrimitives.Multiply(rows.AsSpan(count * samples, height), scale, edge);
                    rows.AsSpan(count * samples, places * samples).Clear();
                    for (int n = 0; n < height; n++)
                    {
                        (int cell, double right) = Locate(x[start + n]);
                        AddPlace(cell, n, (1 - right) * edge[n], residuals);
                        if (right > 0)
                            AddPlace(cell + 1, n, right * edge[n], residuals);
                    }
                    SymmetricUpdate.AddGram(_factor, _order, rows, samples, height);
                }
            }
        });

        void AddPlace(int place, int n, double slope, Span<double> residuals)
        {
            rows[(count + place) * samples + n] = slope;
            residuals[n] -= slope * _curve[place];
        }
    }

    /// <summary>Derivatives in the order of the parameters, a row of samples each.</summary>
    private static void CopyRows(JacobianTile<double> tile, int count, double[] rows)
    {
        const int samples = NetworkPass<double>.TileSamples, width = WindowProducts.Width;
        foreach ((int from, int to, int length) in tile.Runs)
        {
            if (from < tile.FirstRow)
                rows.AsSpan(to * samples, length * samples).Clear();
            else
                tile.Rows.AsSpan((from - tile.FirstRow) * samples, length * samples).CopyTo(rows.AsSpan(to * samples));
        }
        for (int at = 0; at < tile.Starts.Length; at++)
        {
            for (int tap = 0; at % samples < count && tap < width; tap++)
                rows[tile.Order[tile.Starts[at] + tap] * samples + at % samples] = tile.Windows[at * width + tap];
        }
    }

    /// <summary>The place before x, and how far x is on the way to the next one.</summary>
    private (int Cell, double Right) Locate(double x)
    {
        int place = Array.BinarySearch(_places, x);
        if (place >= 0)
            return (place, 0);
        int cell = ~place - 1;
        return (cell, (x - _places[cell]) / (_places[cell + 1] - _places[cell]));
    }

    private void Damp()
    {
        int count = _free.Length, residuals = _order - 1;
        double largest = Math.Max(double.Epsilon, Enumerable.Range(0, count).Select(i => _factor[i * _order + i]).DefaultIfEmpty().Max());
        double largestPlace = Math.Max(double.Epsilon, Enumerable.Range(count, _places.Length).Max(i => _factor[i * _order + i]));
        for (int i = 0; i < count; i++)
        {
            double root = Math.Sqrt(Math.Max(_factor[i * _order + i] / largest, SmallestScale));
            _factor[i * _order + i] += Damping * largest * root * Math.Sqrt(root);
        }
        for (int i = count; i < residuals; i++)
            _factor[i * _order + i] += Ridge * largestPlace;
        _factor[residuals * _order + residuals] += Ridge * _factor[residuals * _order + residuals] + double.Epsilon;
    }

    private MetricFit CreateFit(Lazy<SymbolicFit> samples)
    {
        int count = _free.Length, places = _places.Length;
        double[] metric = new double[places * places], target = new double[places];
        for (int i = 0; i < places; i++)
        {
            for (int j = i; j < places; j++)
                metric[i * places + j] = _factor[(count + j) * _order + count + i];
            target[i] = -_factor[(_order - 1) * _order + count + i];
        }
        return new MetricFit(_places, _curve, samples, new FitMetric(metric, places), target, _factor[_order * _order - 1]);
    }
}
