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

    /// <summary>What a form may leave of the deviation of log|y|.</summary>
    private const double LargestMiss = 0.01;

    /// <summary>Products tried for g where F goes through zero, so that there is no logarithm, with so many for u, and what may be left there, where F may go up and down between few rows.</summary>
    private const int MostFactors = 60, MostProductsThroughZero = 200;

    private const double LargestMissThroughZero = 0.1;

    /// <summary>How far a power of g may be from a multiple of one half, and what rounding them may do to what is left.</summary>
    private const double LargestRounding = 0.1, LargestGrowth = 2;

    /// <summary>Forms looked at further.</summary>
    private const int Most = 3;

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
        Quantity[] inputs = Quantity.Inputs(view, rows);
        Form[] found = Best([.. Quantity.Products(inputs.Length).Take(MostProducts).Select(powers => (inputs, Quantity.Finite(inputs, powers)))]);
        if (found.Length == 0)
        {
            Quantity[][] pairs = [.. Quantity.Pairs(inputs)];
            found = Best([.. Quantity.Products(inputs.Length - 1).Where(powers => powers[^1] != 0).Take(pairs.Length == 0 ? 0 : MostProductsOfPairs / pairs.Length)
                .SelectMany(powers => pairs.Select(pair => (pair, Quantity.Finite(pair, powers))))]);
        }
        if (found.Length == 0 && !cancellation.IsCancellationRequested)
            found = ThroughZero();
        return [.. found.Select(form => view.Dimensionless(Quantity.Product(form.Quantities, form.Factor), [Quantity.Product(form.Quantities, [.. form.Group.Select(power => (double)power)])])).OfType<DataView>()];

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

        Form[] ThroughZero()
        {
            (double[] Place, int[] Group)[] groups = [.. Quantity.Products(inputs.Length).Where(powers => powers.Max(Math.Abs) == 1).Take(MostProductsThroughZero)
                .Select(powers => Quantity.Finite(inputs, powers)).Select(powers => (Place(inputs, powers, out _), powers))];
            int[][] factors = [.. Quantity.AllProducts(inputs.Length).Take(MostFactors)];
            var forms = new Form[factors.Length];
            Parallel.For(0, factors.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                double[] rest = [.. rows.Select(row => view.Training.Targets[row, 0])];
                TensorPrimitives.Divide<double>(rest, Quantity.Product(inputs, factors[i]), rest);
                // As a logarithm does, the inverse hyperbolic sine keeps a few large values from deciding, and it goes through zero.
                double usual = rest.Select(Math.Abs).Order().ElementAt(rest.Length / 2);
                rest = Array.ConvertAll(rest, value => Math.Asinh(value / usual));
                double deviation = Deviation(rest);
                forms[i] = groups.Select(group => new Form(inputs, [.. factors[i].Select(power => (double)power)], group.Group,
                    cancellation.IsCancellationRequested ? double.PositiveInfinity : PartiallyLinearFit.Run(group.Place, rest, []).Left / deviation)).MinBy(form => form.Left);
            });
            return [.. forms.Where(form => form.Left <= LargestMissThroughZero).OrderBy(form => form.Left).Take(1)];
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

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
