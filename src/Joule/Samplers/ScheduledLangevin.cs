using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// Unadjusted Langevin dynamics with a temperature that depends on a chain's own step: x ← x − η∇E(x) + √(2ηTₛ)ξ. States are clamped or
/// mirrored at walls.
/// </summary>
/// <remarks>
/// A chain counts its own steps, so that chains of a replay buffer that start at different times each follow the schedule from their start.
/// The count is kept in float32 and stops at the end of the schedule.
/// </remarks>
public abstract class ScheduledLangevin : Sampler
{
    private readonly IDifferentiable _energy;

    /// <summary>Binds the sampler to an energy.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="user">The sampler in errors, as the start of a sentence.</param>
    /// <exception cref="InvalidInputException">The energy has no gradient or another domain.</exception>
    protected ScheduledLangevin(Energy energy, string user) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        _energy = energy.Require<IDifferentiable>(user);
        SamplerNeeds.RealStates(energy.Space, user);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; } = [new("steps", 1)];

    /// <summary>η: the step size along −∇ₓE.</summary>
    protected abstract float StepSize { get; }

    /// <summary>The step from which on the temperature stays the same.</summary>
    protected abstract int ScheduledSteps { get; }

    /// <summary>Whether numbers beyond a wall are mirrored back; false: they stop at the wall.</summary>
    protected virtual bool Reflects => false;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        Span<float> steps = block.Kept(0).Span;
        // Chains that started together are updated together. The draws are those of each chain either way.
        for (int start = 0; start < steps.Length;)
        {
            int end = start + 1;
            while (end < steps.Length && steps[end] == steps[start])
                end++;
            Update(block, start, end - start, (long)steps[start]);
            start = end;
        }
        for (int i = 0; i < steps.Length; i++)
            steps[i] = Math.Min(steps[i] + 1, ScheduledSteps);
    }

    /// <summary>The temperature of a chain's step, counted from 0.</summary>
    /// <param name="step">How many steps the chain has made.</param>
    protected abstract double TemperatureAt(long step);

    private void Update(in ChainBlock block, int start, int count, long step)
    {
        StateSpace space = Energy.Space;
        float noise = (float)Math.Sqrt(2 * StepSize * TemperatureAt(step));
        (float low, float high) = Reflects ? (float.NegativeInfinity, float.PositiveInfinity) : (space.Low, space.High);
        LangevinCoefficients coefficients = new(StepSize, noise, float.PositiveInfinity, low, high);
        Rows states = block.States.Slice(start, count);
        Kernels.LangevinUpdate(states, block.Gradient.Slice(start, count), coefficients, block.Noise,
            block.FirstChain + (uint)start, block.NormRows.Slice(start, count));
        if (Reflects && space.Domain == Domain.Box)
            WallMirror.Apply(states.Span, space.Low, space.High);
    }
}
