using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = −w·ln q(x) + g(x): q is a mixture of factor analysers, fitted to the training data in the states' own numbers and blurred by
/// normal noise of deviation σ; g is a network. The convolution of q with the noise is exact: each component's covariance gains σ²I. So at
/// w = 1, g learns only what the mixture lacks of the density of noisy data. Chains start from draws of the mixture, without the noise,
/// inside the walls of the states.
/// </summary>
public sealed class AnchoredEnergy : Energy, IDifferentiable, ITrainable, IFitted, IDisposable
{
    private readonly FactorMixture _mixture;
    private readonly FactorFitOptions _fit;
    private readonly Network _network;
    private readonly AnchoredEnergyOptions _options;
    private readonly WorkspacePool<AnchoredWorkspace> _workspaces;

    /// <summary>Creates the energy; before it is fitted, the mixture is standard normal.</summary>
    internal AnchoredEnergy(Device device, StateSpace space, AnchoredEnergyOptions options, long mostParameters)
    {
        FactorShape.Check(space, "anchored");
        Space = space;
        FactorShape shape = new(options.Components, options.Factors, space.Width);
        _options = options;
        _network = new Network(device, space.Shape, options.Layers, mostParameters, shape.Length);
        _mixture = new FactorMixture(device, StateSpace.Real(space.Shape), shape, _network.Beyond) { Blur = options.Blur };
        _fit = new FactorFitOptions(options.Shrinkage, options.Rounds);
        _workspaces = new WorkspacePool<AnchoredWorkspace>(2 * device.Lanes, () => new AnchoredWorkspace(BlockRows, space.Width));
        _mixture.Reset();
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int BlockRows => Math.Max(FactorMixture.Block, _network.Plan.BlockRows);

    /// <inheritdoc/>
    public override int LeastRows => Math.Min(BlockRows, 8);

    /// <inheritdoc/>
    public Device Device => _network.Device;

    /// <summary>The parameters of the network. The mixture's are <see cref="Fitted"/>.</summary>
    public Rows Parameters => _network.Parameters;

    /// <inheritdoc/>
    public Rows Fitted => _mixture.Parameters;

    /// <inheritdoc/>
    public Rows Saved => new(Parameters.Buffer, Parameters.Offset, 1, Parameters.Length + Fitted.Length);

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Tensors =>
        [.. _network.Plan.Parameters, .. _mixture.Shape.Tensors(_network.Plan.ParameterLength)];

    /// <inheritdoc/>
    public DeviceProgram CommitProgram => _network.CommitProgram;

    /// <inheritdoc/>
    public void Initialize(ulong seed) => _network.Initialize(seed, _options.Initialization);

    /// <inheritdoc/>
    public void Commit()
    {
        _mixture.Commit();
        _network.Commit();
    }

    /// <inheritdoc/>
    public void Fit(StateSet data, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Space != Space)
            throw new InvalidInputException($"The energy is defined on {Space}, and {data.Name} are {data.Space}. Both must be the same.");
        _mixture.Blur = 0;
        try
        {
            using FactorFit fit = new(Device, _mixture, data, seed);
            fit.Run(_fit, cancellation);
        }
        finally
        {
            _mixture.Blur = _options.Blur;
        }
        _mixture.Commit();
    }

    /// <summary>Draws a state of the mixture, without the noise, inside the walls.</summary>
    /// <inheritdoc/>
    public override void FillStart(in RandomStream draws, uint chain, Span<float> state)
    {
        _mixture.Draw(draws, chain, state);
        Space.Clamp(state);
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        _network.Evaluate(states, energies);
        AddBase(states, energies, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        _network.Gradient(states, energies, gradient);
        AddBase(states, energies, gradient.Slice(0, states.Count));
    }

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity)
    {
        NetworkTrainingPass own = new(_network.CreatePass(capacity));
        return _options.Weight == 0 ? own : new AnchoredPass(this, own);
    }

    /// <inheritdoc/>
    public IDirectionalPass CreatePass(int capacity, int order)
    {
        if (order > 1 && _options.Weight > 0)
        {
            throw new InvalidInputException("The energy \"anchored\" has no second derivatives along directions. Set energy.weight=0, or "
                + "train it by denoising_score_matching.");
        }
        NetworkDirectionalPass own = new(_network.CreatePass(capacity, order));
        return _options.Weight == 0 ? own : new AnchoredDirectionalPass(this, own);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        _mixture.Dispose();
        _network.Dispose();
    }

    /// <summary>Adds −w·ln q to energies and, if the gradient has rows, its gradient.</summary>
    internal void AddBase(Rows states, Rows energies, Rows gradient)
    {
        if (_options.Weight == 0)
            return;
        float weight = (float)_options.Weight;
        AnchoredWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += workspace.Rows)
            {
                int count = Math.Min(workspace.Rows, states.Count - start);
                Rows own = workspace.Energies.Slice(0, count);
                Rows slopes = gradient.Count == 0 ? default : workspace.Gradient.Slice(0, count);
                _mixture.Energies(states.Slice(start, count), own, slopes);
                Kernels.Scale(own, weight, energies.Slice(start, count), accumulate: true);
                if (gradient.Count > 0)
                    Kernels.Scale(slopes, weight, gradient.Slice(start, count), accumulate: true);
            }
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    /// <summary>Adds −w·∂ln q along directions.</summary>
    /// <param name="states">n rows.</param>
    /// <param name="directions">n rows.</param>
    /// <param name="derivatives">n rows of the energy and its derivative.</param>
    internal void AddBaseAlong(Rows states, Rows directions, Rows derivatives)
    {
        AnchoredWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += workspace.Rows)
            {
                int count = Math.Min(workspace.Rows, states.Count - start);
                Rows own = workspace.Energies.Slice(0, count), slopes = workspace.Gradient.Slice(0, count);
                _mixture.Energies(states.Slice(start, count), own, slopes);
                for (int i = 0; i < count; i++)
                {
                    Span<float> derivative = derivatives[start + i];
                    derivative[0] += (float)_options.Weight * own.Span[i];
                    derivative[1] += (float)_options.Weight
                        * TensorPrimitives.Dot((ReadOnlySpan<float>)slopes[i], directions[start + i]);
                }
            }
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    private sealed class AnchoredWorkspace : IDisposable
    {
        private readonly DeviceBuffer _memory;

        public AnchoredWorkspace(int rows, int width)
        {
            _memory = DeviceBuffer.OnHost((long)rows * (width + 1));
            (Rows, Energies, Gradient) = (rows, new Rows(_memory, 0, rows, 1), new Rows(_memory, rows, rows, width));
        }

        public int Rows { get; }

        public Rows Energies { get; }

        public Rows Gradient { get; }

        public void Dispose() => _memory.Dispose();
    }
}
