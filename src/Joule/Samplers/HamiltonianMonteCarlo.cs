using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="HamiltonianMonteCarlo"/>.</summary>
[Named("hmc", "Hamiltonian Monte Carlo: leapfrog trajectories with an accept test",
    paper: "Duane, Kennedy, Pendleton and Roweth 1987; Neal 2011, arXiv:1206.1901")]
public sealed record HamiltonianMonteCarloOptions : SamplerOptions, IOptionRules, IAdaptableMass
{
    /// <summary>ε: the time of one leapfrog step, in units of the state where inverse masses are 1.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.1f;

    /// <summary>L: leapfrog steps of a trajectory; each takes one gradient.</summary>
    [Between(1, 100_000)]
    public int LeapfrogSteps { get; init; } = 10;

    /// <summary>
    /// Relative jitter of a trajectory's step size, which is uniform on ε·[1 − jitter, 1 + jitter). At least 0, below 1; 0: a fixed step
    /// size. A trajectory of fixed time can return to its start, or to its mirror image; then a direction never forgets its start, however
    /// many proposals are accepted (Neal 2011, section 5.3.2).
    /// </summary>
    [AtLeast(0), Below(1)]
    public float StepJitter { get; init; } = 0.2f;

    /// <summary>
    /// Relative jitter of a trajectory's number of leapfrog steps, which is uniform over the whole numbers from L·(1 − jitter) to L·(1 +
    /// jitter), rounded, and at least 1. 0: always L steps.
    /// </summary>
    [AtLeast(0), Below(1)]
    public float LengthJitter { get; init; } = 0.2f;

    /// <summary>T of p(x) ∝ exp(−E(x)/T).</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// Whether inverse masses are one of every number, or a matrix, which also makes correlated directions alike. The matrix costs two
    /// products with it for each gradient, is for at most 2,000 numbers, and needs states without walls, or walls that are transformed.
    /// </summary>
    public MassMetric Metric { get; init; } = MassMetric.Diagonal;

    /// <summary>
    /// The inverse mass of every number of the state, best its variance at temperature T; a leapfrog step moves a number by ε times its
    /// root. With a dense metric the symmetric, positive definite matrix of them, one row after the other, best the covariance. Empty: all
    /// masses are 1.
    /// </summary>
    public IReadOnlyList<float> InverseMass { get; init => field = new EquatableList<float>(value); } = new EquatableList<float>([]);

    /// <summary>
    /// What happens at the walls of the domain: `reflect` mirrors positions beyond walls that all numbers share; `transform` walks in
    /// unconstrained numbers, mapped by a logistic curve between two walls and an exponential at a single one, each number with its own.
    /// </summary>
    public Walls Walls { get; init; } = Walls.Reflect;

    /// <inheritdoc/>
    public override Sampler Create(Energy energy) => Walls == Walls.Transform
        ? TransformedSampler.Create(energy, Temperature, target => new HamiltonianMonteCarlo(target, this))
        : new HamiltonianMonteCarlo(energy, this);

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "trajectory";

    /// <inheritdoc/>
    public override HamiltonianMonteCarloOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override HamiltonianMonteCarloOptions Heated(double factor) => this with
    {
        StepSize = (float)(StepSize * Math.Sqrt(factor)),
        Temperature = (float)(Temperature * factor),
    };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    double IAdaptable.StepSize => StepSize;

    double IAdaptable.TargetAcceptance => 0.651;

    SamplerOptions IAdaptable.WithStepSize(double stepSize) => this with { StepSize = (float)stepSize };

    SamplerOptions IAdaptable.OneStep() => this with { LeapfrogSteps = 1, StepJitter = 0, LengthJitter = 0 };

    SamplerOptions IAdaptableMass.WithInverseMass(IReadOnlyList<float> inverseMass) => this with { InverseMass = inverseMass };

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"step size {StepSize}, leapfrog steps {LeapfrogSteps}, step jitter {StepJitter}, length jitter {LengthJitter}, "
        + $"temperature {Temperature}{DiagonalMetric.Describe(InverseMass, Metric)}"
        + $"{(Walls == Walls.Transform ? ", transformed walls" : "")}");

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Metric == MassMetric.Dense)
            DenseMetric.Check(InverseMass, problems, path);
        else
            DiagonalMetric.Check(InverseMass, problems, path);
    }
}

/// <summary>
/// Hamiltonian Monte Carlo with a diagonal or dense metric (Duane, Kennedy, Pendleton and Roweth, "Hybrid Monte Carlo", Physics Letters B
/// 195, 1987; Neal, "MCMC using Hamiltonian dynamics", 2011, arXiv:1206.1901): a step draws a momentum, follows H(x, p) = E(x)/T + ½pᵀM⁻¹p
/// for L leapfrog steps of time ε, and accepts the end point with probability min(1, exp(−ΔH)). It has no bias; it works best at an
/// acceptance of about .651.
/// </summary>
/// <remarks>
/// <para>After a step, energies, gradients and norms of the block belong to the states that the step left.</para>
/// <para>In a box, walls reflect: a position beyond a wall is mirrored back and its momentum changes sign. This preserves volume and is
/// reversible, so the chain is exact inside the box (Neal 2011, section 5.5.1.5). The energy is evaluated only inside the box.</para>
/// <para>A proposal is divergent, as in Stan, if H rises by more than 1,000 nats or if energy, gradient or momentum at its end are not
/// finite. Its probability is zero, so it is rejected, and it is counted in <see cref="ChainLoop.Divergent"/>. A state whose own energy or
/// gradient is not finite stops the chain with a <see cref="DivergenceException"/>.</para>
/// <para>Each trajectory draws its step size and length, around ε and L. They do not depend on the state, so every drawn kernel leaves p
/// invariant, and so does their mixture. All chains of a step share them.</para>
/// <para>Step size and length are draws 0 and 1 of the last chain number, 2³² − 1, which no chain has.</para>
/// </remarks>
public sealed class HamiltonianMonteCarlo : Sampler, ILeapfrogSampler
{
    private readonly IDifferentiable _energy;
    private readonly HamiltonianMonteCarloOptions _options;
    private readonly float[] _scale;
    private readonly DenseMetric? _dense;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states without walls, or with walls shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public HamiltonianMonteCarlo(Energy energy, HamiltonianMonteCarloOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the Hamiltonian sampler");
        _energy = energy.Require<IDifferentiable>("Hamiltonian dynamics");
        SamplerNeeds.RealStates(energy.Space, "Hamiltonian dynamics", options.Walls);
        _options = options;
        _dense = DenseMetric.Of(options.Metric, options.InverseMass, energy.Space);
        _scale = _dense is not null || options.InverseMass.Count == 0 ? [] : DiagonalMetric.Scale(options.InverseMass, energy.Space);
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override int ScratchRows => LeapfrogTransition.ScratchRows + (_dense is null ? 0 : 1);

    /// <inheritdoc/>
    public override int ScratchNumbers => LeapfrogTransition.ScratchNumbers;

    double ILeapfrogSampler.Temperature => _options.Temperature;

    float[]? ILeapfrogSampler.Scale => _dense is null ? _scale : null;

    (LeapfrogCoefficients Coefficients, int Length) ILeapfrogSampler.Trajectory(in RandomStream noise) => Trajectory(noise);

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        (LeapfrogCoefficients coefficients, int length) = Trajectory(block.Noise);
        LeapfrogTransition.Step(_energy, block, coefficients, length, _options.Temperature, _scale, _dense);
    }

    private (LeapfrogCoefficients Coefficients, int Length) Trajectory(in RandomStream noise)
    {
        (float step, int length) = TrajectoryJitter.Draw(
            noise, _options.StepSize, _options.LeapfrogSteps, _options.StepJitter, _options.LengthJitter);
        return (new LeapfrogCoefficients(step, step / _options.Temperature, Energy.Space.Low, Energy.Space.High), length);
    }
}
