using System.Numerics.Tensors;
using KanSharp.Numerics;
using KanSharp.Numerics.LinearAlgebra;

namespace KanSharp.Discovery;

/// <summary>Products chosen, each with a combination of the basis as its factor, and what they leave of the target.</summary>
internal sealed class ProductSelection
{
    private readonly double[] _target;
    private readonly double[][] _products;
    private readonly double[][] _basis;
    private readonly List<double[]> _directions = [];
    private readonly double[] _rest;

    public ProductSelection(double[] target, double[][] products, double[][] basis, params int[] chosen)
    {
        (_target, _products, _basis, Chosen, _rest) = (target, products, basis, chosen, [.. target]);
        foreach (int product in chosen)
        {
            foreach (double[] direction in Directions(product))
            {
                _directions.Add(direction);
                TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot<double>(direction, _rest), _rest, _rest);
            }
        }
        int freedom = target.Length - _directions.Count;
        Left = freedom > 0 ? Math.Sqrt(TensorPrimitives.SumOfSquares<double>(_rest) / freedom) / Math.Sqrt(TensorPrimitives.SumOfSquares<double>(target) / target.Length) : double.PositiveInfinity;
    }

    public int[] Chosen { get; }

    /// <summary>The part of the target's size that is left.</summary>
    public double Left { get; }

    public ProductSelection With(double[][] basis) => new(_target, _products, basis, Chosen);

    /// <summary>Adds products, and exchanges those that are there, until that is enough or so many are chosen.</summary>
    public ProductSelection Grow(int count, Func<ProductSelection, bool> isEnough, CancellationToken cancellation)
    {
        ProductSelection current = this;
        while (!isEnough(current) && !cancellation.IsCancellationRequested)
        {
            for (bool better = current.Chosen.Length > 1; better && !isEnough(current);)
            {
                better = false;
                foreach (int chosen in current.Chosen)
                {
                    ProductSelection exchanged = new ProductSelection(_target, _products, _basis, [.. current.Chosen.Where(other => other != chosen)]).Add(cancellation);
                    if (exchanged.Left < 0.99 * current.Left)
                        (current, better) = (exchanged, true);
                }
            }
            if (isEnough(current) || current.Chosen.Length == count)
                break;
            current = current.Add(cancellation);
        }
        return current;
    }

    /// <summary>With the product that leaves the least.</summary>
    public ProductSelection Add(CancellationToken cancellation)
    {
        (int Product, double Gain) best = (0, -1);
        for (int product = 0; product < _products.Length && !cancellation.IsCancellationRequested; product++)
        {
            if (Chosen.Contains(product))
                continue;
            double gain = 0;
            foreach (double[] direction in Directions(product))
                gain += Math.Pow(TensorPrimitives.Dot<double>(direction, _rest), 2);
            if (gain > best.Gain)
                best = (product, gain);
        }
        return new ProductSelection(_target, _products, _basis, [.. Chosen, best.Product]);
    }

    /// <summary>The factor of each product on the rows.</summary>
    public double[][] Multiples()
    {
        int rows = _target.Length, count = _basis.Length;
        Matrix left = new(rows, Chosen.Length * count), right = new(rows, 1), solution = new(left.Columns, 1);
        for (int i = 0; i < Chosen.Length; i++)
        {
            for (int k = 0; k < count; k++)
                TensorPrimitives.Multiply<double>(_products[Chosen[i]], _basis[k], left.Column(i * count + k));
        }
        _target.CopyTo(right.Column(0));
        MinimumNormLeastSquares.Solve(left, right, 1e-12, solution);
        double[][] multiples = new double[Chosen.Length][];
        for (int i = 0; i < multiples.Length; i++)
        {
            multiples[i] = new double[rows];
            for (int k = 0; k < count; k++)
                TensorPrimitives.MultiplyAdd(_basis[k], solution[i * count + k, 0], multiples[i], multiples[i]);
        }
        return multiples;
    }

    /// <summary>Unit vectors that a product times the basis adds to what is spanned.</summary>
    private List<double[]> Directions(int product)
    {
        List<double[]> added = [];
        foreach (double[] function in _basis)
        {
            double[] direction = new double[_target.Length];
            TensorPrimitives.Multiply<double>(_products[product], function, direction);
            double length = TensorPrimitives.Norm<double>(direction);
            foreach (double[] earlier in _directions)
                TensorPrimitives.MultiplyAdd(earlier, -TensorPrimitives.Dot<double>(earlier, direction), direction, direction);
            foreach (double[] earlier in added)
                TensorPrimitives.MultiplyAdd(earlier, -TensorPrimitives.Dot<double>(earlier, direction), direction, direction);
            double rest = TensorPrimitives.Norm<double>(direction);
            if (!(rest > 1e-6 * length))
                continue;
            TensorPrimitives.Divide(direction, rest, direction);
            added.Add(direction);
        }
        return added;
    }
}
