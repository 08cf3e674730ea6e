using Joule.Compute;

namespace Joule.Energies;

/// <summary>A program without work, for an energy in which no update changes anything.</summary>
internal sealed class IdleProgram : DeviceProgram
{
    public override string Name => "nothing";

    public override int Count => 0;

    protected override void Run(int start, int count, int lane) { }
}
