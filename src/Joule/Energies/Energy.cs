using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A function E(x) that is low where data live; p(x) ∝ exp(−E(x)). Energies are in nats. An energy does not change while it is in use, and any number
/// of threads may evaluate it at once.
/// </summary>
public abstract class Energy
{
    /// <summary>The states that it is defined on.</summary>
    public abstract StateSpace Space { get; }

    /// <summary>How many states a worker should evaluate together.</summary>
    public virtual int BlockRows => 16;

    /// <summary>Evaluates n states on the calling thread.</summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="energies">Receives n energies, in nats.</param>
    public abstract void Evaluate(Rows states, Span<float> energies);

    /// <summary>Raises an error when states do not have the width of <see cref="Space"/>.</summary>
    protected void Check(Rows states)
    {
        if (states.Width != Space.Width)
            throw new InvalidInputException($"The energy is defined on {Space}, {Space.Width} numbers a state; it was given states of {states.Width}.");
    }
}

/// <summary>An energy with a gradient with respect to the state. The score is its negative.</summary>
public abstract class DifferentiableEnergy : Energy
{
    /// <summary>Evaluates n states and ∇ₓE on the calling thread.</summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="energies">Receives n energies, in nats.</param>
    /// <param name="gradient">Receives n rows of ∇ₓE.</param>
    public abstract void Gradient(Rows states, Span<float> energies, Rows gradient);
}

/// <summary>An energy that a user writes in plain C#, one state at a time.</summary>
public abstract class StateEnergy : DifferentiableEnergy
{
    /// <summary>The energy of one state, in nats.</summary>
    protected abstract float Evaluate(ReadOnlySpan<float> state);

    /// <summary>The energy of one state; writes ∇ₓE.</summary>
    protected abstract float Gradient(ReadOnlySpan<float> state, Span<float> gradient);

    /// <inheritdoc/>
    public sealed override void Evaluate(Rows states, Span<float> energies)
    {
        Check(states);
        for (int i = 0; i < states.Count; i++)
            energies[i] = Evaluate(states[i]);
    }

    /// <inheritdoc/>
    public sealed override void Gradient(Rows states, Span<float> energies, Rows gradient)
    {
        Check(states);
        for (int i = 0; i < states.Count; i++)
            energies[i] = Gradient(states[i], gradient[i]);
    }
}
