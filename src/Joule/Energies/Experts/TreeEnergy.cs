using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = −Σⱼ ln pⱼ(xⱼ) − Σ ln cᵢⱼ(xᵢ, xⱼ) over the edges of a tree, in nats: kernel densities of single columns, and copulas of those
/// pairs that depend on each other most. It is a normalised density, ln Z = 0, up to the rounding of an integral (10⁻³); its states are
/// drawn exactly, from the roots on.
/// </summary>
public sealed class TreeEnergy : FittedEnergy, ISamplable, IKnown
{
    private const long DrawsOfNumber = 1L << 18;

    private readonly TreeOptions _options;
    private readonly TreeLayout _layout;
    private readonly WorkspacePool<TreeWorkspace> _workspaces;
    private bool[] _isChild = [];

    /// <summary>Creates the energy; before it is fitted, it is a standard normal density.</summary>
    internal TreeEnergy(Device device, StateSpace space, TreeOptions options, Rows memory) : base(device, space, memory)
    {
        _options = options;
        _layout = new TreeLayout(Width);
        _workspaces = new WorkspacePool<TreeWorkspace>(2 * device.Lanes, () => new TreeWorkspace(Width));
        Initialize(0);
    }

    /// <summary>ln Z = 0.</summary>
    public double? LogPartition => 0;

    /// <summary>The edges, parents before their children.</summary>
    internal TreeEdge[] Edges { get; private set; } = [];

    /// <summary>The densities of single columns.</summary>
    internal KernelMarginal[] Marginals { get; private set; } = [];

    /// <summary>The ranks of single columns.</summary>
    internal RankMap[] Ranks { get; private set; } = [];

    /// <summary>Null: the tails have no mean.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return null;
    }

    /// <summary>Null: the tails have no covariance.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return null;
    }

    /// <inheritdoc/>
    /// <remarks>A child is drawn from its marginal until a draw is accepted with probability c/max c.</remarks>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        for (int j = 0; j < Width; j++)
        {
            if (!_isChild[j])
                state[j] = (float)Marginals[j].Draw(draws, chain, j * DrawsOfNumber);
        }
        foreach (TreeEdge edge in Edges)
        {
            double rank = Ranks[edge.Parent].At(state[edge.Parent]).Rank, largest = edge.Largest(rank);
            long index = edge.Child * DrawsOfNumber, end = index + DrawsOfNumber - 8;
            double share;
            do
            {
                state[edge.Child] = (float)Marginals[edge.Child].Draw(draws, chain, index);
                share = edge.At(rank, Ranks[edge.Child].At(state[edge.Child]).Rank).Value / largest;
                index += 8;
            }
            while (share < draws.OpenUniform(chain, index - 1) && index < end);
        }
    }

    private protected override void Start(Span<float> fitted)
    {
        for (int j = 0; j < Width; j++)
            KernelMarginal.Start(fitted[TreeLayout.Marginal(j)]);
    }

    private protected override void Fill(FitRows rows, float[] fitted) => new TreeFit(rows, _layout, _options.Pairs).Run(fitted);

    private protected override void Take(float[] fitted)
    {
        TreeLayout layout = _layout;
        Marginals = [.. Enumerable.Range(0, Width).Select(j => new KernelMarginal(fitted.AsMemory(TreeLayout.Marginal(j))))];
        Ranks = [.. Enumerable.Range(0, Width).Select(j => new RankMap(fitted.AsSpan(layout.Ranks(j))))];
        List<TreeEdge> edges = [];
        for (int e = 0; e < layout.Edges && fitted[layout.Edge(e).Start.Value] > 0; e++)
        {
            ReadOnlyMemory<float> edge = fitted.AsMemory(layout.Edge(e));
            edges.Add(new TreeEdge(Column(edge.Span[0]), Column(edge.Span[1]), edge[2..]));
        }
        Edges = [.. edges];
        _isChild = new bool[Width];
        foreach (TreeEdge edge in edges)
            _isChild[edge.Child] = true;
    }

    private protected override double[] LeaveOneOut(FitRows rows) => TreeFit.LeaveOneOut(rows, _layout, this);

    private protected override void Run(Rows states, Rows energies, Rows gradient)
    {
        TreeWorkspace workspace = _workspaces.Rent(out int place);
        for (int i = 0; i < states.Count; i++)
        {
            energies[i][0] = (float)Energy(states[i], workspace);
            for (int j = 0; gradient.Count > 0 && j < Width; j++)
                gradient[i][j] = (float)workspace.Gradient[j];
        }
        _workspaces.Return(workspace, place);
    }

    private double Energy(ReadOnlySpan<float> state, TreeWorkspace workspace)
    {
        double energy = 0;
        for (int j = 0; j < state.Length; j++)
        {
            (double density, double slope) = Marginals[j].At(state[j]);
            energy -= Math.Log(density);
            workspace.Gradient[j] = -slope / density;
            (workspace.Ranks[j], workspace.Slopes[j]) = Ranks[j].At(state[j]);
        }
        foreach (TreeEdge edge in Edges)
        {
            (int parent, int child) = (edge.Parent, edge.Child);
            (double value, double first, double second) = edge.At(workspace.Ranks[parent], workspace.Ranks[child]);
            energy -= Math.Log(value);
            workspace.Gradient[parent] -= first / value * workspace.Slopes[parent];
            workspace.Gradient[child] -= second / value * workspace.Slopes[child];
        }
        return energy;
    }

    private int Column(float number) => Math.Clamp((int)number - 1, 0, Width - 1);

    /// <summary>Memory for one state.</summary>
    private sealed class TreeWorkspace(int width) : IDisposable
    {
        public double[] Ranks { get; } = new double[width];

        public double[] Slopes { get; } = new double[width];

        public double[] Gradient { get; } = new double[width];

        public void Dispose() { }
    }
}
