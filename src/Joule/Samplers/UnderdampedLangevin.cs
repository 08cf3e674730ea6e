using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="UnderdampedLangevin"/>.</summary>
[Named("underdamped", "underdamped Langevin dynamics (BAOAB): a momentum with friction and noise, exact in position on quadratic energies",
    paper: "Leimkuhler and Matthews 2013, arXiv:1203.5428")]
public sealed record UnderdampedLangevinOptions : SamplerOptions
{
    /// <summary>ε: the time of a step, in units of the state, since masses are 1 and the momentum's variance is T.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.1f;

    /// <summary>γ: the friction, per unit of time. A momentum forgets e⁻¹ of itself in 1/γ.</summary>
    [Above(0)]
    public float Friction { get; init; } = 1;

    /// <summary>T of p(x) ∝ exp(−E(x)/T).</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// What happens at the walls of the domain: `reflect` mirrors positions beyond walls that all numbers share; `transform` walks in
    /// unconstrained numbers, mapped by a logistic curve between two walls and an exponential at a single one, each number with its own.
    /// </summary>
    public Walls Walls { get; init; } = Walls.Reflect;

    /// <inheritdoc/>
    public override Sampler Create(Energy energy) => Walls == Walls.Transform
        ? TransformedSampler.Create(energy, Temperature, target => new UnderdampedLangevin(target, this))
        : new UnderdampedLangevin(energy, this);

    /// <inheritdoc/>
    public override UnderdampedLangevinOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override UnderdampedLangevinOptions Heated(double factor) => this with
    {
        StepSize = (float)(StepSize * Math.Sqrt(factor)),
        Temperature = (float)(Temperature * factor),
    };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <summary>How far a momentum of temperature T carries a number in one step: ε√T.</summary>
    public override double NoiseOfStep() => StepSize * Math.Sqrt(Temperature);

    /// <inheritdoc/>
    public override string StepName() => "underdamped Langevin step";
}

/// <summary>
/// Underdamped Langevin dynamics, dx = p dt, dp = −∇E dt − γp dt + √(2γT) dW, by the splitting BAOAB (Leimkuhler and Matthews, "Rational
/// construction of stochastic numerical methods for molecular sampling", 2013, arXiv:1203.5428): half a kick, half a drift, the exact
/// solution of friction and noise, half a drift, half a kick. It has no accept test. Its positions are exact for quadratic energies at any
/// stable step, ε below 2/√k at the largest curvature k; otherwise its bias is of order ε². A step takes one gradient.
/// </summary>
/// <remarks>
/// <para>The momentum is kept between steps. It starts at 0; friction and noise bring it to temperature within 1/γ.</para>
/// <para>In a box, walls reflect: a position beyond one is mirrored back and its momentum changes sign.</para>
/// <para>After a step, energies and gradients of the block belong to the states that the step left.</para>
/// </remarks>
public sealed class UnderdampedLangevin : Sampler
{
    private readonly IDifferentiable _energy;
    private readonly LeapfrogCoefficients _kick;
    private readonly LeapfrogCoefficients _drift;
    private readonly LeapfrogCoefficients _end;
    private readonly float _kept;
    private readonly float _noise;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states without walls, or with walls shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public UnderdampedLangevin(Energy energy, UnderdampedLangevinOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the underdamped Langevin sampler");
        _energy = energy.Require<IDifferentiable>("Underdamped Langevin dynamics");
        SamplerNeeds.RealStates(energy.Space, "Underdamped Langevin dynamics", options.Walls);
        StateSpace space = energy.Space;
        Kept = [new KeptPart("momentum", space.Width)];
        _kick = new LeapfrogCoefficients(options.StepSize / 2, options.StepSize / 2, space.Low, space.High);
        _drift = new LeapfrogCoefficients(options.StepSize / 2, 0, space.Low, space.High);
        _end = new LeapfrogCoefficients(options.StepSize / 2, options.StepSize, space.Low, space.High);
        double kept = Math.Exp(-(double)options.Friction * options.StepSize);
        _kept = (float)kept;
        _noise = (float)Math.Sqrt(options.Temperature * (1 - kept * kept));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <summary>Kinetic energies, which are not used.</summary>
    public override int ScratchNumbers => 1;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        Rows momentum = block.Kept(0);
        if (!block.Continues)
            _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        Kernels.LeapfrogStep(block.States, momentum, block.Gradient, _kick);
        Kernels.Scale(momentum, _kept, momentum, accumulate: false);
        Kernels.AddNoise(momentum, _noise, float.NegativeInfinity, float.PositiveInfinity, block.Noise, block.FirstChain);
        Kernels.LeapfrogStep(block.States, momentum, block.Gradient, _drift);
        _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        // Half a kick of the whole ε.
        Kernels.LeapfrogEnd(momentum, block.Gradient, _end, block.NumberRows, block.NormRows);
    }
}
