using System.Numerics.Tensors;
using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>
/// Finds where a target is y = g F(u) with two products of powers, g and u, of the inputs, or of the sum or difference of two of them: then F is a curve, however many inputs there are. For a given u
/// the logarithm of |y| is a function of u and multiples of the inputs' logarithms, the powers of g, which linear regression finds with any such function (<see cref="PartiallyLinearFit"/>). That is cheap
/// enough to try every u of small powers, and no network has to be trained for it.
/// </summary>
internal static class SimilarityForms
{
    /// <summary>Rows that are looked at; fewer than these show nothing, nor do they for more inputs.</summary>
    private const int MostRows = 400, FewestRows = 40, MostInputs = 12;

    /// <summary>Products tried for u, those of the smallest powers first: of inputs as they are, and with a sum or difference in the place of two.</summary>
    private const int MostProducts = 8000, MostProductsOfPairs = 12000;

    private const int LargestPower = 2;

    /// <summary>What a form may leave of the deviation of log|y|.</summary>
    private const double LargestMiss = 0.01;

    /// <summary>How far a power of g may be from a multiple of one half, and what rounding them may do to what is left.</summary>
    private const double LargestRounding = 0.1, LargestGrowth = 2;

    /// <summary>Forms looked at further.</summary>
    private const int Most = 3;

    /// <summary>An input, or the sum or difference of two, on the rows.</summary>
    private sealed record Quantity(Expression Expression, double[] Values)
    {
        public double[] Logarithms { get; } = [.. Values.Select(value => Math.Log(Math.Abs(value)))];

        public bool IsPositive { get; } = Values.All(value => value > 0);

        public bool IsUsable { get; } = !Values.Contains(0);
    }

    /// <summary>A form: the powers of g and of u, and what it leaves of the deviation of log|y|.</summary>
    private readonly record struct Form(Quantity[] Quantities, double[] Factor, int[] Group, double Left);

    /// <summary>The views of the target as a curve, the nearest to one first; one of a single input is a curve already.</summary>
    public static IReadOnlyList<DataView> Find(DataView view, int threads, CancellationToken cancellation)
    {
        string[] names = [.. view.Info.InputNames];
        if (names.Length == 1)
            return [view];
        int[] rows = [.. Enumerable.Range(0, view.Training.Count).Where(row => view.Training.Targets[row, 0] != 0
            && !Enumerable.Range(0, names.Length).Any(j => view.Training.Inputs[row, j] == 0)).Take(MostRows)];
        if (rows.Length < FewestRows || 2 * rows.Length < Math.Min(MostRows, view.Training.Count) || names.Length > MostInputs)
            return [];
        double[] target = [.. rows.Select(row => Math.Log(Math.Abs(view.Training.Targets[row, 0])))];
        double spread = Deviation(target);
        Quantity[] inputs = [.. names.Select((name, j) => new Quantity(new Variable(name), [.. rows.Select(row => view.Training.Inputs[row, j])]))];
        Form[] found = Best([.. Products(inputs.Length).Take(MostProducts).Select(powers => (inputs, Finite(inputs, powers)))]);
        if (found.Length == 0)
        {
            Quantity[][] pairs = [.. Pairs(inputs)];
            found = Best([.. Products(inputs.Length - 1).Where(powers => powers[^1] != 0).Take(pairs.Length == 0 ? 0 : MostProductsOfPairs / pairs.Length)
                .SelectMany(powers => pairs.Select(pair => (pair, Finite(pair, powers))))]);
        }
        return [.. found.Select(form => view.Dimensionless(Product(form.Quantities, form.Factor), [Product(form.Quantities, [.. form.Group.Select(power => (double)power)])])).OfType<DataView>()];

        Form[] Best((Quantity[] Quantities, int[] Group)[] tried)
        {
            var forms = new Form[tried.Length];
            Array.Fill(forms, new Form([], [], [], double.PositiveInfinity));
            Parallel.For(0, tried.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                if (!cancellation.IsCancellationRequested)
                    forms[i] = Fit(tried[i].Quantities, tried[i].Group);
            });
            return [.. forms.Where(form => form.Left <= LargestMiss).OrderBy(form => form.Left).Take(Most).Select(Round).OfType<Form>()];
        }

        Form Fit(Quantity[] quantities, int[] group)
        {
            double[] place = Place(quantities, group, out bool logarithmic);
            // Of a positive u, any power may as well belong to F: one of its inputs has none in g.
            int pivot = logarithmic ? Array.FindIndex(group, power => power != 0) : -1;
            (double[] multiples, double miss) = PartiallyLinearFit.Run(place, target, [.. quantities.Where((_, j) => j != pivot).Select(quantity => quantity.Logarithms)]);
            return new Form(quantities, pivot < 0 ? multiples : [.. multiples[..pivot], 0, .. multiples[pivot..]], group, miss / spread);
        }

        Form? Round(Form form)
        {
            form = form with { Factor = Plainest(form) };
            double[] factor = [.. form.Factor.Select((power, j) => form.Quantities[j].IsPositive ? Math.Round(2 * power) / 2 : Math.Round(power))];
            double[] rest = [.. target];
            for (int j = 0; j < factor.Length; j++)
                TensorPrimitives.MultiplyAdd(form.Quantities[j].Logarithms, -factor[j], rest, rest);
            double miss = PartiallyLinearFit.Run(Place(form.Quantities, form.Group, out _), rest, []).Left / spread;
            bool near = factor.Zip(form.Factor, (round, power) => Math.Abs(round - power)).Max() <= LargestRounding && miss <= LargestGrowth * form.Left + 1e-9;
            return near ? form with { Factor = factor, Left = miss } : null;
        }
    }

    /// <summary>Of a positive u, powers may be moved between g and F: those of g with the smallest sum.</summary>
    private static double[] Plainest(Form form)
    {
        Place(form.Quantities, form.Group, out bool logarithmic);
        IEnumerable<double> moves = logarithmic ? form.Group.Index().Where(power => power.Item != 0).Select(power => -form.Factor[power.Index] / power.Item) : [0];
        return moves.Select(move => (double[])[.. form.Factor.Zip(form.Group, (power, group) => power + move * group)]).MinBy(powers => Math.Round(powers.Sum(Math.Abs), 3))!;
    }

    /// <summary>What is sorted by: log u, or u where it has both signs.</summary>
    private static double[] Place(Quantity[] quantities, int[] group, out bool logarithmic)
    {
        double[] place = new double[quantities[0].Values.Length];
        logarithmic = true;
        for (int j = 0; j < group.Length; j++)
        {
            if (group[j] == 0)
                continue;
            logarithmic &= quantities[j].IsPositive || group[j] % 2 == 0;
            TensorPrimitives.MultiplyAdd(quantities[j].Logarithms, group[j], place, place);
        }
        if (logarithmic)
            return place;
        foreach (ref double value in place.AsSpan())
            value = Math.Exp(value);
        for (int j = 0; j < group.Length; j++)
        {
            for (int row = 0; row < place.Length && group[j] % 2 != 0; row++)
                place[row] = Math.CopySign(place[row], place[row] * quantities[j].Values[row]);
        }
        return place;
    }

    /// <summary>In the place of each two inputs their difference or sum, the last of all.</summary>
    private static IEnumerable<Quantity[]> Pairs(Quantity[] inputs) =>
        from i in Enumerable.Range(0, inputs.Length)
        from j in Enumerable.Range(i + 1, inputs.Length - i - 1)
        from pair in (Quantity[])
        [
            new(inputs[i].Expression - inputs[j].Expression, [.. inputs[i].Values.Zip(inputs[j].Values, (a, b) => a - b)]),
            new(inputs[i].Expression + inputs[j].Expression, [.. inputs[i].Values.Zip(inputs[j].Values, (a, b) => a + b)]),
        ]
        where pair.IsUsable
        select (Quantity[])[.. inputs.Where((_, k) => k != i && k != j), pair];

    /// <summary>The product or its inverse: what changes its sign does so through zero, if it can.</summary>
    private static int[] Finite(Quantity[] quantities, int[] group) =>
        group.Where((power, j) => !quantities[j].IsPositive).FirstOrDefault(power => power != 0) < 0 ? [.. group.Select(power => -power)] : group;

    private static Expression Product(Quantity[] quantities, double[] powers) =>
        Formulas.Product.Of([new Constant(1), .. quantities.Select((quantity, j) => quantity.Expression.Pow(powers[j])).Where((_, j) => powers[j] != 0)]);

    /// <summary>The powers of products, up to inversion and to a power of the whole, those of the smallest sum first.</summary>
    private static IEnumerable<int[]> Products(int count) =>
        Enumerable.Range(1, LargestPower * count).SelectMany(sum => Powers(count, sum)).Where(powers => powers.First(power => power != 0) > 0 && powers.Any(power => Math.Abs(power) == 1));

    private static IEnumerable<int[]> Powers(int count, int sum)
    {
        if (count == 0)
            return sum == 0 ? [[]] : [];
        return Enumerable.Range(-LargestPower, 2 * LargestPower + 1).Where(power => Math.Abs(power) <= sum && sum - Math.Abs(power) <= LargestPower * (count - 1))
            .SelectMany(power => Powers(count - 1, sum - Math.Abs(power)).Select(rest => (int[])[power, .. rest]));
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
