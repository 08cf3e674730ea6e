using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// One rule of a <see cref="Quadrature"/>: sums of exp(−E), x·exp(−E) and x·xᵀ·exp(−E) over all nodes, scaled by the lowest energy seen so
/// that nothing overflows.
/// </summary>
internal sealed class QuadratureSum
{
    private const int Batch = 1024;

    private readonly int _width;
    private readonly double[] _centre;
    private readonly double[] _first;
    private readonly double[,] _second;
    private double _total;
    private double _lowest = double.PositiveInfinity;
    private long _evaluations;

    private QuadratureSum(IReadOnlyList<(double Low, double High)> limits)
    {
        _width = limits.Count;
        _centre = [.. limits.Select(l => (l.Low + l.High) / 2)];
        _first = new double[_width];
        _second = new double[_width, _width];
    }

    /// <summary>Sums over a grid of panels.</summary>
    public static QuadratureResult Of(Energy energy, IReadOnlyList<(double Low, double High)> limits, int panels)
    {
        QuadratureSum sum = new(limits);
        sum.Add(energy, [.. limits.Select(l => GaussLegendre.On(l.Low, l.High, panels))]);
        return sum.Result();
    }

    private void Add(Energy energy, (double[] Nodes, double[] Weights)[] axes)
    {
        long nodes = 1;
        foreach ((double[] axis, _) in axes)
            nodes *= axis.Length;
        double[] points = new double[Batch * _width], weights = new double[Batch], energies = new double[Batch];
        float[] values = new float[Batch];
        using DeviceBuffer memory = DeviceBuffer.OnHost((long)Batch * _width);
        for (long start = 0; start < nodes; start += Batch)
        {
            int count = (int)Math.Min(Batch, nodes - start);
            for (int r = 0; r < count; r++)
            {
                long rest = start + r;
                weights[r] = 1;
                for (int i = 0; i < _width; i++)
                {
                    int place = (int)(rest % axes[i].Nodes.Length);
                    rest /= axes[i].Nodes.Length;
                    points[r * _width + i] = axes[i].Nodes[place];
                    weights[r] *= axes[i].Weights[place];
                }
            }
            if (energy is FormulaEnergy formula)
            {
                for (int r = 0; r < count; r++)
                    energies[r] = formula.Value(points.AsSpan(r * _width, _width), []);
            }
            else
            {
                Rows rows = new(memory, 0, count, _width);
                for (int i = 0; i < count * _width; i++)
                    rows.Span[i] = (float)points[i];
                energy.Evaluate(rows, values);
                for (int r = 0; r < count; r++)
                    energies[r] = values[r];
            }
            for (int r = 0; r < count; r++)
                Add(points.AsSpan(r * _width, _width), weights[r], energies[r]);
        }
    }

    private void Add(ReadOnlySpan<double> point, double weight, double energy)
    {
        if (!double.IsFinite(energy))
        {
            throw new InvalidInputException($"Quadrature met an energy of {energy} at ({string.Join(", ", point.ToArray())}). Draw "
                + "the limits so that every energy inside is finite.");
        }
        _evaluations++;
        if (energy < _lowest)
        {
            Scale(Math.Exp(energy - _lowest));
            _lowest = energy;
        }
        double part = weight * Math.Exp(_lowest - energy);
        _total += part;
        for (int i = 0; i < _width; i++)
        {
            double x = part * (point[i] - _centre[i]);
            _first[i] += x;
            for (int j = 0; j <= i; j++)
                _second[i, j] += x * (point[j] - _centre[j]);
        }
    }

    private void Scale(double factor)
    {
        _total *= factor;
        for (int i = 0; i < _width; i++)
        {
            _first[i] *= factor;
            for (int j = 0; j <= i; j++)
                _second[i, j] *= factor;
        }
    }

    private QuadratureResult Result()
    {
        double[] means = new double[_width];
        double[,] covariances = new double[_width, _width];
        for (int i = 0; i < _width; i++)
        {
            means[i] = _centre[i] + _first[i] / _total;
            for (int j = 0; j <= i; j++)
                covariances[i, j] = covariances[j, i] = _second[i, j] / _total - _first[i] / _total * (_first[j] / _total);
        }
        return new QuadratureResult(Math.Log(_total) - _lowest, means, covariances, 0, _evaluations);
    }
}
