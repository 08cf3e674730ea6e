using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// A training pass that also differentiates along one direction v per state: with x(ε) = x + εv, the derivatives of E(x(ε)) at ε = 0 are
/// ⟨v, ∇ₓE⟩ and vᵀ∇ₓ²E v, each with its exact gradient with respect to the parameters. Two ways lead there. With known directions:
/// <see cref="ForwardAlong"/>, then <see cref="ReverseAlong"/>. With directions that depend on ∇ₓE, as in denoising score matching:
/// <see cref="ForwardGradient"/>, then <see cref="ReverseGradient"/>. All add to the same <see cref="ITrainingPass.ParameterGradient"/>.
/// </summary>
public interface IDirectionalPass : ITrainingPass
{
    /// <summary>The highest derivative: 1 or 2.</summary>
    int Order { get; }

    /// <summary>Evaluates n states along a direction each, and keeps what <see cref="ReverseAlong"/> needs.</summary>
    /// <param name="states">n rows, at most <see cref="ITrainingPass.Capacity"/>. They must not change until then.</param>
    /// <param name="directions">n rows of the same width. They must not change until then.</param>
    /// <param name="before">Programs that run first in the same launch.</param>
    /// <returns>
    /// n rows of width <see cref="Order"/> + 1 in device memory, valid until the next call: E, ⟨v, ∇ₓE⟩ and, for order 2, vᵀ∇ₓ²E v.
    /// </returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before);

    /// <summary>Adds Σᵢ Σₖ wᵢₖ ∇θ(k-th derivative at state i) to <see cref="ITrainingPass.ParameterGradient"/>.</summary>
    /// <param name="weights">For each state of the last <see cref="ForwardAlong"/>, <see cref="Order"/> + 1 weights.</param>
    /// <param name="beside">Programs that run in the same launch once it can no longer be cancelled.</param>
    /// <exception cref="ArgumentException">The number of weights is wrong.</exception>
    void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside);

    /// <summary>Evaluates n states and ∇ₓE on all workers, and keeps what <see cref="ReverseGradient"/> needs.</summary>
    /// <param name="states">n rows, at most <see cref="ITrainingPass.Capacity"/>. They must not change until then.</param>
    /// <param name="gradient">Receives n rows of ∇ₓE.</param>
    /// <param name="before">Programs that run first in the same launch.</param>
    /// <returns>The energies: n rows of width 1 in device memory, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before);

    /// <summary>
    /// Adds Σᵢ wᵢ ∇θE(xᵢ) + Σᵢ ∇θ⟨vᵢ, ∇ₓE(xᵢ)⟩ to <see cref="ITrainingPass.ParameterGradient"/>; the vᵢ are held fixed.
    /// </summary>
    /// <param name="weights">One weight per state of the last <see cref="ForwardGradient"/>.</param>
    /// <param name="directions">n rows. They may be written by <paramref name="before"/>.</param>
    /// <param name="before">Programs that run first in the same launch, for example those that write the directions.</param>
    /// <param name="beside">Programs that run in the same launch once it can no longer be cancelled.</param>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    void ReverseGradient(
        ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside);
}
