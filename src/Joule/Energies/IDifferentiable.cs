using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy with a gradient with respect to the state. The score is its negative.</summary>
public interface IDifferentiable
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <inheritdoc cref="Energy.BlockRows"/>
    int BlockRows { get; }

    /// <summary>
    /// Evaluates n states and ∇ₓE on the calling thread, for use within a launch. The energies are those of
    /// <see cref="Energy.Evaluate(Rows, Rows)"/>.
    /// </summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="energies">Receives n energies, in nats: at least n rows of width 1.</param>
    /// <param name="gradient">Receives n rows of ∇ₓE, in nats per unit of the state.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Gradient(Rows states, Rows energies, Rows gradient);
}

/// <summary>Extensions of <see cref="IDifferentiable"/>.</summary>
public static class DifferentiableExtensions
{
    /// <summary>Evaluates n states and ∇ₓE on the device whose memory holds them, and downloads the energies.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="states">n rows of states.</param>
    /// <param name="energies">Receives n energies, in nats.</param>
    /// <param name="gradient">Receives n rows of ∇ₓE.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    public static void Gradient(this IDifferentiable energy, Rows states, Span<float> energies, Rows gradient)
    {
        ArgumentNullException.ThrowIfNull(energy);
        if (energies.Length < states.Count)
            throw new InvalidInputException($"{states.Count} states have {states.Count} energies; there is room for {energies.Length}.");
        new EnergyCall(null, energy, states, gradient).Run(energies);
    }
}
