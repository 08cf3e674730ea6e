using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="MetropolisAdjustedLangevin"/>.</summary>
[Named("mala", "Metropolis-adjusted Langevin: a Langevin step with an accept test, exact at any step size",
    paper: "Roberts and Tweedie 1996, Bernoulli 2:341")]
public sealed record MetropolisAdjustedLangevinOptions : SamplerOptions, IOptionRules, IAdaptableMass
{
    /// <summary>
    /// η: the step size of a proposal along −∇ₓE, in units of state² per nat, as for Langevin chains. Its noise is √(2ηT).
    /// </summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <summary>T of p(x) ∝ exp(−E(x)/T).</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// The inverse mass m of every number of the state, best its variance at temperature T; a proposal moves a number by −ηm∂E + √(2ηTm)ξ.
    /// Empty: all are 1.
    /// </summary>
    public IReadOnlyList<float> InverseMass { get; init => field = new EquatableList<float>(value); } = new EquatableList<float>([]);

    /// <summary>
    /// What happens at the walls of the domain: `reflect` mirrors positions beyond walls that all numbers share; `transform` walks in
    /// unconstrained numbers, mapped by a logistic curve between two walls and an exponential at a single one, each number with its own.
    /// </summary>
    public Walls Walls { get; init; } = Walls.Reflect;

    /// <inheritdoc/>
    public override Sampler Create(Energy energy) => Walls == Walls.Transform
        ? TransformedSampler.Create(energy, Temperature, target => new MetropolisAdjustedLangevin(target, this))
        : new MetropolisAdjustedLangevin(energy, this);

    /// <inheritdoc/>
    public override MetropolisAdjustedLangevinOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override MetropolisAdjustedLangevinOptions Heated(double factor) => this with { Temperature = (float)(Temperature * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "MALA step";

    double IAdaptable.StepSize => StepSize;

    double IAdaptable.TargetAcceptance => 0.574;

    SamplerOptions IAdaptable.WithStepSize(double stepSize) => this with { StepSize = (float)stepSize };

    SamplerOptions IAdaptable.OneStep() => this;

    SamplerOptions IAdaptableMass.WithInverseMass(IReadOnlyList<float> inverseMass) => this with { InverseMass = inverseMass };

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"step size {StepSize}, temperature {Temperature}{DiagonalMetric.Describe(InverseMass, MassMetric.Diagonal)}"
        + $"{(Walls == Walls.Transform ? ", transformed walls" : "")}");

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        DiagonalMetric.Check(InverseMass, problems, path);
    }
}

/// <summary>
/// The Metropolis-adjusted Langevin algorithm (Roberts and Tweedie, "Exponential convergence of Langevin distributions and their discrete
/// approximations", Bernoulli 2:341, 1996): a step proposes y = x − η∇E(x) + √(2ηT)ξ and accepts it with probability min(1, exp(−E(y)/T)
/// q(x|y) / (exp(−E(x)/T) q(y|x))), where q(y|x) is the proposal's normal density. It has no bias; in many dimensions it is most efficient
/// at an acceptance of about .574 (Roberts and Rosenthal 1998). A step takes one gradient.
/// </summary>
/// <remarks>
/// <para>It is one leapfrog step of Hamiltonian dynamics with ε = √(2ηT) and momentum ξ: the logarithm of the ratio above is then exactly
/// −ΔH. Inverse masses scale numbers as those of <see cref="HamiltonianMonteCarlo"/> do: η∇E becomes ηM∇E, and the noise √(2ηTM)ξ.</para>
/// <para>In a box, a proposal beyond a wall is mirrored back. This is the algorithm on the line, with the energy continued as an even and
/// periodic function beyond the walls, seen in the box: the proposal's density is a sum over mirror images, and the test, made for the
/// image that was drawn (with its gradient mirrored), balances each term separately. So the chain is exact inside the box. The energy is
/// evaluated only inside the box.</para>
/// <para>A proposal is divergent if H rises by more than 1,000 nats or its energy or gradient is not finite: it is rejected and counted. A
/// state whose own energy or gradient is not finite stops the chain with a <see cref="DivergenceException"/>.</para>
/// </remarks>
public sealed class MetropolisAdjustedLangevin : Sampler, ILeapfrogSampler
{
    private readonly IDifferentiable _energy;
    private readonly LeapfrogCoefficients _coefficients;
    private readonly double _temperature;
    private readonly float[] _scale;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states without walls, or with walls shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public MetropolisAdjustedLangevin(Energy energy, MetropolisAdjustedLangevinOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the MALA sampler");
        _energy = energy.Require<IDifferentiable>("MALA chains");
        SamplerNeeds.RealStates(energy.Space, "MALA chains", options.Walls);
        _coefficients = LangevinLeapfrog.Coefficients(options.StepSize, options.Temperature, energy.Space);
        _temperature = options.Temperature;
        _scale = options.InverseMass.Count == 0 ? [] : DiagonalMetric.Scale(options.InverseMass, energy.Space);
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override int ScratchRows => LeapfrogTransition.ScratchRows;

    /// <inheritdoc/>
    public override int ScratchNumbers => LeapfrogTransition.ScratchNumbers;

    double ILeapfrogSampler.Temperature => _temperature;

    float[]? ILeapfrogSampler.Scale => _scale;

    (LeapfrogCoefficients Coefficients, int Length) ILeapfrogSampler.Trajectory(in RandomStream noise) => (_coefficients, 1);

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block) =>
        LeapfrogTransition.Step(_energy, block, _coefficients, length: 1, _temperature, _scale);
}
