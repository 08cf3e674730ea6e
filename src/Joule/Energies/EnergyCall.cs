using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// One evaluation for the host, of an energy or of an energy and its gradient. Without a device it runs on the calling thread.
/// </summary>
internal sealed class EnergyCall(Energy? energy, IDifferentiable? differentiable, Rows states, Rows gradient)
    : DeviceProgram, IEnergyLaunch
{
    private Rows _values;

    public override string Name => "the evaluation of states";

    public override int Count => states.Count;

    public override int BlockRows => energy?.BlockRows ?? differentiable!.BlockRows;

    Energy? IEnergyLaunch.Energy => energy;

    Rows IEnergyLaunch.States => states;

    Rows IEnergyLaunch.Energies => _values;

    /// <summary>Evaluates, and downloads the energies.</summary>
    public void Run(Span<float> energies)
    {
        if (states.Count == 0)
            return;
        Device? device = states.Buffer.Device;
        using DeviceBuffer memory = device?.Allocate(states.Count) ?? DeviceBuffer.OnHost(states.Count);
        _values = memory.AsRows(states.Count, 1);
        if (device is null)
        {
            Evaluate(states, _values, gradient);
            _values.Span.CopyTo(energies);
            return;
        }
        device.Launch(this);
        device.Download(_values, energies);
    }

    protected override void Run(int start, int count, int lane) =>
        Evaluate(states.Slice(start, count), _values.Slice(start, count), energy is null ? gradient.Slice(start, count) : default);

    private void Evaluate(Rows some, Rows values, Rows gradients)
    {
        if (energy is not null)
            energy.Evaluate(some, values);
        else
            differentiable!.Gradient(some, values, gradients);
    }
}
