using System.Globalization;
using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="TiltedWalk"/>.</summary>
[Named("tilted", "exact steps in the coordinates of a tractable base: walks, and jumps to fresh draws of it",
    paper: "Cotter, Roberts, Stuart and White 2013, Statistical Science 28:424")]
public sealed record TiltedWalkOptions : SamplerOptions
{
    /// <summary>β: the share of fresh noise in a walk, z ← √(1 − β²)·z + β·ξ; at 1 the numbers are drawn afresh.</summary>
    [Between(1e-6, 1)]
    public double StepSize { get; init; } = 0.5;

    /// <summary>The share of steps that propose a fresh draw of the base, which may be another digit.</summary>
    [Between(0, 1)]
    public double JumpShare { get; init; } = 0.3;

    /// <inheritdoc/>
    public override Sampler Create(Energy energy) => new TiltedWalk(energy, this);

    /// <inheritdoc/>
    public override TiltedWalkOptions Scaled(double factor) => this with { StepSize = Math.Clamp(StepSize * factor, 1e-6, 1) };

    /// <summary>1: the base is a density at T = 1.</summary>
    public override double? EffectiveTemperature() => 1;

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "tilted step";

    /// <inheritdoc/>
    public override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"step size {StepSize}, {100 * JumpShare:0.#}% jumps, temperature 1");
}

/// <summary>
/// Exact chains for an energy −ln q(x) + f(x) with a tractable q (<see cref="ITilted"/>), at T = 1. A chain walks in q's own coordinates:
/// its component k and standard normal numbers z. A proposal leaves q as it is, by preconditioned Crank–Nicolson steps z ← √(1 − β²)·z + βξ
/// (Cotter, Roberts, Stuart and White 2013) of all numbers, of the factors or of the noise alone, or by a fresh draw of q (an independence
/// sampler; Tierney 1994). So it is accepted with probability min(1, exp(f(x) − f(y))), however many numbers a state has.
/// </summary>
/// <remarks>
/// <para>If |f| ≤ b, a jump is accepted with probability e^(−2b) or more, whatever the state: after n steps, the distance in total
/// variation from p is at most (1 − s·e^(−2b))ⁿ with the share s of jumps (Mengersen and Tweedie 1996), from any start.</para>
/// <para>A step costs one evaluation of f; −ln q is evaluated only where a proposal is accepted, for the energies that are shown. There
/// are no gradients: the squared norms of a block are 0.</para>
/// <para>Normal numbers are a chain's draws 0, 1, … of the step; the next group of 64 has the test, the kind of step and the
/// component.</para>
/// </remarks>
public sealed class TiltedWalk : Sampler
{
    private const int Tilts = 0, Bases = 1;

    private readonly ITilted _energy;
    private readonly TiltedWalkOptions _options;
    private readonly int _rows;

    /// <summary>Creates the sampler.</summary>
    /// <exception cref="InvalidInputException">An option is out of range, or the energy has no tractable base.</exception>
    public TiltedWalk(Energy energy, TiltedWalkOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the tilted sampler");
        (_energy, _options) = (energy.Require<ITilted>("Tilted chains"), options);
        Kept = [new KeptPart("coordinates", _energy.Coordinates)];
        _rows = (_energy.Coordinates + energy.Space.Width - 1) / energy.Space.Width;
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public override int ScratchRows => 1 + _rows;

    /// <inheritdoc/>
    public override int ScratchNumbers => 2;

    /// <inheritdoc/>
    public override void Init(Device device, in ChainStart start) => _energy.Locate(start.States, start.Kept(0));

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        int count = block.States.Count, width = block.States.Width;
        Rows proposals = block.Scratch.Slice(0, count), moved = block.Scratch.Slice(count, _rows * count).Reshape(count, _rows * width);
        Rows kept = block.Kept(0);
        Span<double> tilts = block.NumberRows.Slice(Tilts * count, count).Doubles;
        Span<double> bases = block.NumberRows.Slice(Bases * count, count).Doubles;
        if (!block.Continues)
        {
            _energy.Tilt(block.States, block.NormRows);
            _energy.Base(block.States, block.EnergyRows);
            for (int i = 0; i < count; i++)
                (tilts[i], bases[i]) = (block.SquaredNorms[i], block.Energies[i]);
        }
        for (int i = 0; i < count; i++)
        {
            Span<float> to = moved[i][.._energy.Coordinates];
            Propose(block, i, kept[i], to);
            _energy.Place(to, proposals[i]);
        }
        _energy.Tilt(proposals, block.NormRows);
        int accepted = 0;
        for (int i = 0; i < count; i++)
        {
            double fall = tilts[i] - block.SquaredNorms[i];
            if (!double.IsFinite(fall))
            {
                block.Divergent[i]++;
                continue;
            }
            block.EnergyErrors[i] += Math.Abs(fall);
            if (fall < 0 && !LeapfrogTransition.Passes(Draw(block, i, 0), fall))
                continue;
            tilts[i] = block.SquaredNorms[i];
            bases[i] = double.NaN; // to be evaluated
            moved[i][.._energy.Coordinates].CopyTo(kept[i]);
            proposals[i].CopyTo(block.States[i]);
            proposals[i].CopyTo(proposals[accepted++]);
            block.Accepted[i]++;
        }
        Evaluate(block, proposals.Slice(0, accepted), bases);
        for (int i = 0; i < count; i++)
        {
            block.Energies[i] = (float)bases[i] + (float)tilts[i];
            block.SquaredNorms[i] = 0;
        }
    }

    // −ln q of the states that are new, gathered in their order.
    private void Evaluate(in ChainBlock block, Rows states, Span<double> bases)
    {
        if (states.Count == 0)
            return;
        Rows energies = block.NormRows.Slice(0, states.Count);
        _energy.Base(states, energies);
        for (int i = 0, next = 0; i < bases.Length; i++)
        {
            if (next < states.Count && double.IsNaN(bases[i]))
                bases[i] = energies.Span[next++];
        }
    }

    private void Propose(in ChainBlock block, int chain, ReadOnlySpan<float> from, Span<float> to)
    {
        block.Noise.FillNormal(to, block.FirstChain + (uint)chain);
        double kind = Draw(block, chain, 1);
        if (kind < _options.JumpShare)
        {
            to[0] = _energy.Component(Draw(block, chain, 2));
            return;
        }
        float fresh = (float)_options.StepSize, old = MathF.Sqrt(1 - fresh * fresh);
        TensorPrimitives.Multiply(to, fresh, to);
        TensorPrimitives.MultiplyAdd(from, old, to, to);
        // A third of the walks each: all numbers, the factors, the noise.
        double third = (1 - _options.JumpShare) / 3;
        if (kind < _options.JumpShare + third)
            from[(1 + _energy.Factors)..].CopyTo(to[(1 + _energy.Factors)..]);
        else if (kind < _options.JumpShare + 2 * third)
            from[..(1 + _energy.Factors)].CopyTo(to);
        to[0] = from[0];
    }

    private double Draw(in ChainBlock block, int chain, int index) =>
        block.Noise.OpenUniform(block.FirstChain + (uint)chain, RandomStream.AfterNormals(_energy.Coordinates) + index);
}
