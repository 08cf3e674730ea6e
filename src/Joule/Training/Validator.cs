using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;

namespace Joule.Training;

/// <summary>
/// Measures the mean energies of the validation data and of as many states of noise (<see cref="StateSpace.FillNoise"/>).
/// </summary>
public sealed class Validator : IDisposable
{
    private const int Chunk = 512;

    private readonly Device _device;
    private readonly StateSet _data;
    private readonly ulong _seed;
    private readonly DeviceBuffer _states;
    private readonly float[] _energies = new float[Chunk];

    /// <summary>Allocates memory for part of the data.</summary>
    /// <param name="device">The device.</param>
    /// <param name="data">The validation data.</param>
    /// <param name="seed">The seed of the noise.</param>
    public Validator(Device device, StateSet data, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        _device = device;
        _data = data;
        _seed = seed;
        _states = device.Allocate((long)Chunk * data.Space.Width);
    }

    /// <summary>Measures an energy.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="epoch">The epoch; each has its own noise.</param>
    /// <param name="update">The update, for the error.</param>
    /// <param name="cancellation">Cancels the validation.</param>
    /// <exception cref="DivergenceException">An energy is non-finite.</exception>
    public ValidationFigures Run(Energy energy, int epoch, long update, CancellationToken cancellation = default)
    {
        using EnergyEvaluation evaluation = new(_device, energy) { Cancellation = cancellation };
        EnergyMoments data = default, noise = default;
        RandomStream stream = new(_seed, RandomPurpose.ValidationNoise, (ulong)epoch);
        for (int start = 0; start < _data.Count; start += Chunk)
        {
            int count = Math.Min(Chunk, _data.Count - start);
            Rows states = _states.AsRows(Chunk, _data.Space.Width).Slice(0, count);
            int first = start;
            _device.Write(states, (i, state) => _data.Read(first + i, state));
            Add(ref data, evaluation, states, "energy of the validation data", start, update);
            _device.Write(states, (i, state) => _data.Space.FillNoise(stream, (uint)(first + i), state));
            Add(ref noise, evaluation, states, "energy of the validation noise", start, update);
        }
        int all = _data.Count;
        return new ValidationFigures(data.Mean(all), noise.Mean(all))
        {
            DataSpread = data.Spread(all),
            NoiseSpread = noise.Spread(all),
            Count = all,
        };
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _states.Dispose();

    private void Add(ref EnergyMoments moments, EnergyEvaluation evaluation, Rows states, string what, int first, long update)
    {
        evaluation.Run(states, _energies);
        double sum = 0, squares = 0;
        for (int i = 0; i < states.Count; i++)
        {
            if (!float.IsFinite(_energies[i]))
                throw new DivergenceException(what, update, first + i, _energies[i]);
            sum += _energies[i];
            squares += (double)_energies[i] * _energies[i];
        }
        moments = new EnergyMoments(moments.Sum + sum, moments.Squares + squares);
    }
}
