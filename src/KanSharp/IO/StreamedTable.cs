using System.Collections;
using System.Globalization;
using KanSharp.Model;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.IO;

/// <summary>How the rows of a long table are dealt out.</summary>
public sealed record StreamingOptions
{
    /// <summary>A folder for the file that holds the rows as numbers while the table lives: 8 bytes for each input and target.</summary>
    public required string Folder { get; init; }

    /// <summary>Number of blocks, of which one or two are in memory at a time.</summary>
    public int Blocks { get; init; } = 64;

    /// <summary>The part of the rows that is kept for validation.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Seed of the order of the rows.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// The rows of a table of any length as numbers that a network can be trained on, in random order and in blocks: read once, kept in a file, and never as a whole in memory.
/// Each block is a random sample of all rows. Text can be the target, as classes, but no input.
/// </summary>
public sealed class StreamedTable : IDisposable
{
    private readonly RowScratch _rows;
    private readonly StreamedColumns _columns;

    private StreamedTable(RowScratch rows, StreamedColumns columns, int training, int blocks)
    {
        _rows = rows;
        _columns = columns;
        Training = new Blocks(this, 0, training);
        Validation = new Blocks(this, training, blocks - training);
    }

    /// <summary>Names, classes and scaling of a model for this table: inputs by their range, targets by mean and deviation, over all rows.</summary>
    public ModelInfo Info => _columns.Info;

    /// <summary>What was left out, filled in or looks wrong and yet is no error.</summary>
    public IReadOnlyList<string> Warnings => _columns.Warnings;

    /// <summary>The rows to train on; each access to a block reads it.</summary>
    public IReadOnlyList<Dataset> Training { get; }

    /// <summary>The rows for validation.</summary>
    public IReadOnlyList<Dataset> Validation { get; }

    /// <summary>Number of rows to train on.</summary>
    public long TrainingRows => ((Blocks)Training).Rows;

    /// <summary>Number of rows for validation.</summary>
    public long ValidationRows => ((Blocks)Validation).Rows;

    /// <summary>
    /// Reads all blocks. Every column that is neither target nor excluded is an input; constant columns and repetitions of another input are left out with a warning.
    /// </summary>
    /// <exception cref="KanDataException">As for <see cref="PreparedTable.ForTraining"/>, or an input holds text.</exception>
    /// <exception cref="KanSharpException">The rows cannot be kept in the folder.</exception>
    public static StreamedTable ForTraining(IEnumerable<DataTable> blocks, PreparationOptions options, StreamingOptions streaming)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(streaming);
        if (options.Weight is not null)
            throw new KanSharpException("Rows of a table that is read block by block have no weights; leave the weight out, or prepare the table as a whole.");
        if (streaming.Blocks < 2 || !(streaming.ValidationFraction is > 0 and < 1))
            throw new KanSharpException($"{streaming.Blocks} blocks with a part of {streaming.ValidationFraction} for validation are not possible; use 2 or more, and a part between 0 and 1.");
        int training = Math.Clamp((int)Math.Round((1 - streaming.ValidationFraction) * streaming.Blocks), 1, streaming.Blocks - 1);
        // A table may have been drawn with the same seed, and its rows must not decide where they go.
        SeededRandom random = new SeededRandom(streaming.Seed).Fork();
        StreamedColumns? columns = null;
        RowScratch? rows = null;
        try
        {
            foreach (DataTable block in blocks)
            {
                columns ??= new StreamedColumns(block, options);
                rows ??= new RowScratch(streaming.Folder, columns.Width, streaming.Blocks);
                double[] row = new double[columns.Width];
                foreach (int index in columns.Take(block))
                {
                    columns.Fill(index, row);
                    rows.Add(random.NextDouble() < streaming.ValidationFraction ? training + random.NextInt(streaming.Blocks - training) : random.NextInt(training), row);
                }
            }
            if (columns is null)
                throw new KanDataException("There are no rows to train on; at least one block is needed.");
            rows!.Complete();
            columns.Complete();
            var result = new StreamedTable(rows, columns, training, streaming.Blocks);
            if (result.TrainingRows == 0 || result.ValidationRows == 0)
                throw new KanDataException($"{result.TrainingRows + result.ValidationRows} rows are too few to be dealt out to {streaming.Blocks} blocks; fit them at once.");
            return result;
        }
        catch
        {
            rows?.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file of the rows, which is gone then.</summary>
    public void Dispose() => _rows.Dispose();

    private sealed class Blocks(StreamedTable table, int first, int count) : IReadOnlyList<Dataset>
    {
        // By chance, or in a short table, a part may be empty; no block is.
        private readonly int[] _parts = [.. Enumerable.Range(first, count).Where(part => table._rows.Count(part) > 0)];

        public int Count => _parts.Length;

        public long Rows => _parts.Sum(table._rows.Count);

        public Dataset this[int index] => table._columns.ToDataset(table._rows.Read(_parts[index]));

        public IEnumerator<Dataset> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
