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

    /// <summary>
    /// Tries to remove every hidden node, then every edge, the least important first, refitting by Levenberg-Marquardt each time.
    /// </summary>
    /// <param name="model">A trained network.</param>
    /// <param name="training">Rows to refit to, in the user's units.</param>
    /// <param name="validation">Rows to judge by.</param>
    /// <param name="tolerance">Factor by which the validation error may grow for each edge that goes.</param>
    /// <param name="threads">Threads to use at most; the result does not depend on it.</param>
    /// <param name="cancellation">Ends pruning with what is left so far.</param>
    public static (KanModel Model, double ValidationRmse) PruneByError(this KanModel model, Dataset training, Dataset validation,
        double tolerance = EdgeTolerance, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (!(tolerance >= 1 && double.IsFinite(tolerance)))
            throw new KanSharpException($"A tolerance of {tolerance} is not possible; use 1 or a little more (1.05 is usual).");
        var state = new State(model, training, validation, threads, cancellation);
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

    private sealed class State(KanModel model, Dataset training, Dataset validation, int threads, CancellationToken cancellation)
    {
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
                    int[][] kept = [.. Enumerable.Range(0, Model.Layers.Length + 1).Select(l => Enumerable.Range(0, Nodes(l)).ToArray())];
                    kept[level] = [.. Enumerable.Range(0, left.Count).Where(i => left[i] != node)];
                    int index = left.IndexOf(node);
                    KanModel without = ModelSurgery.KeepNodes(WithMeansInBiases(edge => edge.Layer == level && edge.Input == index), kept);
                    if (Try(without, NodeRefitSteps, Math.Pow(tolerance, Model.ActiveEdgeCount - without.ActiveEdgeCount)))
                        left.Remove(node);
                }
            }
        }

        public void RemoveEdges(double tolerance)
        {
            Attribution scores = Attribution.Measure(Model, training.Inputs);
            EdgeIndex[] edges = [.. Model.Layers.SelectMany(Connectivity.ActiveEdges).OrderBy(scores.EdgeScore)];
            foreach (EdgeIndex edge in edges)
            {
                if (cancellation.IsCancellationRequested)
                    break;
                KanModel without = ModelSurgery.SwitchOff(WithMeansInBiases(other => other == edge), other => other == edge);
                if (IsConnected(without))
                    Try(without, EdgeRefitSteps, tolerance);
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

        private bool Try(KanModel without, int steps, double allowedGrowth)
        {
            KanModel refitted = Trainer.Fit(without, training, new TrainingOptions
            {
                Optimizer = Optimizer.LevenbergMarquardt,
                Steps = steps,
                GridSchedule = GridSchedule.None,
                Threads = threads,
            }).Model;
            double error = NetworkRmse(refitted, validation);
            if (!(error <= Math.Max(Error * allowedGrowth, RoundingError)))
                return false;
            (Model, Error) = (refitted, error);
            return true;
        }

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
