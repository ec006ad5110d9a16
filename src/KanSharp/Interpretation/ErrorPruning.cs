using KanSharp.Layers;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;
using KanSharp.Training.Objectives;

namespace KanSharp.Interpretation;

/// <summary>
/// Pruning by what counts: a node or an edge goes if the network, refitted without it, is as good on rows it was not fitted to. Unlike thresholds on
/// scores this sees twins, two nodes that share one job: without one of them the other takes over.
/// </summary>
public static class ErrorPruning
{
    /// <summary>Default factor by which the validation error may grow for each edge that goes.</summary>
    public const double EdgeTolerance = 1.05;

    /// <summary>Below this, in the network's units, an error is rounding.</summary>
    private const double RoundingError = 1e-12;

    private const int NodeRefitSteps = 20;
    private const int EdgeRefitSteps = 8;

    /// <summary>A merged node starts from curves that were made for two and is refitted twice; one long training would smooth its start away.</summary>
    private const int MergeRefits = 2;

    /// <summary>
    /// Tries to remove every hidden node, then every edge, the least important first, refitting by Levenberg-Marquardt each time. A node that cannot go
    /// as it is, is tried as a part of the most important one of its level. Edges that are symbolic, and nodes with such edges, stay.
    /// </summary>
    /// <param name="model">A trained network.</param>
    /// <param name="training">Rows to refit to, in the user's units.</param>
    /// <param name="validation">Rows to judge by.</param>
    /// <param name="tolerance">Factor by which the validation error may grow for each edge that goes.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="progress">Told the part of the nodes and edges that has been tried.</param>
    /// <param name="cancellation">Ends pruning with what is left so far.</param>
    public static (KanModel Model, double ValidationRmse) PruneByError(this KanModel model, Dataset training, Dataset validation,
        double tolerance = EdgeTolerance, int threads = 1, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireSplines("Pruning by error");
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (!(tolerance >= 1 && double.IsFinite(tolerance)))
            throw new KanSharpException($"A tolerance of {tolerance} is not possible; use 1 or a little more (1.05 is usual).");
        var state = new State(model, training, validation, threads, progress, cancellation);
        state.RemoveNodes(tolerance);
        state.RemoveEdges(tolerance);
        KanModel result = state.Model.RemoveIdleNodes().Model;
        return (result.WithHistory($"pruned by error: {model.Shape} -> {result.Shape}, {model.ActiveEdgeCount} -> {result.ActiveEdgeCount} edges"), state.Error);
    }

    /// <summary>Root mean squared error in the network's units.</summary>
    internal static double NetworkRmse(KanModel model, Dataset data)
    {
        Matrix outputs = model.Evaluate(model.Info.InputScaling.Apply(data.Inputs));
        Matrix targets = model.Info.OutputScaling.Apply(data.Targets);
        return Math.Sqrt(LossFunction.MeanSquaredError.Mean(outputs, targets, data.RowWeights));
    }

    private sealed class State(KanModel model, Dataset training, Dataset validation, int threads, IProgress<double>? progress, CancellationToken cancellation)
    {
        private readonly int _nodes = model.Widths[1..^1].Sum(width => width.Nodes);
        private int _nodesTried;

        public KanModel Model { get; private set; } = model;

        public double Error { get; private set; } = NetworkRmse(model, validation);

        public void RemoveNodes(double tolerance)
        {
            for (int level = 1; level < Model.Layers.Length; level++)
            {
                int[] order = ByScore(Attribution.Measure(Model, training.Inputs).NodeScores(level));
                List<int> left = [.. order.Order()];
                foreach (int node in order)
                {
                    if (left.Count == 1 || cancellation.IsCancellationRequested)
                        break;
                    progress?.Report(Math.Min(1, (double)_nodesTried++ / (_nodes + Model.ActiveEdgeCount)));
                    if (HasSymbolicEdges(level, left.IndexOf(node)))
                        continue;
                    int partner = Array.FindLast(order, other => other != node && left.Contains(other));
                    if (TryWithout(level, left.IndexOf(node), left.IndexOf(partner), tolerance))
                        left.Remove(node);
                }
            }
        }

        /// <summary>Removes a node as it is or, where that is too bad, after its partner has taken it in; false where neither will do.</summary>
        private bool TryWithout(int level, int index, int partner, double tolerance)
        {
            int[][] kept = [.. Enumerable.Range(0, Model.Layers.Length + 1).Select(l => Enumerable.Range(0, Nodes(l)).ToArray())];
            kept[level] = [.. kept[level].Where(other => other != index)];
            KanModel without = ModelSurgery.KeepNodes(WithMeansInBiases(edge => edge.Layer == level && edge.Input == index), kept);
            if (TryOne(without, 1))
                return true;
            Activations activations = Model.Activate(training.Inputs);
            int sums = Model.Layers[level - 1].Output.Sums;
            if (index >= sums || partner >= sums || HasSymbolicEdges(level, partner) || activations.InputDeviation(level, index) == 0)
                return false;
            foreach (int sign in (ReadOnlySpan<int>)[1, -1])
            {
                if (TryOne(ModelSurgery.KeepNodes(NodeMerge.Take(activations, level, index, partner, sign), kept), MergeRefits))
                    return true;
            }
            return false;

            bool TryOne(KanModel smaller, int refits) => Try(smaller, NodeRefitSteps, refits, Math.Pow(tolerance, Math.Max(1, Model.ActiveEdgeCount - smaller.ActiveEdgeCount)));
        }

        public void RemoveEdges(double tolerance)
        {
            Attribution scores = Attribution.Measure(Model, training.Inputs);
            EdgeIndex[] edges =
            [
                .. Model.Layers.SelectMany(Connectivity.ActiveEdges).Where(edge => Model.Layers[edge.Layer].SymbolicIndex(edge.Input, edge.Output) < 0).OrderBy(scores.EdgeScore),
            ];
            for (int e = 0; e < edges.Length && !cancellation.IsCancellationRequested; e++)
            {
                progress?.Report((double)(_nodes + e) / (_nodes + edges.Length));
                EdgeIndex edge = edges[e];
                KanModel without = ModelSurgery.SwitchOff(WithMeansInBiases(other => other == edge), other => other == edge);
                if (IsConnected(without))
                    Try(without, EdgeRefitSteps, 1, tolerance);
            }
        }

        /// <summary>
        /// The model with the means of some edges added to the biases of their subnodes, so that removing these edges takes away what varies and
        /// nothing else.
        /// </summary>
        private KanModel WithMeansInBiases(Func<EdgeIndex, bool> removed)
        {
            Activations activations = Model.Activate(training.Inputs);
            double[] parameters = Model.Parameters.ToArray();
            foreach (EdgeIndex edge in Model.Layers.SelectMany(Connectivity.ActiveEdges).Where(removed))
            {
                LayerParameters layer = Model.Network.View(edge.Layer, parameters);
                layer.SubnodeBiases[edge.Output] += layer.SubnodeScales[edge.Output] * activations.EdgeSamples(edge).Y.Average();
            }
            return Model.With(parameters);
        }

        private bool Try(KanModel without, int steps, int refits, double allowedGrowth)
        {
            KanModel refitted = without;
            for (int i = 0; i < refits; i++)
            {
                refitted = Trainer.Fit(refitted, training, new TrainingOptions
                {
                    Optimizer = Optimizer.LevenbergMarquardt,
                    Steps = steps,
                    GridSchedule = GridSchedule.None,
                    Threads = threads,
                }).Model;
            }
            double error = NetworkRmse(refitted, validation);
            if (!(error <= Math.Max(Error * allowedGrowth, RoundingError)))
                return false;
            (Model, Error) = (refitted, error);
            return true;
        }

        private bool HasSymbolicEdges(int level, int node) => Model.Layers[level].SymbolicEdges.Any(edge => edge.Input == node)
            || Model.Layers[level - 1].SymbolicEdges.Any(edge => Model.Layers[level - 1].Output.NodeOf(edge.Output) == node);

        private int Nodes(int level) => level == 0 ? Model.InputCount : Model.Layers[level - 1].NodeCount;

        /// <summary>Every output, and every factor of every product that an output needs, is still reached from an input.</summary>
        private static bool IsConnected(KanModel model)
        {
            bool[][] reached = Connectivity.FromInputs(model.Layers), reaching = Connectivity.ToOutputs(model.Layers);
            for (int l = 0; l < model.Layers.Length; l++)
            {
                KanLayer layer = model.Layers[l];
                for (int j = 0; j < layer.SubnodeCount; j++)
                {
                    int node = layer.Output.NodeOf(j);
                    bool needed = reaching[l + 1][node] && (node >= layer.Output.Sums || l == model.Layers.Length - 1);
                    if (needed && !Enumerable.Range(0, layer.InputCount).Any(i => reached[l][i] && layer.IsActive(i, j)))
                        return false;
                }
            }
            return true;
        }

        private static int[] ByScore(ReadOnlySpan<double> scores)
        {
            double[] keys = scores.ToArray();
            int[] order = [.. Enumerable.Range(0, keys.Length)];
            Array.Sort(keys, order);
            return order;
        }
    }
}
