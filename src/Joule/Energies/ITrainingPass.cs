using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// A training pass: <see cref="Forward"/> keeps what reverse needs; the caller uses the energies to choose one weight per state;
/// <see cref="Reverse"/> adds Σᵢ wᵢ ∇θE(xᵢ) to the gradient. It runs on all the device's workers and allocates nothing.
/// </summary>
public interface ITrainingPass : IDisposable
{
    /// <summary>Largest number of states.</summary>
    int Capacity { get; }

    /// <summary>
    /// Cancels <see cref="Forward"/> and <see cref="Reverse"/> between blocks of states; part of the gradient may have been added.
    /// </summary>
    CancellationToken Cancellation { get; set; }

    /// <summary>The gradient with respect to all parameters, in device memory, to which <see cref="Reverse"/> adds.</summary>
    Rows ParameterGradient { get; }

    /// <summary>Evaluates n states and keeps what reverse needs. The states must not change until then.</summary>
    /// <param name="states">n rows, at most <see cref="Capacity"/>.</param>
    /// <param name="before">Programs that run first in the same launch, for example those that write the states.</param>
    /// <returns>The energies, in nats, in device memory: n rows of width 1, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before);

    /// <summary>Adds Σᵢ wᵢ ∇θE(xᵢ) to <see cref="ParameterGradient"/>.</summary>
    /// <param name="weights">One weight per state of the last <see cref="Forward"/>.</param>
    /// <param name="beside">
    /// Programs that run in the same launch once it can no longer be cancelled. They must not touch the gradient or be groups.
    /// </param>
    /// <exception cref="ArgumentException">The number of weights is wrong.</exception>
    void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside);
}
