using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The energy of an autoencoder, E(x) = |x − decoder(encoder(x))|² / 2s² (Yoon, Noh and Park 2021, arXiv:2105.05735, equation 4): at least
/// 0, and 0 where a state comes back unchanged. Likelihood training makes it a density; as a plain autoencoder it also gives back states
/// that are no data.
/// </summary>
public sealed class AutoencoderEnergy : Energy, IDifferentiable, ITrainable, IAutoencoding, IDisposable
{
    private readonly AutoencoderLayers _layers;
    private readonly Network _network;
    private readonly Initialization _initialization;

    /// <summary>Creates the energy. <see cref="Initialize"/> draws its parameters.</summary>
    /// <param name="device">The device.</param>
    /// <param name="space">The state space, of real numbers with or without walls.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">A layer does not fit.</exception>
    public AutoencoderEnergy(Device device, StateSpace space, AutoencoderEnergyOptions options)
        : this(device, space, options, PlanBuilder.MostParameters)
    {
    }

    internal AutoencoderEnergy(Device device, StateSpace space, AutoencoderEnergyOptions options, long mostParameters)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(options);
        Space = space;
        _initialization = options.Initialization;
        _layers = new AutoencoderLayers(space.Shape, options);
        _network = new Network(device, space.Shape, _layers.Whole, mostParameters);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int BlockRows => _network.Plan.BlockRows;

    /// <inheritdoc/>
    public override int LeastRows => _network.Plan.LeastRows;

    /// <inheritdoc/>
    public Device Device => _network.Device;

    /// <inheritdoc/>
    public Rows Parameters => _network.Parameters;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Tensors => _network.Plan.Parameters;

    /// <inheritdoc/>
    public DeviceProgram CommitProgram => _network.CommitProgram;

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        _network.Evaluate(states, energies);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        _network.Gradient(states, energies, gradient);
    }

    /// <inheritdoc/>
    public void Initialize(ulong seed) => _network.Initialize(seed, _initialization);

    /// <inheritdoc/>
    public void Commit() => _network.Commit();

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new NetworkTrainingPass(_network.CreatePass(capacity));

    /// <inheritdoc/>
    public IDirectionalPass CreatePass(int capacity, int order) => new NetworkDirectionalPass(_network.CreatePass(capacity, order));

    /// <inheritdoc/>
    public AutoencoderManifold CreateManifold(Rows parameters)
    {
        if (parameters.Length != Parameters.Length)
        {
            throw new InvalidInputException(
                $"The autoencoder has {Parameters.Length} parameters; its manifold was given {parameters.Length}.");
        }
        return new AutoencoderManifold(Device, Space, _layers, parameters);
    }

    /// <summary>Frees the networks.</summary>
    public void Dispose() => _network.Dispose();
}
