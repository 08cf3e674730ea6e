using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// The path of an annealing run, F(x) = (1 − β)·T·E₀(x) + β·E(x) at temperature T for β = 0 = β₀ &lt; β₁ &lt; … &lt; β_K = 1, with a
/// sampler at each βₖ.
/// </summary>
/// <remarks>
/// A run draws its base states from part 0 of a step; step s at βₖ, from 0, draws from part 1 + (k − 1)·S + s, where S is the number of
/// steps at each β.
/// </remarks>
internal sealed class AnnealingPath
{
    /// <summary>
    /// Beyond this factor from one β to the next, energies and gradients are evaluated afresh: to derive them from those before multiplies
    /// their rounding errors by it.
    /// </summary>
    private const double MostRise = 8;

    private readonly PathBase _base;
    private readonly Energy[] _energies; // at β₁ … β_K
    private readonly Sampler[] _samplers;
    private readonly double[] _shares; // β₀ … β_K
    private readonly int _steps;
    private readonly double _temperature;

    /// <summary>Creates the path.</summary>
    /// <param name="energy">E.</param>
    /// <param name="options">Options in range.</param>
    /// <param name="name">The sampler in errors, for example <c>Annealed importance sampling</c>.</param>
    /// <exception cref="InvalidInputException">The energy or the inner sampler does not fit.</exception>
    public AnnealingPath(Energy energy, AnnealingOptions options, string name)
    {
        _ = energy.Require<IDifferentiable>(name);
        SamplerNeeds.RealStatesWithTwoWallsOrNone(energy.Space, $"Chains of {name.ToLowerInvariant()}");
        _temperature = options.EffectiveTemperature()!.Value;
        _steps = options.Steps;
        _shares = [0, .. options.Shares()];
        _base = PathBase.Of(options.Base, options.BaseScale, energy.Space);
        _energies = [.. _shares[1..].Select(b => b == 1 ? energy : new PathEnergy(_base, energy, b, _temperature))];
        _samplers = [.. _energies.Select((e, k) =>
            (options.StepScales.Count == 0 ? options.Inner : options.Inner.Scaled(options.StepScales[k])).Create(e))];
        NestedScratch.RequireNoMemory(_samplers[0], $"Chains of {name.ToLowerInvariant()}");
        ScratchRows = _samplers.Max(s => s.ScratchRows);
        ScratchNumbers = _samplers.Max(s => s.ScratchNumbers);
    }

    /// <summary>K.</summary>
    public int Count => _samplers.Length;

    /// <summary>Steps at each β.</summary>
    public int Steps => _steps;

    /// <summary>ln Z₀ of the base, in nats.</summary>
    public double BaseLogPartition => _base.LogPartition;

    /// <summary>The most scratch rows of a sampler on the path.</summary>
    public int ScratchRows { get; }

    /// <summary>The most scratch numbers of a sampler on the path.</summary>
    public int ScratchNumbers { get; }

    /// <summary>Draws exact states of the base.</summary>
    public void Draw(RandomStream noise, uint firstChain, Rows states)
    {
        RandomStream draws = noise.Part(0);
        for (int i = 0; i < states.Count; i++)
            _base.Sample(draws, firstChain + (uint)i, states[i]);
    }

    /// <summary>
    /// Goes from βₖ₋₁ to βₖ: energies and gradients in <paramref name="place"/> become those at βₖ, of one evaluation of E at most.
    /// </summary>
    /// <param name="rung">k, from 1.</param>
    /// <param name="states">The states.</param>
    /// <param name="place">Their energies and gradients at βₖ₋₁, which are not read for k = 1.</param>
    /// <param name="logWeights">Receives the change of ln w, −(βₖ − βₖ₋₁)(E/T − E₀); −∞ where E or E₀ is not finite.</param>
    public void Enter(int rung, Rows states, in NestedPlace place, Span<double> logWeights)
    {
        double from = _shares[rung - 1], to = _shares[rung];
        if (from == 0 || to == 1 || to > MostRise * from)
            ((IDifferentiable)_energies[rung - 1]).Gradient(states, place.Energies, place.Gradient);
        else
            _base.Blend(states, to / from, _temperature * (1 - to / from), place.Energies, place.Gradient);
        Weigh(rung, states, place.Energies, logWeights);
        Kernels.SquaredNorms(place.Gradient.Slice(0, states.Count), place.Norms.Span);
    }

    /// <summary>The change of ln w from β_K₋₁ to β_K = 1, without gradients.</summary>
    /// <param name="states">The states.</param>
    /// <param name="energies">Receives E.</param>
    /// <param name="logWeights">As of <see cref="Enter"/>.</param>
    public void EnterLast(Rows states, Rows energies, Span<double> logWeights)
    {
        _energies[^1].Evaluate(states, energies);
        Weigh(Count, states, energies, logWeights);
    }

    /// <summary>Takes states through the steps at βₖ.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rung">k, from 1.</param>
    /// <param name="outer">The block of the annealing sampler.</param>
    /// <param name="states">The states.</param>
    /// <param name="place">Their energies and gradients at βₖ.</param>
    /// <param name="scratch">Memory; its counts are afterwards those of these steps.</param>
    /// <param name="firstChain">The number that the first state draws as.</param>
    /// <param name="continues">Whether <paramref name="place"/> is that of the states.</param>
    public void Move(Device device, int rung, in ChainBlock outer, Rows states, in NestedPlace place, in NestedScratch scratch,
        uint firstChain, bool continues = true)
    {
        scratch.ClearCounts();
        Sampler sampler = _samplers[rung - 1];
        for (int s = 0; s < _steps; s++)
        {
            sampler.Step(device, scratch.Block(sampler, outer, states, place, outer.Noise.Part(1 + (rung - 1) * _steps + s), firstChain,
                continues || s > 0));
        }
    }

    // F − T·E₀ = β·(E − T·E₀) at βₖ.
    private void Weigh(int rung, Rows states, Rows energies, Span<double> logWeights)
    {
        double to = _shares[rung], part = (to - _shares[rung - 1]) / (to * _temperature);
        _base.Evaluate(states, logWeights);
        Span<float> values = energies.Span;
        for (int i = 0; i < states.Count; i++)
        {
            double change = -part * (values[i] - _temperature * logWeights[i]);
            logWeights[i] = double.IsFinite(change) ? change : double.NegativeInfinity;
        }
    }
}
