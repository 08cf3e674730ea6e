using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = D·ln(ε + m(x)), in nats: m is the mean of the k smallest |p − pᵢ|/hᵢ over the training images, where p are the principal
/// components of an image's histograms of edges (<see cref="EdgeHistogram"/>, <see cref="PrincipalAxes"/>), and ε = 0.001. The widths hᵢ
/// follow Abramson's law (<see cref="KernelWidths"/>). exp(−E) is the density of training images by their nearest neighbours, up to a
/// factor, if they lie on a surface of D dimensions; D is estimated from the ratios of distances to neighbours (Levina and Bickel, NIPS
/// 2004, averaged as MacKay and Ghahramani propose). Contrast does not count, and images may have any number of channels.
/// </summary>
public sealed class EdgeNeighboursEnergy : FittedEnergy
{
    /// <summary>What is fitted besides axes, widths and points: the number of points, and D.</summary>
    internal const int Numbers = 2;

    private const double Smallest = 1e-3;
    private const double MostDimensions = 1000;

    private readonly EdgeNeighboursOptions _options;
    private readonly EdgeHistogram _histogram;
    private readonly WorkspacePool<EdgeWorkspace> _workspaces;
    private readonly Action<Rows, Rows, Rows, EdgeWorkspace> _evaluate; // made once: an evaluation allocates nothing
    private readonly int _components;
    private PrincipalAxes _axes;
    private NeighbourSearch? _search;

    /// <summary>Creates the energy; before it is fitted, one point stands for the training images.</summary>
    internal EdgeNeighboursEnergy(Device device, StateSpace space, EdgeNeighboursOptions options, Rows memory)
        : base(device, space, memory)
    {
        _options = options;
        _histogram = new EdgeHistogram(space, options);
        _components = Math.Min(options.Components, _histogram.Length);
        _axes = new PrincipalAxes(default, 0, 0);
        _workspaces = new WorkspacePool<EdgeWorkspace>(2 * device.Lanes, () => new EdgeWorkspace(_histogram, options, Length));
        _evaluate = Evaluate;
        Initialize(0);
    }

    /// <inheritdoc/>
    public override int BlockRows => NeighbourSearch.Block;

    /// <summary>D, the number of dimensions along which training images differ; 1 before the fit.</summary>
    public double Dimensions { get; private set; }

    // Numbers of a point: components, and the distance to their subspace.
    private int Length => _components + 1;

    private int WidthsAt => Numbers + (int)PrincipalAxes.CountNumbers(_histogram.Length, _components);

    private int PointsAt => WidthsAt + _options.Rows;

    /// <summary>Numbers that are fitted.</summary>
    internal static long CountNumbers(StateSpace space, EdgeNeighboursOptions options)
    {
        long features = EdgeHistogram.Count(space.Shape, options), components = Math.Min(options.Components, features);
        return Numbers + PrincipalAxes.CountNumbers(features, components) + options.Rows * (2 + components);
    }

    private protected override void Start(Span<float> fitted)
    {
        (fitted[0], fitted[1]) = (1, 1);
        for (int c = 0; c < _components; c++)
            fitted[Numbers + (1 + c) * _histogram.Length + c] = 1;
        fitted[WidthsAt] = fitted[PointsAt] = 1;
    }

    private protected override void Fill(FitRows rows, float[] fitted)
    {
        int count = Math.Min(rows.Count, _options.Rows), features = _histogram.Length;
        using DeviceBuffer buffer = DeviceBuffer.OnHost((long)count * features);
        Rows all = buffer.AsRows(count, features);
        Blocks(rows, count, (workspace, start, some) =>
        {
            for (int i = start; i < start + some; i++)
                _histogram.Forward(rows[i], all[i], workspace.Scratch);
        });
        PrincipalAxes.Fit(rows, all, _components, fitted.AsSpan(Numbers, WidthsAt - Numbers));
        _axes = ReadAxes(fitted);
        Blocks(rows, count, (workspace, start, some) =>
        {
            for (int i = start; i < start + some; i++)
                _axes.Forward(all[i], workspace.Features, fitted.AsSpan(PointsAt + i * Length, Length));
        });
        float[] kept = fitted.AsSpan(PointsAt, count * Length).ToArray(), ones = new float[count];
        ones.AsSpan().Fill(1);
        double[] radii = new double[count], logs = new double[count];
        using NeighbourSearch plain = new(kept, Length, [.. Enumerable.Range(0, Length)], ones);
        Blocks(rows, count, (workspace, start, some) =>
        {
            kept.AsSpan(start * Length, some * Length).CopyTo(workspace.Search.Points);
            plain.Find(workspace.Search.Points, some, start, _options.Neighbours, workspace.Search);
            for (int i = 0; i < some; i++)
                (radii[start + i], logs[start + i]) = (workspace.Search.Nearest[i].Mean, LogRatio(workspace.Search.Nearest[i]));
        });
        KernelWidths.Write(radii, _options.Adaptivity, fitted.AsSpan(WidthsAt, count));
        (fitted[0], fitted[1]) = (count, (float)Math.Clamp(1 / logs.Average(), 1, MostDimensions));
    }

    private protected override void Take(float[] fitted)
    {
        Release();
        int count = Math.Clamp((int)fitted[0], 1, _options.Rows);
        Dimensions = fitted[1];
        _axes = ReadAxes(fitted);
        _search = new NeighbourSearch(fitted.AsSpan(PointsAt, count * Length).ToArray(), Length, [.. Enumerable.Range(0, Length)],
            fitted.AsSpan(WidthsAt, count).ToArray());
    }

    private protected override double[] LeaveOneOut(FitRows rows)
    {
        double[] energies = new double[rows.Judged];
        Blocks(rows, rows.Judged, (workspace, start, some) =>
        {
            for (int i = 0; i < some; i++)
                Map(rows[start + i], i, workspace);
            _search!.Find(workspace.Search.Points, some, start, _options.Neighbours, workspace.Search);
            for (int i = 0; i < some; i++)
                energies[start + i] = EnergyOf(workspace.Search.Nearest[i].Mean);
        });
        return energies;
    }

    private protected override void Run(Rows states, Rows energies, Rows gradient) =>
        NeighbourSearch.EachBlock(_workspaces, states, energies, gradient, _evaluate);

    private protected override void Release()
    {
        _search?.Dispose();
        _search = null;
    }

    private void Evaluate(Rows states, Rows energies, Rows gradient, EdgeWorkspace workspace)
    {
        NeighbourWorkspace found = workspace.Search;
        NeighbourSearch search = _search!;
        for (int i = 0; i < states.Count; i++)
            Map(states[i], i, workspace);
        search.Find(found.Points, states.Count, search.Count, _options.Neighbours, found);
        for (int i = 0; i < states.Count; i++)
            energies[i][0] = (float)EnergyOf(found.Nearest[i].Mean);
        if (gradient.Count == 0)
            return;
        found.Gradients.AsSpan().Clear();
        for (int i = 0; i < states.Count; i++)
        {
            ReadOnlySpan<float> point = found.Points.AsSpan(i * Length, Length);
            Span<double> slopes = found.Gradients.AsSpan(i * Length, Length);
            search.AddSlope(point, Dimensions / (Smallest + found.Nearest[i].Mean), found.Nearest[i], slopes);
            _axes.Reverse(Centred(workspace, i), point, slopes, workspace.Features);
            _histogram.Reverse(states[i], workspace.Features, gradient[i], workspace.Scratch);
        }
    }

    // The point of an image, at its place in a block.
    private void Map(ReadOnlySpan<float> state, int place, EdgeWorkspace workspace)
    {
        _histogram.Forward(state, workspace.Features, workspace.Scratch);
        _axes.Forward(workspace.Features, Centred(workspace, place), workspace.Search.Points.AsSpan(place * Length, Length));
    }

    private Span<float> Centred(EdgeWorkspace workspace, int place) =>
        workspace.Centred.AsSpan(place * _histogram.Length, _histogram.Length);

    private PrincipalAxes ReadAxes(float[] fitted) =>
        new(fitted.AsMemory(Numbers, WidthsAt - Numbers), _histogram.Length, _components);

    private double EnergyOf(double mean) => Dimensions * Math.Log(Smallest + mean);

    // The mean logarithm of the ratio of the last distance to those before it: 1/D on average.
    private static double LogRatio(NearestRows nearest)
    {
        ReadOnlySpan<double> distances = nearest.Distances;
        double sum = 0;
        for (int i = 0; i < distances.Length - 1; i++)
            sum += distances[i] > 0 ? Math.Log(distances[^1] / distances[i]) : 0;
        return distances.Length > 1 ? sum / (distances.Length - 1) : 0;
    }

    private void Blocks(FitRows rows, int count, Action<EdgeWorkspace, int, int> run)
    {
        const int block = NeighbourSearch.Block;
        rows.Run("the edges of images", (count + block - 1) / block, task =>
        {
            EdgeWorkspace workspace = _workspaces.Rent(out int place);
            run(workspace, task * block, Math.Min(block, count - task * block));
            _workspaces.Return(workspace, place);
        });
    }
}
