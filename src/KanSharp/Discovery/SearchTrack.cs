using System.Collections.Immutable;
using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>Views of the data that are searched round by round, beside those of other tracks and without a word from them: what a track finds, it finds whatever others there are.</summary>
/// <param name="views">The views to begin with.</param>
/// <param name="library">The functions that may appear.</param>
internal sealed class SearchTrack(ImmutableArray<DataView> views, SymbolicLibrary library)
{
    /// <summary>The views of the target itself.</summary>
    public ImmutableArray<DataView> Views { get; private set; } = views;

    /// <summary>The view of fewer inputs that do as well; null where there is none.</summary>
    public DataView? Reduced { get; set; }

    /// <summary>The network of least validation error among those of more than one input.</summary>
    public CandidateNetwork? Clearest { get; private set; }

    public void Add(DataView view) => Views = Views.Contains(view) ? Views : Views.Add(view);

    /// <summary>Takes note of networks that were trained in a round.</summary>
    public void Note(IEnumerable<CandidateNetwork> networks) =>
        Clearest = networks.Where(network => Views.Contains(network.View) && network.View.Info.InputNames.Length > 1).Append(Clearest).OfType<CandidateNetwork>().MinBy(network => network.ValidationRmse);

    /// <summary>
    /// What is trained in a round: richer and richer shapes on the target itself, one round behind them its functions, and both of fewer inputs where these do.
    /// </summary>
    public List<(DataView View, ShapeStart Start)> Starts(int round)
    {
        List<(DataView, ShapeStart)> starts = [];
        Add(Views, CandidateShapes.Rounds, round);
        Add([.. Views.SelectMany(view => view.Transformed(library))], CandidateShapes.RoundsOfOthers, round - 1);
        if (Reduced is null)
            return starts;
        // What showed that fewer inputs do were the shapes of the first two rounds.
        Add([Reduced], CandidateShapes.Rounds, round);
        Add(Reduced.Transformed(library), CandidateShapes.RoundsOfOthers, round - 2);
        Add(Reduced.Transformed(library), CandidateShapes.RoundsOfOthers, round - 1);
        return starts;

        void Add(ImmutableArray<DataView> views, Func<int, ImmutableArray<ImmutableArray<ShapeStart>>> shapes, int index)
        {
            foreach (DataView view in views)
            {
                if (shapes(view.Info.InputNames.Length) is var all && index >= 0 && index < all.Length)
                    starts.AddRange(all[index].Select(start => (view, start)));
            }
        }
    }
}
