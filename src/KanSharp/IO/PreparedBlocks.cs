using System.Collections;
using KanSharp.Model;

namespace KanSharp.IO;

/// <summary>
/// The blocks of a long table as a model takes them. Where missing cells are filled with means, these are those of the whole table, and the blocks are gone through twice.
/// </summary>
public sealed class PreparedBlocks : IEnumerable<PreparedTable>
{
    private readonly IEnumerable<DataTable> _blocks;
    private readonly ModelInfo _info;
    private readonly MissingPolicy _missing;
    private readonly bool _withTargets;
    private readonly WeightColumn? _weight;
    private PreparationNotes? _notes;

    /// <summary>Takes the blocks of a table and the model they are for.</summary>
    /// <param name="blocks">The data, as <see cref="Csv.ReadBlocks(string, int, IProgress{double})"/> gives it.</param>
    /// <param name="info">The names of the model's columns, which are found by name.</param>
    /// <param name="missing">What to do with cells that hold no finite number.</param>
    /// <param name="withTargets">Whether the targets are needed too.</param>
    /// <param name="weight">The column that tells how much each row counts; null where all count alike.</param>
    public PreparedBlocks(IEnumerable<DataTable> blocks, ModelInfo info, MissingPolicy missing = MissingPolicy.Error, bool withTargets = false, WeightColumn? weight = null)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(info);
        _blocks = blocks;
        _info = info;
        _missing = missing;
        _withTargets = withTargets;
        _weight = weight;
    }

    /// <summary>What was left out or filled in, of all the blocks that were gone through last.</summary>
    public IReadOnlyList<string> Warnings => _notes?.ToWarnings() ?? [];

    /// <summary>Makes block after block ready. A block all of whose rows are left out is there, without rows.</summary>
    /// <exception cref="KanDataException">As for <see cref="PreparedTable.ForModel(DataTable, ModelInfo, MissingPolicy, bool, WeightColumn?)"/>.</exception>
    public IEnumerator<PreparedTable> GetEnumerator()
    {
        _notes = null;
        bool any = false;
        string source = "";
        ColumnMeans? means = null;
        if (_missing == MissingPolicy.Mean)
        {
            means = new ColumnMeans();
            foreach (DataTable block in _blocks)
                Prepare(block, means);
            means.IsComplete = true;
        }
        foreach (DataTable block in _blocks)
        {
            PreparedTable prepared = Prepare(block, means);
            if (_notes is null)
                _notes = prepared.Notes;
            else
                _notes.Add(prepared.Notes);
            any |= prepared.Rows.Count > 0;
            source = block.Source;
            yield return prepared;
        }
        if (!any)
            throw NoRows(source);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static KanDataException NoRows(string source) =>
        new($"{source} has no row without missing values in the model's columns, or none that counts; fill the cells or use --missing mean.");

    private PreparedTable Prepare(DataTable block, ColumnMeans? means) => new TablePreparation(block, _missing, means).ForModel(_info, _weight, _withTargets);
}
