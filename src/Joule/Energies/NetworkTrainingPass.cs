using Joule.Compute;
using Joule.Networks;

namespace Joule.Energies;

/// <summary>A network's training pass as that of an energy.</summary>
internal sealed class NetworkTrainingPass(NetworkPass pass) : ITrainingPass
{
    public int Capacity => pass.Capacity;

    public CancellationToken Cancellation
    {
        get => pass.Cancellation;
        set => pass.Cancellation = value;
    }

    public Rows ParameterGradient => pass.ParameterGradient;

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before) => pass.Forward(states, before);

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

    public void Dispose() => pass.Dispose();
}
