using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = −ln q(x) + b·tanh(g(x)/b), in nats at T = 1: q is a mixture of factor analysers, whose density is exact and normalised, fitted to
/// the training data; g is a network, trained afterwards; the correction is at most b in size. So ln Z lies between −b and b, a state drawn
/// from q is a good proposal (accepted with probability e^(−2b) or more), and chains forget their start (<c>TiltedWalk</c>).
/// </summary>
/// <remarks>
/// In a box, q is defined on the logits of the states, which suits images whose pixels are mostly black or white: dequantised images stay
/// inside the walls. Its density is that of the states, the Jacobian included.
/// </remarks>
public sealed class ResidualEnergy : Energy, IDifferentiable, ITrainable, IFitted, ITilted, IDisposable
{
    private readonly FactorMixture _mixture;
    private readonly FactorFitOptions _fit;
    private readonly Network _network;
    private readonly Initialization _initialization;
    private readonly double _bound;
    private readonly WorkspacePool<TiltWorkspace> _workspaces;

    /// <summary>Creates the energy; before it is fitted, q is standard normal, of logits in a box.</summary>
    internal ResidualEnergy(Device device, StateSpace space, ResidualEnergyOptions options, long mostParameters)
    {
        FactorShape.Check(space, "residual");
        Space = space;
        FactorShape shape = new(options.Components, options.Factors, space.Width);
        _network = new Network(device, space.Shape, options.Layers, mostParameters, shape.Length);
        _mixture = new FactorMixture(device, space, shape, _network.Beyond);
        _fit = new FactorFitOptions(options.Shrinkage, options.Rounds);
        (_initialization, _bound) = (options.Initialization, options.Bound);
        _workspaces = new WorkspacePool<TiltWorkspace>(2 * device.Lanes, () => new TiltWorkspace(BlockRows));
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
    public int Coordinates => 1 + _mixture.Shape.Factors + Space.Width;

    /// <inheritdoc/>
    public int Factors => _mixture.Shape.Factors;

    /// <summary>b, in nats.</summary>
    internal double Bound => _bound;

    /// <inheritdoc/>
    public void Initialize(ulong seed) => _network.Initialize(seed, _initialization);

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
        using FactorFit fit = new(Device, _mixture, data, seed);
        fit.Run(_fit, cancellation);
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Add(states, energies, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Add(states, energies, gradient.Slice(0, states.Count));
    }

    /// <inheritdoc/>
    public void Tilt(Rows states, Rows tilts)
    {
        Check(states, tilts);
        _network.Evaluate(states, tilts);
        Span<float> values = tilts.Span;
        for (int i = 0; i < states.Count; i++)
            values[i] = Bounded(values[i]);
    }

    /// <inheritdoc/>
    public void Base(Rows states, Rows energies)
    {
        Check(states, energies);
        _mixture.Energies(states, energies, default);
    }

    /// <inheritdoc/>
    public int Component(double uniform) => _mixture.Component(uniform);

    /// <inheritdoc/>
    public void Locate(Rows states, Rows coordinates)
    {
        Check(states);
        _mixture.Locate(states, coordinates);
    }

    /// <inheritdoc/>
    public void Place(ReadOnlySpan<float> coordinates, Span<float> state) => _mixture.Place(coordinates, state);

    /// <inheritdoc/>
    public void SampleBase(in RandomStream draws, uint chain, Span<float> state)
    {
        float[] coordinates = new float[Coordinates];
        draws.FillNormal(coordinates, chain);
        coordinates[0] = Component(draws.OpenUniform(chain, RandomStream.AfterNormals(coordinates.Length)));
        Place(coordinates, state);
    }

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new ResidualPass(this, _network.CreatePass(capacity));

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        _mixture.Dispose();
        _network.Dispose();
    }

    /// <summary>b·tanh(g/b).</summary>
    internal float Bounded(float value) => (float)(_bound * Math.Tanh(value / _bound));

    // E, and ∇E where the gradient has rows, a block at a time.
    private void Add(Rows states, Rows energies, Rows gradient)
    {
        TiltWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += workspace.Rows)
            {
                int count = Math.Min(workspace.Rows, states.Count - start);
                Rows some = states.Slice(start, count), sums = energies.Slice(start, count), tilts = workspace.Tilts.Slice(0, count);
                if (gradient.Count == 0)
                {
                    _mixture.Energies(some, sums, default);
                    Tilt(some, tilts);
                }
                else
                {
                    Rows slopes = gradient.Slice(start, count), own = workspace.Gradient(count, Space.Width);
                    _mixture.Energies(some, sums, slopes);
                    _network.Gradient(some, tilts, own);
                    for (int i = 0; i < count; i++)
                        AddSlope(own.Slice(i, 1), slopes.Slice(i, 1), ref tilts.Span[i]);
                }
                for (int i = 0; i < count; i++)
                    sums.Span[i] += tilts.Span[i];
            }
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    private void AddSlope(Rows own, Rows slope, ref float value)
    {
        double share = Math.Tanh(value / _bound);
        Kernels.Scale(own, (float)(1 - share * share), slope, accumulate: true);
        value = Bounded(value);
    }

    private sealed class TiltWorkspace(int rows) : IDisposable
    {
        private readonly DeviceBuffer _tilts = DeviceBuffer.OnHost(rows);
        private DeviceBuffer? _gradient;

        public int Rows => rows;

        public Rows Tilts => _tilts.AsRows(rows, 1);

        public Rows Gradient(int count, int width) =>
            (_gradient ??= DeviceBuffer.OnHost((long)rows * width)).AsRows(rows, width).Slice(0, count);

        public void Dispose()
        {
            _tilts.Dispose();
            _gradient?.Dispose();
        }
    }
}
