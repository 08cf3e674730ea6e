using Joule.Compute;

namespace Joule.Energies;

/// <summary>What a tree does with a number of a state.</summary>
internal enum TreeRole : byte
{
    /// <summary>Its value is given.</summary>
    Known,

    /// <summary>It is integrated over, and drawn.</summary>
    Free,

    /// <summary>It is left out, with its edges.</summary>
    Absent,
}

/// <summary>
/// The density of some numbers of a tree given the others, by messages from the leaves to the roots (belief propagation; Pearl 1982).
/// Copulas are bilinear between the centres of bins, so that a message is given by its values at 64 ranks; integrals are sums over the grid
/// of a marginal. Not thread-safe: each worker has its own.
/// </summary>
/// <param name="tree">The tree.</param>
/// <param name="grid">Its grids.</param>
internal sealed class TreeConditional(TreeEnergy tree, TreeGrid grid)
{
    private const int Bins = RankCopula.Bins;
    private const int DrawsOfNumber = 8;

    private readonly double[]?[] _factors = new double[tree.Marginals.Length][];
    private readonly double[]?[] _parts = new double[tree.Marginals.Length][];
    private readonly double[] _ranks = new double[tree.Marginals.Length];
    private readonly double[] _knots = new double[Bins];
    private readonly double[] _sums = new double[Bins];
    private readonly TreeRole[] _roles = new TreeRole[tree.Marginals.Length];
    private readonly bool[] _hasParent = new bool[tree.Marginals.Length];
    private double _log;

    /// <summary>Integrates over the free numbers.</summary>
    /// <param name="state">The state; known numbers count.</param>
    /// <param name="roles">The role of each number.</param>
    /// <returns>−ln p(known numbers), in nats.</returns>
    public double Solve(ReadOnlySpan<float> state, ReadOnlySpan<TreeRole> roles)
    {
        roles.CopyTo(_roles);
        _log = 0;
        for (int j = 0; j < state.Length; j++)
        {
            _hasParent[j] = false;
            if (roles[j] == TreeRole.Known)
            {
                _log += Math.Log(tree.Marginals[j].At(state[j]).Density);
                _ranks[j] = tree.Ranks[j].At(state[j]).Rank;
            }
            else if (roles[j] == TreeRole.Free)
                (_factors[j] ??= new double[KernelMarginal.Grid]).AsSpan().Fill(1);
        }
        for (int e = tree.Edges.Length - 1; e >= 0; e--)
        {
            TreeEdge edge = tree.Edges[e];
            if (roles[edge.Parent] != TreeRole.Absent && roles[edge.Child] != TreeRole.Absent)
                Send(edge);
        }
        for (int j = 0; j < state.Length; j++)
        {
            if (roles[j] != TreeRole.Free)
                continue;
            if (!_hasParent[j])
            {
                Sum(j, grid.Masses[j]);
                _log += Math.Log(Total(_sums));
            }
            Sum(j, grid.Kernels[j]);
            _sums.CopyTo(_parts[j] ??= new double[Bins], 0);
        }
        return -_log;
    }

    /// <summary>Draws the free numbers of the last <see cref="Solve"/>, in place.</summary>
    /// <param name="draws">The draws; number j uses those from 8·j on.</param>
    /// <param name="chain">Whose draws they are.</param>
    /// <param name="state">The state.</param>
    /// <returns>ln of the density that they were drawn from.</returns>
    public double Draw(in RandomStream draws, uint chain, Span<float> state)
    {
        double log = 0;
        for (int j = 0; j < state.Length; j++)
        {
            if (_roles[j] == TreeRole.Free && !_hasParent[j])
            {
                _knots.AsSpan().Fill(1);
                log += DrawNumber(j, draws, chain, state);
            }
        }
        foreach (TreeEdge edge in tree.Edges)
        {
            if (_roles[edge.Child] != TreeRole.Free || !_hasParent[edge.Child])
                continue;
            Given(edge, _ranks[edge.Parent]);
            log += DrawNumber(edge.Child, draws, chain, state);
        }
        return log;
    }

    private void Send(TreeEdge edge)
    {
        (int parent, int child) = (edge.Parent, edge.Child);
        ReadOnlySpan<float> copula = edge.Copula.Span;
        if (_roles[child] == TreeRole.Known)
        {
            if (_roles[parent] == TreeRole.Known)
            {
                _log += Math.Log(edge.At(_ranks[parent], _ranks[child]).Value);
                return;
            }
            (int column, double along) = RankCopula.Place(_ranks[child]);
            for (int a = 0; a < Bins; a++)
                _knots[a] = copula[a * Bins + column] + along * ((double)copula[a * Bins + column + 1] - copula[a * Bins + column]);
            Multiply(parent);
            return;
        }
        _hasParent[child] = true;
        Sum(child, grid.Masses[child]);
        if (_roles[parent] == TreeRole.Known)
        {
            Given(edge, _ranks[parent]);
            double sum = 0;
            for (int b = 0; b < Bins; b++)
                sum += _knots[b] * _sums[b];
            _log += Math.Log(sum);
            return;
        }
        for (int a = 0; a < Bins; a++)
        {
            double sum = 0;
            for (int b = 0; b < Bins; b++)
                sum += copula[a * Bins + b] * _sums[b];
            _knots[a] = sum;
        }
        Multiply(parent);
    }

    // c for one rank of the parent, at the centres of the child's bins.
    private void Given(TreeEdge edge, double rank)
    {
        ReadOnlySpan<float> copula = edge.Copula.Span;
        (int row, double down) = RankCopula.Place(rank);
        for (int b = 0; b < Bins; b++)
            _knots[b] = copula[row * Bins + b] + down * ((double)copula[(row + 1) * Bins + b] - copula[row * Bins + b]);
    }

    // Multiplies a factor by a message, and keeps its largest value at 1: products of many messages would underflow.
    private void Multiply(int number)
    {
        double[] factor = _factors[number]!;
        byte[] bins = grid.Bins[number];
        float[] shares = grid.Shares[number];
        double largest = 0;
        for (int i = 0; i < factor.Length; i++)
        {
            factor[i] *= Between(bins[i], shares[i]);
            largest = Math.Max(largest, factor[i]);
        }
        for (int i = 0; i < factor.Length; i++)
            factor[i] /= largest;
        _log += Math.Log(largest);
    }

    // Σᵢ massᵢ·factorᵢ·φ(i) for the hat function φ of each centre.
    private void Sum(int number, double[] masses)
    {
        double[] factor = _factors[number]!;
        byte[] bins = grid.Bins[number];
        float[] shares = grid.Shares[number];
        _sums.AsSpan().Clear();
        for (int i = 0; i < factor.Length; i++)
        {
            double mass = masses[i] * factor[i];
            _sums[bins[i]] += mass * (1 - shares[i]);
            _sums[bins[i] + 1] += mass * shares[i];
        }
    }

    private double Between(int bin, double share) => _knots[bin] + share * (_knots[bin + 1] - _knots[bin]);

    // Draws from the mixture of B-splines whose masses are those of the marginal times the factor and the knots; ln of its density.
    private double DrawNumber(int number, in RandomStream draws, uint chain, Span<float> state)
    {
        double[] factor = _factors[number]!, kernels = grid.Kernels[number], parts = _parts[number]!;
        byte[] bins = grid.Bins[number];
        float[] shares = grid.Shares[number];
        long index = (long)number * DrawsOfNumber;
        double total = 0;
        for (int b = 0; b < Bins; b++)
            total += parts[b] * _knots[b];
        double wanted = total * draws.OpenUniform(chain, index);
        int part = 0;
        while (part < Bins - 1 && wanted >= parts[part] * _knots[part])
        {
            wanted -= parts[part] * _knots[part];
            part++;
        }
        wanted /= _knots[part];
        int at = LowerBound(bins, part - 1), last = at;
        for (; at < bins.Length && bins[at] <= part; at++)
        {
            double mass = kernels[at] * factor[at] * (bins[at] == part ? 1 - shares[at] : shares[at]);
            if (mass > 0)
                last = at;
            if (mass > 0 && wanted < mass)
                break;
            wanted -= mass;
        }
        double place = last;
        for (int i = 1; i < 4; i++)
            place += draws.OpenUniform(chain, index + i) - 0.5;
        KernelMarginal marginal = tree.Marginals[number];
        state[number] = (float)(marginal.First + marginal.Step * place);
        _ranks[number] = tree.Ranks[number].At(state[number]).Rank;
        return Math.Log(Density(number, state[number]) / total);
    }

    private double Density(int number, double x)
    {
        KernelMarginal marginal = tree.Marginals[number];
        double[] factor = _factors[number]!, kernels = grid.Kernels[number];
        double place = (x - marginal.First) / marginal.Step;
        int middle = (int)Math.Round(place);
        double t = place - middle, density = 0;
        ReadOnlySpan<double> values = [0.5 * (0.5 - t) * (0.5 - t), 0.75 - t * t, 0.5 * (0.5 + t) * (0.5 + t)];
        for (int k = 0; k < 3; k++)
        {
            int i = middle - 1 + k;
            if (i >= 0 && i < kernels.Length)
                density += values[k] * kernels[i] * factor[i] * Between(grid.Bins[number][i], grid.Shares[number][i]);
        }
        return density / marginal.Step;
    }

    // The first point with a bin of at least this one: ranks ascend along the grid.
    private static int LowerBound(byte[] bins, int bin)
    {
        int low = 0, high = bins.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (bins[middle] < bin)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static double Total(double[] numbers)
    {
        double sum = 0;
        foreach (double number in numbers)
            sum += number;
        return sum;
    }
}
