using Joule.Compute;

namespace Joule.Energies;

/// <summary>Independent tasks of a fit on the device's workers.</summary>
/// <param name="name">What they do, for errors.</param>
/// <param name="count">Number of tasks.</param>
/// <param name="run">Runs one task.</param>
/// <param name="cancellation">Cancels between tasks.</param>
internal sealed class FitTasks(string name, int count, Action<int> run, CancellationToken cancellation) : DeviceProgram
{
    public override string Name => name;

    public override int Count => count;

    protected override void Run(int start, int count, int lane)
    {
        for (int i = start; i < start + count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            run(i);
        }
    }
}
