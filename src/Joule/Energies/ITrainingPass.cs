using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// A training pass: <see cref="Forward"/> keeps what reverse needs; the caller looks at the energies and gives one weight per state;
/// <see cref="Reverse"/> adds Σᵢ wᵢ ∇θE(xᵢ) to the gradient. It runs on all the device's workers and allocates nothing.
/// </summary>
public interface ITrainingPass : IDisposable
{
    /// <summary>Most states that fit.</summary>
    int Capacity { get; }

    /// <summary>Stops <see cref="Forward"/> and <see cref="Reverse"/> between two blocks of states; a part of the gradient may have been added then.</summary>
    CancellationToken Cancellation { get; set; }

    /// <summary>The gradient with respect to all parameters, in the device's memory, to which <see cref="Reverse"/> adds.</summary>
    Rows ParameterGradient { get; }

    /// <summary>Evaluates n states and keeps what reverse needs. The states must stay as they are until then.</summary>
    /// <param name="states">n rows, at most <see cref="Capacity"/>.</param>
    /// <param name="before">Programs that run before it in the same launch, for example those that write the states.</param>
    /// <returns>The energies in nats, in the device's memory: n rows of width 1. They hold until the next call.</returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before);

    /// <summary>Adds Σᵢ wᵢ ∇θE(xᵢ) to <see cref="ParameterGradient"/>.</summary>
    /// <param name="weights">A weight for every state of the last <see cref="Forward"/>.</param>
    /// <param name="beside">Programs that run in the same launch when nothing can stop it any more. They must not touch the gradient, and be no groups.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights.</exception>
    void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside);
}
