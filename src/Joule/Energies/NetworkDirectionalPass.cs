using Joule.Compute;
using Joule.Networks;

namespace Joule.Energies;

/// <summary>A network's directional pass as that of an energy.</summary>
internal sealed class NetworkDirectionalPass(DirectionalPass pass) : IDirectionalPass
{
    public int Capacity => pass.Capacity;

    public int Order => pass.Order;

    public CancellationToken Cancellation
    {
        get => pass.Cancellation;
        set => pass.Cancellation = value;
    }

    public Rows ParameterGradient => pass.ParameterGradient;

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before) => pass.Forward(states, before);

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

    public Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before) =>
        pass.ForwardAlong(states, directions, before);

    public void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.ReverseAlong(weights, beside);

    public Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before) =>
        pass.ForwardGradient(states, gradient, before);

    public void ReverseGradient(
        ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside) =>
        pass.ReverseGradient(weights, directions, before, beside);

    public void Dispose() => pass.Dispose();
}
