using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy of states as one of the latent vectors of a manifold: H(z) = E(decode(z)) (Yoon, Noh and Park 2021, arXiv:2105.05735,
/// section 4.2). Chains in it stay on the manifold.
/// </summary>
public sealed class LatentEnergy : Energy, IDifferentiable, IDisposable
{
    private readonly Energy _energy;
    private readonly IDifferentiable _slope;
    private readonly IManifold _manifold;
    private readonly WorkspacePool<DeviceBuffer> _states;

    /// <summary>Takes both; it disposes neither.</summary>
    /// <param name="energy">An energy with a gradient, on the manifold's states.</param>
    /// <param name="manifold">The manifold.</param>
    /// <exception cref="InvalidInputException">The energy has no gradient.</exception>
    public LatentEnergy(Energy energy, IManifold manifold)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(manifold);
        (_energy, _manifold) = (energy, manifold);
        _slope = energy.Require<IDifferentiable>("A chain on a manifold");
        BlockRows = Math.Max(1, Math.Min(manifold.BlockRows, energy.BlockRows));
        _states = new WorkspacePool<DeviceBuffer>(64, () => DeviceBuffer.OnHost((long)BlockRows * energy.Space.Width));
    }

    /// <inheritdoc/>
    public override StateSpace Space => _manifold.LatentSpace;

    /// <inheritdoc/>
    public override int BlockRows { get; }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        DeviceBuffer memory = _states.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += BlockRows)
            {
                int count = Math.Min(BlockRows, states.Count - start);
                Rows decoded = memory.AsRows(BlockRows, _energy.Space.Width).Slice(0, count);
                _manifold.Decode(states.Slice(start, count), decoded);
                _energy.Evaluate(decoded, energies.Slice(start, count));
            }
        }
        finally
        {
            _states.Return(memory, place);
        }
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        _manifold.Gradient(_slope, states, energies.Slice(0, states.Count), gradient.Slice(0, states.Count));
    }

    /// <summary>Frees memory.</summary>
    public void Dispose() => _states.Dispose();
}
