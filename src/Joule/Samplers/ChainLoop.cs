using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Runs chains: the one place with the loop over steps, the check for divergence and cancellation. A worker takes a block of chains through all the
/// steps between two observations before it takes the next block.
/// </summary>
public sealed class ChainLoop : IBlockWork, IDisposable
{
    private readonly Device _device;
    private readonly DifferentiableEnergy _energy;
    private readonly DeviceBuffer _gradient;
    private readonly float[] _energies;
    private readonly float[] _norms;
    private readonly int _capacity;
    private Sampler _sampler = null!;
    private Rows _states;
    private RandomStream _noise;
    private ulong _firstStep;
    private int _steps;
    private CancellationToken _cancellation;

    /// <summary>Takes memory for a number of chains on one energy.</summary>
    public ChainLoop(Device device, DifferentiableEnergy energy, int capacity)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _device = device;
        _energy = energy;
        _capacity = capacity;
        _gradient = device.Allocate((long)capacity * energy.Space.Width);
        _energies = new float[capacity];
        _norms = new float[capacity];
    }

    /// <summary>Every chain's energy where its last gradient was taken, in nats.</summary>
    public ReadOnlySpan<float> Energies => _energies.AsSpan(0, _states.Count);

    /// <summary>Every chain's ‖∇ₓE‖² where its last gradient was taken.</summary>
    public ReadOnlySpan<float> SquaredNorms => _norms.AsSpan(0, _states.Count);

    /// <summary>Advances all chains, in place.</summary>
    /// <param name="sampler">The transition.</param>
    /// <param name="states">One row a chain.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="noise">Seed and purpose of the draws; step s of the chains uses the draws of step <paramref name="firstStep"/> + s.</param>
    /// <param name="firstStep">How many steps these chains' draws have been used for before.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, int steps, RandomStream noise, ulong firstStep = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        if (states.Count > _capacity || states.Width != _energy.Space.Width)
            throw new InvalidInputException($"The chains have room for {_capacity} states of {_energy.Space.Width} numbers; they were given {states.Count} of {states.Width}.");
        _sampler = sampler;
        _states = states;
        _steps = steps;
        _noise = noise;
        _firstStep = firstStep;
        _cancellation = cancellation;
        _device.Run(this, (states.Count + _energy.BlockRows - 1) / _energy.BlockRows);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _gradient.Dispose();

    void IBlockWork.Run(int block, int lane)
    {
        int start = block * _energy.BlockRows, count = Math.Min(_energy.BlockRows, _states.Count - start);
        Rows gradient = _gradient.AsRows(_capacity, _energy.Space.Width).Slice(start, count);
        Span<float> energies = _energies.AsSpan(start, count), norms = _norms.AsSpan(start, count);
        for (int s = 0; s < _steps; s++)
        {
            _cancellation.ThrowIfCancellationRequested();
            ulong step = _firstStep + (ulong)s;
            _sampler.Step(_device, _energy, new ChainBlock(_states.Slice(start, count), gradient, energies, norms, (uint)start, _noise.At(step)));
            for (int i = 0; i < count; i++)
            {
                if (!float.IsFinite(energies[i]))
                    throw new DivergenceException("energy of a chain", (long)step + 1, start + i, energies[i]);
                if (!float.IsFinite(norms[i]))
                    throw new DivergenceException("squared gradient norm of a chain", (long)step + 1, start + i, norms[i]);
            }
        }
    }
}
