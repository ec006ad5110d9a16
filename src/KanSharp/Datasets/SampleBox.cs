using System.Collections.Immutable;
using KanSharp.Formulas;
using KanSharp.Numerics;
using KanSharp.Training;

namespace KanSharp.Datasets;

/// <summary>A range for each variable, from which samples are drawn uniformly, and data sets made of a function of them.</summary>
public sealed class SampleBox
{
    /// <summary>A formula must be defined at about one in so many points.</summary>
    private const int DrawsPerRow = 100;

    /// <summary>Takes a range for each variable, low below high.</summary>
    /// <exception cref="KanSharpException">There is no variable, or a range is empty or not finite.</exception>
    public SampleBox(params ReadOnlySpan<(double Low, double High)> ranges)
    {
        if (ranges.IsEmpty)
            throw new KanSharpException("No range was given; samples need one for each variable.");
        for (int i = 0; i < ranges.Length; i++)
        {
            (double low, double high) = ranges[i];
            if (!(low < high && double.IsFinite(low) && double.IsFinite(high - low)))
                throw new KanSharpException($"The range {low} to {high} of variable {i} is not possible; both ends must be finite, the first below the second.");
        }
        Ranges = [.. ranges];
    }

    /// <summary>Lower and upper end of each variable's range.</summary>
    public ImmutableArray<(double Low, double High)> Ranges { get; }

    /// <summary>The same range for every variable.</summary>
    public static SampleBox Cube(int variables, double low = -1, double high = 1)
    {
        if (variables < 1)
            throw new KanSharpException($"Samples of {variables} variables are not possible; ask for 1 or more.");
        return new SampleBox([.. Enumerable.Repeat((low, high), variables)]);
    }

    /// <summary>Draws samples, one per row; the same seed draws the same.</summary>
    public Matrix Draw(int rows, ulong seed)
    {
        CheckRows(rows);
        var random = new SeededRandom(seed);
        var result = new Matrix(rows, Ranges.Length);
        double[] point = new double[Ranges.Length];
        for (int row = 0; row < rows; row++)
            Store(result, row, Draw(random, point));
        return result;
    }

    /// <summary>A data set of a function of one variable.</summary>
    /// <exception cref="KanSharpException">The box has another number of variables.</exception>
    /// <exception cref="KanDataException">A value is not finite.</exception>
    public Dataset Sample(int rows, ulong seed, Func<double, double> function)
    {
        CheckVariables(1);
        return SampleRows(rows, seed, x => function(x[0]));
    }

    /// <summary>A data set of a function of two variables.</summary>
    /// <inheritdoc cref="Sample(int, ulong, Func{double, double})"/>
    public Dataset Sample(int rows, ulong seed, Func<double, double, double> function)
    {
        CheckVariables(2);
        return SampleRows(rows, seed, x => function(x[0], x[1]));
    }

    /// <summary>A data set of a function of three variables.</summary>
    /// <inheritdoc cref="Sample(int, ulong, Func{double, double})"/>
    public Dataset Sample(int rows, ulong seed, Func<double, double, double, double> function)
    {
        CheckVariables(3);
        return SampleRows(rows, seed, x => function(x[0], x[1], x[2]));
    }

    /// <summary>A data set of a function of one sample's values, in the order of the variables.</summary>
    /// <exception cref="KanDataException">A value is not finite.</exception>
    public Dataset SampleRows(int rows, ulong seed, CompiledFormula function)
    {
        ArgumentNullException.ThrowIfNull(function);
        Matrix inputs = Draw(rows, seed);
        var targets = new Matrix(rows, 1);
        double[] point = new double[Ranges.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < point.Length; i++)
                point[i] = inputs[row, i];
            targets[row, 0] = function(point);
        }
        return new Dataset(inputs, targets);
    }

    /// <summary>A data set of a function of all samples at once: from one column per variable to one column per target.</summary>
    /// <exception cref="KanDataException">The function returns another number of rows, or a value that is not finite.</exception>
    public Dataset SampleColumns(int rows, ulong seed, Func<Matrix, Matrix> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        Matrix inputs = Draw(rows, seed);
        return new Dataset(inputs, function(inputs));
    }

    /// <summary>A data set of a formula. Where it is not defined, or not finite, another point is drawn.</summary>
    /// <param name="rows">Number of samples.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <param name="formula">The formula.</param>
    /// <param name="variables">The names of the box's variables, in order; the formula need not use all.</param>
    /// <returns>The data set, and how many points were drawn in vain.</returns>
    /// <exception cref="KanSharpException">The formula uses another variable, or is hardly defined anywhere in the box.</exception>
    public (Dataset Data, long Redrawn) SampleFormula(int rows, ulong seed, Expression formula, IReadOnlyList<string> variables)
    {
        CheckRows(rows);
        (Dataset data, long redrawn) = SampleFormula(rows, rows, seed, formula, variables).Single();
        return (data, redrawn);
    }

    /// <summary>The same data set, drawn block by block for whoever does not need it all at once.</summary>
    /// <param name="rows">Number of samples.</param>
    /// <param name="blockRows">Samples of a block; the last may have fewer.</param>
    /// <param name="seed">The same seed draws the same, in blocks of any size.</param>
    /// <param name="formula">The formula.</param>
    /// <param name="variables">The names of the box's variables, in order; the formula need not use all.</param>
    /// <returns>The blocks, each with how many points were drawn in vain so far.</returns>
    /// <exception cref="KanSharpException">The formula uses another variable, or is hardly defined anywhere in the box.</exception>
    public IEnumerable<(Dataset Data, long Redrawn)> SampleFormula(long rows, int blockRows, ulong seed, Expression formula, IReadOnlyList<string> variables)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(variables);
        CheckRows(rows);
        CheckRows(blockRows);
        CheckVariables(variables.Count);
        return Blocks(rows, blockRows, new SeededRandom(seed), formula, new FormulaProgram(formula, variables));
    }

    private IEnumerable<(Dataset, long)> Blocks(long rows, int blockRows, SeededRandom random, Expression formula, FormulaProgram program)
    {
        double[] point = new double[Ranges.Length];
        long draws = 0;
        for (long first = 0; first < rows;)
        {
            int count = (int)Math.Min(blockRows, rows - first);
            Matrix inputs = new(count, Ranges.Length), targets = new(count, 1);
            for (int row = 0; row < count;)
            {
                if (draws++ >= DrawsPerRow * (first + row + 10))
                    throw new KanSharpException($"{formula.ToText()} has a finite value at {first + row} of {draws - 1} points only; choose ranges where it is defined.");
                double value = program.Evaluate(Draw(random, point));
                if (!double.IsFinite(value))
                    continue;
                Store(inputs, row, point);
                targets[row++, 0] = value;
            }
            first += count;
            yield return (new Dataset(inputs, targets), draws - first);
        }
    }

    private double[] Draw(SeededRandom random, double[] point)
    {
        for (int i = 0; i < point.Length; i++)
            point[i] = random.NextDouble(Ranges[i].Low, Ranges[i].High);
        return point;
    }

    private static void Store(Matrix matrix, int row, double[] point)
    {
        for (int i = 0; i < point.Length; i++)
            matrix[row, i] = point[i];
    }

    private void CheckVariables(int count)
    {
        if (count != Ranges.Length)
            throw new KanSharpException($"A function of {count} variables cannot be sampled from {Ranges.Length} ranges; the numbers must agree.");
    }

    private static void CheckRows(long rows)
    {
        if (rows < 1)
            throw new KanSharpException($"A data set of {rows} rows is not possible; ask for 1 or more.");
    }
}
