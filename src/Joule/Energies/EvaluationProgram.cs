using Joule.Compute;

namespace Joule.Energies;

/// <summary>Evaluates rows of states; each block on one worker.</summary>
/// <param name="energy">The energy.</param>
internal sealed class EvaluationProgram(Energy energy) : DeviceProgram, IEnergyLaunch
{
    private Rows _states;
    private Rows _energies;

    /// <summary>Cancels between blocks of rows.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <inheritdoc/>
    public override string Name => "the evaluation of states";

    /// <inheritdoc/>
    public override int Count => _states.Count;

    /// <inheritdoc/>
    public override int BlockRows => energy.BlockRows;

    Energy IEnergyLaunch.Energy => energy;

    Rows IEnergyLaunch.States => _states;

    Rows IEnergyLaunch.Energies => _energies;

    /// <summary>Sets what the next launch evaluates.</summary>
    public void Prepare(Rows states, Rows energies) => (_states, _energies) = (states, energies);

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        Cancellation.ThrowIfCancellationRequested();
        energy.Evaluate(_states.Slice(start, count), _energies.Slice(start, count));
    }
}
