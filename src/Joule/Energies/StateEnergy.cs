using Joule.Compute;

namespace Joule.Energies;

/// <summary>A custom energy, written in plain C#, one state at a time.</summary>
public abstract class StateEnergy : Energy, IDifferentiable
{
    /// <inheritdoc/>
    public override int LeastRows => 1;

    /// <summary>The energy of one state, in nats.</summary>
    protected abstract float Evaluate(ReadOnlySpan<float> state);

    /// <summary>The energy of one state, in nats; writes ∇ₓE.</summary>
    protected abstract float Gradient(ReadOnlySpan<float> state, Span<float> gradient);

    /// <inheritdoc/>
    public sealed override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Span<float> values = energies.Span;
        for (int i = 0; i < states.Count; i++)
            values[i] = Evaluate(states[i]);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Span<float> values = energies.Span;
        for (int i = 0; i < states.Count; i++)
            values[i] = Gradient(states[i], gradient[i]);
    }
}
