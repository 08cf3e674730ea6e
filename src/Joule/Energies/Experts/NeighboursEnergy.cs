using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = (d + 1)·ln(ε + m(x)), in nats: m is the mean of the k smallest |x − xᵢ|/hᵢ over the training rows xᵢ, and ε = 0.001. The width
/// hᵢ = r̄·(rᵢ/r̄)^a follows Abramson's law ("On bandwidth variation in kernel estimates", Annals of Statistics 10, 1982), with rᵢ the
/// mean distance of a row to its k neighbours and r̄ their geometric mean: rows in sparse regions have wide kernels. With d + 1 the tails
/// are those of a Cauchy distribution, so that exp(−E) is integrable, unless it is averaged over subspaces.
/// </summary>
public sealed class NeighboursEnergy : FittedEnergy
{
    private const double Smallest = 1e-3;

    private readonly NeighboursOptions _options;
    private readonly WorkspacePool<NeighbourWorkspace> _workspaces;
    private readonly Action<Rows, Rows, Rows, NeighbourWorkspace> _evaluate; // made once: an evaluation allocates nothing
    private RankMap[] _ranks = [];
    private NeighbourSearch[] _parts = [];

    /// <summary>Creates the energy; before it is fitted, one row at 0 stands for the training rows.</summary>
    internal NeighboursEnergy(Device device, StateSpace space, NeighboursOptions options, Rows memory) : base(device, space, memory)
    {
        _options = options;
        _workspaces = new WorkspacePool<NeighbourWorkspace>(
            2 * device.Lanes, () => new NeighbourWorkspace(options.Rows, Width, options.Neighbours));
        _evaluate = Evaluate;
        Initialize(0);
    }

    /// <inheritdoc/>
    public override int BlockRows => NeighbourSearch.Block;

    private int ScalesAt => 1 + _options.Parts * Width + (_options.Ranks ? Width * RankMap.Length : 0);

    private int RowsAt => ScalesAt + _options.Parts * _options.Rows;

    private protected override void Start(Span<float> fitted)
    {
        fitted[0] = 1;
        fitted.Slice(1, _options.Parts * Width).Fill(1);
        for (int part = 0; part < _options.Parts; part++)
            fitted[ScalesAt + part * _options.Rows] = 1;
    }

    private protected override void Fill(FitRows rows, float[] fitted)
    {
        int count = Math.Min(rows.Count, _options.Rows), width = Width;
        fitted[0] = count;
        for (int part = 0; part < _options.Parts; part++)
            Choose(rows, part, fitted.AsSpan(1 + part * width, width));
        if (_options.Ranks)
        {
            int at = 1 + _options.Parts * width;
            rows.Run("the ranks of columns", width,
                j => RankMap.Fit(rows.Column(j), fitted.AsSpan(at + j * RankMap.Length, RankMap.Length)));
            _ranks = ReadRanks(fitted);
        }
        for (int i = 0; i < count; i++)
            Map(rows[i], fitted.AsSpan(RowsAt + i * width, width), default);
        float[] kept = fitted.AsSpan(RowsAt, count * width).ToArray(), ones = new float[count];
        ones.AsSpan().Fill(1);
        for (int part = 0; part < _options.Parts; part++)
        {
            using NeighbourSearch plain = new(kept, width, Columns(fitted, part), ones);
            double[] radii = new double[count];
            Search(rows, plain, count, (point, i) => kept.AsSpan(i * width, width).CopyTo(point), (mean, i) => radii[i] = mean);
            KernelWidths.Write(radii, _options.Adaptivity, fitted.AsSpan(ScalesAt + part * _options.Rows, count));
        }
    }

    private protected override void Take(float[] fitted)
    {
        Release();
        int count = Math.Clamp((int)fitted[0], 1, _options.Rows);
        _ranks = ReadRanks(fitted);
        float[] kept = fitted.AsSpan(RowsAt, count * Width).ToArray();
        NeighbourSearch[] parts = new NeighbourSearch[_options.Parts];
        for (int part = 0; part < parts.Length; part++)
        {
            float[] scales = fitted.AsSpan(ScalesAt + part * _options.Rows, count).ToArray();
            parts[part] = new NeighbourSearch(kept, Width, Columns(fitted, part), scales);
        }
        _parts = parts;
    }

    private protected override double[] LeaveOneOut(FitRows rows)
    {
        double[] energies = new double[rows.Judged];
        foreach (NeighbourSearch part in _parts)
            Search(rows, part, rows.Judged, (point, i) => Map(rows[i], point, default), (mean, i) => energies[i] += EnergyOf(mean));
        return energies;
    }

    private protected override void Run(Rows states, Rows energies, Rows gradient) =>
        NeighbourSearch.EachBlock(_workspaces, states, energies, gradient, _evaluate);

    private protected override void Release()
    {
        foreach (NeighbourSearch part in _parts)
            part.Dispose();
        _parts = [];
    }

    private void Evaluate(Rows states, Rows energies, Rows gradient, NeighbourWorkspace workspace)
    {
        int count = states.Count, width = Width;
        Span<double> sums = workspace.Sums.AsSpan(0, count);
        sums.Clear();
        workspace.Gradients.AsSpan().Clear();
        for (int i = 0; i < count; i++)
            Map(states[i], workspace.Points.AsSpan(i * width, width), workspace.Slopes.AsSpan(i * width, width));
        foreach (NeighbourSearch part in _parts)
        {
            part.Find(workspace.Points, count, part.Count, _options.Neighbours, workspace);
            for (int i = 0; i < count; i++)
            {
                double mean = workspace.Nearest[i].Mean;
                sums[i] += EnergyOf(mean);
                if (gradient.Count > 0)
                {
                    double factor = (width + 1.0) / (_parts.Length * (Smallest + mean));
                    part.AddSlope(workspace.Points.AsSpan(i * width, width), factor, workspace.Nearest[i],
                        workspace.Gradients.AsSpan(i * width, width));
                }
            }
        }
        for (int i = 0; i < count; i++)
            energies[i][0] = (float)sums[i];
        for (int i = 0; i < gradient.Length; i++)
            gradient.Span[i] = (float)(workspace.Gradients[i] * workspace.Slopes[i]);
    }

    private double EnergyOf(double mean) => (Width + 1.0) / _options.Parts * Math.Log(Smallest + mean);

    // Means of the distances to nearest rows, a block of points at a time; point i is row i, which does not count, if there is such a row.
    private void Search(FitRows rows, NeighbourSearch search, int count, PointReader read, Action<double, int> found)
    {
        const int block = NeighbourSearch.Block;
        rows.Run("the neighbours of rows", (count + block - 1) / block, task =>
        {
            NeighbourWorkspace workspace = _workspaces.Rent(out int place);
            int start = task * block, some = Math.Min(block, count - start);
            for (int i = 0; i < some; i++)
                read(workspace.Points.AsSpan(i * Width, Width), start + i);
            search.Find(workspace.Points, some, start, _options.Neighbours, workspace);
            for (int i = 0; i < some; i++)
                found(workspace.Nearest[i].Mean, start + i);
            _workspaces.Return(workspace, place);
        });
    }

    // A random half of the columns; all of them where there are no subspaces.
    private void Choose(FitRows rows, int part, Span<float> mask)
    {
        if (_options.Subspaces == 0 || Width < 2)
        {
            mask.Fill(1);
            return;
        }
        int[] order = new int[Width];
        rows.Draws.At(1).FillPermutation(order, (uint)part);
        for (int i = 0; i < (Width + 1) / 2; i++)
            mask[order[i]] = 1;
    }

    private int[] Columns(float[] fitted, int part) =>
        [.. Enumerable.Range(0, Width).Where(c => fitted[1 + part * Width + c] > 0)];

    private RankMap[] ReadRanks(float[] fitted)
    {
        int at = 1 + _options.Parts * Width;
        return [.. Enumerable.Range(0, _options.Ranks ? Width : 0)
            .Select(j => new RankMap(fitted.AsSpan(at + j * RankMap.Length, RankMap.Length)))];
    }

    private void Map(ReadOnlySpan<float> state, Span<float> point, Span<float> slopes)
    {
        for (int j = 0; j < state.Length; j++)
        {
            (float value, float slope) = _options.Ranks ? _ranks[j].At(state[j]) : (state[j], 1);
            point[j] = value;
            if (slopes.Length > 0)
                slopes[j] = slope;
        }
    }

    private delegate void PointReader(Span<float> point, int index);
}
