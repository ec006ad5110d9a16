using System.Numerics.Tensors;
using KanSharp.Formulas;

namespace KanSharp.Discovery;

/// <summary>
/// Finds where a target is a sum of few products of whole powers, or of these and a logarithm, y = Σ cₖ gₖ, or of products times curves of one quantity, y = Σ gₖ Hₖ(u), by forward selection: each time the product is taken that, with a
/// polynomial of u as its factor, leaves the least beside those that are there (orthogonal least squares, Chen, Cowan and Grant 1991); then each is exchanged for a better one. Errors count in
/// relation to the target, so that a few large values do not decide. The curves are then searched for one by one.
/// </summary>
internal static class SumForms
{
    /// <summary>Rows that are looked at, how many it takes, and inputs at most: of more of them, so few of the products can be tried beside curves that the time is better spent on networks.</summary>
    private const int MostRows = 400, FewestRows = 40, MostInputs = 9, MostInputsOfCurves = 7;

    /// <summary>Products in a sum at most, of constants and of curves, and how many are chosen from.</summary>
    private const int MostTerms = 5, MostCurves = 3, MostProducts = 6000, MostProductsOfCurves = 3000;

    private const int LargestPowerOfCurves = 2, LargestSumBesideLogarithm = 2;

    /// <summary>Quantities u tried, and how many of them are looked at further.</summary>
    private const int MostQuantities = 100, MostKept = 8;

    /// <summary>Terms of the polynomials of u, while looking and in the end.</summary>
    private const int Degrees = 9, FinalDegrees = 13;

    /// <summary>A quantity whose largest value is so many times the smallest spans orders of magnitude.</summary>
    private const double WideSpan = 50;

    /// <summary>What a sum of plain products may leave of the target, which has to be exact, and one of curves.</summary>
    private const double Exact = 1e-9, LargestMiss = 0.02;

    /// <summary>Formulas of a curve may miss it by so many times what the sum leaves of the target.</summary>
    private const double DoubtOfCurve = 5;

    /// <summary>One part in so many of the rows is left out at each end of a curve.</summary>
    private const int Ends = 30;

    /// <summary>Formulas of a curve that are tried, and of all together.</summary>
    private const int FormulasOfCurve = 3, MostFormulas = 12;

    /// <summary>The sum of plain products that is the target; null where there is none.</summary>
    public static Expression? FindProducts(DataView view, int threads, CancellationToken cancellation) =>
        Table.Of(view, threads, LargestPower(view.Info.InputNames.Length), MostProducts, LargestSumBesideLogarithm)?.Products(cancellation);

    /// <summary>Formulas of the view that are sums of products times curves, the likeliest first.</summary>
    public static IReadOnlyList<Expression> FindCurves(DataView view, SymbolicLibrary library, int threads, CancellationToken cancellation) =>
        view.Info.InputNames.Length > MostInputsOfCurves ? [] : Table.Of(view, threads, LargestPowerOfCurves, MostProductsOfCurves, -1)?.Curves(library, threads, cancellation) ?? [];

    /// <summary>Of few inputs, products of higher powers cost nothing.</summary>
    private static int LargestPower(int inputs) => inputs switch
    {
        2 => 5,
        3 => 3,
        _ => 2,
    };

    /// <summary>The target and products of the inputs on some rows, both divided by the size of the target or by the usual size, whichever is larger.</summary>
    private sealed class Table(Quantity[] inputs, double[] target, (int[] Powers, int Logarithm)[] products, double[][] values)
    {
        /// <summary>Products of powers, and of lower ones with the logarithm of an input, by the input's index or -1.</summary>
        public static Table? Of(DataView view, int threads, int largestPower, int mostProducts, int largestSumBesideLogarithm)
        {
            int inputCount = view.Info.InputNames.Length;
            int[] rows = [.. Enumerable.Range(0, view.Training.Count).Where(row => !Enumerable.Range(0, inputCount).Any(j => view.Training.Inputs[row, j] == 0)).Take(MostRows)];
            if (rows.Length < FewestRows || 2 * rows.Length < Math.Min(MostRows, view.Training.Count) || inputCount is 1 or > MostInputs)
                return null;
            double[] target = [.. rows.Select(row => view.Training.Targets[row, 0])];
            double usual = target.Select(Math.Abs).Order().ElementAt(target.Length / 2);
            if (!(usual > 0))
                return null;
            Quantity[] inputs = Quantity.Inputs(view, rows);
            double[] sizes = [.. target.Select(y => Math.Sqrt(y * y + usual * usual))];
            TensorPrimitives.Divide<double>(target, sizes, target);
            (int[] Powers, int Logarithm)[] products =
            [
                .. Quantity.AllProducts(inputCount, largestPower).Take(mostProducts).Select(powers => (powers, -1)),
                .. from powers in Quantity.AllProducts(inputCount, 1).TakeWhile(powers => powers.Sum(Math.Abs) <= largestSumBesideLogarithm) from j in Enumerable.Range(0, inputCount) where inputs[j].IsPositive select (powers, j),
            ];
            double[][] values = new double[products.Length][];
            Parallel.For(0, products.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                values[i] = Quantity.Product(inputs, products[i].Powers);
                if (products[i].Logarithm is >= 0 and int j)
                    TensorPrimitives.Multiply<double>(values[i], inputs[j].Logarithms, values[i]);
                TensorPrimitives.Divide<double>(values[i], sizes, values[i]);
            });
            return new Table(inputs, target, products, values);
        }

        public Expression? Products(CancellationToken cancellation)
        {
            ProductSelection sum = new ProductSelection(target, values, [[.. Enumerable.Repeat(1.0, target.Length)]]).Grow(MostTerms, selection => selection.Left <= Exact, cancellation);
            return sum.Left <= Exact ? Sum.Of([.. sum.Chosen.Zip(sum.Multiples(), (product, multiple) => multiple[0] * Product(product))]) : null;
        }

        public IReadOnlyList<Expression> Curves(SymbolicLibrary library, int threads, CancellationToken cancellation)
        {
            (Expression Expression, double[] Values)[] quantities = [.. Quantities().Take(MostQuantities)];
            var looks = new ProductSelection[quantities.Length];
            Parallel.For(0, quantities.Length, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => looks[i] = new ProductSelection(target, values, Basis(quantities[i].Values, Degrees)).Add(cancellation).Add(cancellation));
            List<Expression> formulas = [];
            int[] nearest = [.. Enumerable.Range(0, quantities.Length).OrderBy(i => looks[i].Left).Take(MostKept)];
            var grown = new ProductSelection[nearest.Length];
            Parallel.For(0, nearest.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                double[][] basis = Basis(quantities[nearest[i]].Values, FinalDegrees);
                grown[i] = looks[nearest[i]].Grow(MostCurves, selection => selection.With(basis).Left <= LargestMiss, cancellation).With(basis);
            });
            foreach (int i in Enumerable.Range(0, nearest.Length).Where(i => grown[i].Left <= LargestMiss).OrderBy(i => grown[i].Left))
            {
                if (!cancellation.IsCancellationRequested)
                    formulas.AddRange(Formulas(grown[i], quantities[nearest[i]].Expression, quantities[nearest[i]].Values, library, threads, cancellation));
            }
            return [.. formulas.Take(MostFormulas)];
        }

        /// <summary>Inputs, sums and differences of two, products and quotients of two and three.</summary>
        private IEnumerable<(Expression, double[])> Quantities()
        {
            int[][] plain = [.. Quantity.Products(inputs.Length).TakeWhile(powers => powers.Sum(Math.Abs) <= 3).Where(powers => powers.Max(Math.Abs) == 1)];
            return plain[..inputs.Length].Select(Of).Concat(Quantity.Pairs(inputs).Select(pair => (pair[^1].Expression, pair[^1].Values))).Concat(plain[inputs.Length..].Select(Of));

            (Expression, double[]) Of(int[] powers)
            {
                int[] finite = Quantity.Finite(inputs, powers);
                return (Quantity.Product(inputs, [.. finite.Select(power => (double)power)]), Quantity.Product(inputs, finite));
            }
        }

        /// <summary>Every choice of one formula for each curve, the nearest ones first.</summary>
        private IEnumerable<Expression> Formulas(ProductSelection selection, Expression quantity, double[] places, SymbolicLibrary library, int threads, CancellationToken cancellation)
        {
            // At the ends, where few rows hold it, a polynomial is least sure.
            int[] inner = [.. Enumerable.Range(0, places.Length).OrderBy(row => places[row]).Skip(places.Length / Ends).SkipLast(places.Length / Ends)];
            double[] within = [.. inner.Select(row => places[row])];
            List<(int Rank, Expression Formula)> sums = [(0, new Constant(0))];
            foreach ((int product, double[] everywhere) in selection.Chosen.Zip(selection.Multiples()))
            {
                double[] curve = [.. inner.Select(row => everywhere[row])];
                double middle = curve.Average();
                IReadOnlyList<Expression> factors = curve.Max(value => Math.Abs(value - middle)) <= LargestMiss * Math.Abs(middle) ? [middle]
                    : [.. CurveSearch.Find(within, curve, new Variable("u"), library, threads, cancellation, DoubtOfCurve * selection.Left).Take(FormulasOfCurve).Select(formula => formula.Simplify().Substitute("u", quantity))];
                sums = [.. sums.SelectMany(sum => factors.Select((factor, rank) => (sum.Rank + rank, sum.Formula + Product(product) * factor))).OrderBy(sum => sum.Item1)];
            }
            return sums.Select(sum => sum.Formula);
        }

        private Expression Product(int index)
        {
            Expression product = Quantity.Product(inputs, [.. products[index].Powers.Select(power => (double)power)]);
            return products[index].Logarithm is >= 0 and int j ? product * Expression.Log(inputs[j].Expression) : product;
        }
    }

    /// <summary>Chebyshev polynomials of a quantity, or of its logarithm where it spans orders of magnitude, scaled to -1 to 1.</summary>
    private static double[][] Basis(double[] quantity, int count)
    {
        if (quantity.Min() > 0 && quantity.Max() > WideSpan * quantity.Min())
            quantity = Array.ConvertAll(quantity, Math.Log);
        double low = quantity.Min(), width = quantity.Max() - low;
        double[] x = [.. quantity.Select(value => 2 * (value - low) / width - 1)];
        double[][] basis = [[.. Enumerable.Repeat(1.0, x.Length)], x, .. new double[count - 2][]];
        for (int k = 2; k < count; k++)
            basis[k] = [.. x.Select((value, row) => 2 * value * basis[k - 1][row] - basis[k - 2][row])];
        return basis;
    }
}
