using Joule.Compute;

namespace Joule.Energies;

/// <summary>A training pass that also trains the classes: <see cref="ReverseLogits"/> takes a weight for every fₖ(xᵢ).</summary>
public interface IClassifierPass : ITrainingPass
{
    /// <summary>The number of classes, K.</summary>
    int Classes { get; }

    /// <summary>f of the last <see cref="ITrainingPass.Forward"/>, row by row: n·K numbers.</summary>
    ReadOnlySpan<float> Logits { get; }

    /// <summary>Adds Σᵢₖ wᵢₖ ∇θ fₖ(xᵢ) to the gradient, in place of <see cref="ITrainingPass.Reverse"/>.</summary>
    /// <param name="weights">n·K weights, row by row.</param>
    /// <param name="beside">As for <see cref="ITrainingPass.Reverse"/>.</param>
    /// <exception cref="ArgumentException">The number of weights is wrong.</exception>
    void ReverseLogits(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside);
}
