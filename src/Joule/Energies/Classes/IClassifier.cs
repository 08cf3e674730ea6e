using Joule.Compute;

namespace Joule.Energies;

/// <summary>An energy that also classifies: E(x) = −ln Σₖ exp(fₖ(x)), and p(k | x) ∝ exp(fₖ(x)).</summary>
public interface IClassifier
{
    /// <summary>The number of classes, K.</summary>
    int Classes { get; }

    /// <summary>Computes f for n states on the calling thread, for use within a launch.</summary>
    /// <param name="states">n rows.</param>
    /// <param name="logits">Receives n rows of K numbers.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Logits(Rows states, Rows logits);
}
