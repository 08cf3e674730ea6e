using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="NoUTurn"/>.</summary>
[Named("nuts", "the no-U-turn sampler: Hamiltonian trajectories that end where they turn back",
    paper: "Hoffman and Gelman 2014, arXiv:1111.4246; Betancourt 2017, arXiv:1701.02434")]
public sealed record NoUTurnOptions : SamplerOptions, IOptionRules, IAdaptableMass
{
    /// <summary>ε: the time of one leapfrog step, in units of the state where inverse masses are 1.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.25f;

    /// <summary>The most doublings of a trajectory: it takes at most 2^depth − 1 leapfrog steps, of one gradient each.</summary>
    [Between(1, 24)]
    public int MaxDepth { get; init; } = 10;

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
        ? TransformedSampler.Create(energy, Temperature, target => new NoUTurn(target, this))
        : new NoUTurn(energy, this);

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "NUTS step";

    /// <inheritdoc/>
    public override NoUTurnOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override NoUTurnOptions Heated(double factor) => this with
    {
        StepSize = (float)(StepSize * Math.Sqrt(factor)),
        Temperature = (float)(Temperature * factor),
    };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"step size {StepSize}, max depth {MaxDepth}, temperature {Temperature}{DiagonalMetric.Describe(InverseMass, Metric)}"
        + $"{(Walls == Walls.Transform ? ", transformed walls" : "")}");

    double IAdaptable.StepSize => StepSize;

    double IAdaptable.TargetAcceptance => 0.8;

    SamplerOptions IAdaptable.WithStepSize(double stepSize) => this with { StepSize = (float)stepSize };

    SamplerOptions IAdaptable.OneStep() => this with { MaxDepth = 1 };

    SamplerOptions IAdaptableMass.WithInverseMass(IReadOnlyList<float> inverseMass) => this with { InverseMass = inverseMass };

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
/// The no-U-turn sampler (Hoffman and Gelman, JMLR 15, 2014, arXiv:1111.4246) with multinomial weights and the generalised criterion
/// (Betancourt, "A conceptual introduction to Hamiltonian Monte Carlo", 2017, arXiv:1701.02434, appendix A). A step draws a momentum and
/// follows H(x, p) = E(x)/T + ½pᵀM⁻¹p by the leapfrog, forwards or backwards at random. It doubles the trajectory until this turns back,
/// and moves to one of its states with probability ∝ exp(−H). It has no bias; a step size with a mean acceptance of about 0.8 is a good
/// choice.
/// </summary>
/// <remarks>
/// <para>The tree is built leaf by leaf with O(max_depth) checkpoints (Phan, Pradhan and Jankowiak 2019, arXiv:1912.11554). A trajectory
/// ends where the momentum at either end of it, or of any of its binary subtrees, no longer points along the sum of the momenta between
/// them. The same is asked of each half together with the state next to it in the other half, as in Stan since 2.21: otherwise a
/// trajectory close to a whole period looks straight. Inside a new subtree the proposal is multinomial; between the trajectory so far and
/// the new subtree it is biased towards the new one, with probability min(1, w′/w).</para>
/// <para>All chains of a block take their leapfrog steps together: those that still run lie in contiguous rows, so that a network
/// evaluates them in one batch. After a step, energies, gradients and norms of the block belong to the states that the step left.</para>
/// <para>Walls reflect, as in <see cref="HamiltonianMonteCarlo"/>. The sum of the momenta is then still the way between the two ends, since
/// a momentum changes sign where the position is mirrored, so the criterion keeps its meaning. A wall shortens trajectories: a
/// reflection is a turn.</para>
/// <para>A trajectory is divergent, as in Stan, where H rose by more than 1,000 nats above its start or where energy, gradient or momentum
/// are not finite. It ends there, the subtree that diverged is left out, and it is counted: see <see cref="ChainLoop.Divergent"/>. A state
/// that has no finite energy and gradient itself stops the chain with a <see cref="DivergenceException"/>.</para>
/// <para><see cref="ChainLoop.Accepted"/> counts steps in which a Metropolis test accepts a leaf of the tree drawn at random. Its mean is
/// the mean of min(1, exp(−ΔH)) over the leaves, the statistic that step sizes are adapted to. The energy error of a step is the mean of
/// |ΔH| over its leaves.</para>
/// <para>Momenta are a chain's normal draws 0 … n − 1 of the step. With b = n rounded up to a multiple of 64, draw b + j is the direction
/// of doubling j, b + 32 + j decides whether its subtree is taken, b + 63 is the counted Metropolis test, and b + 64 + i decides whether
/// leaf i of the trajectory is taken. Decisions are made in log space and in float64.</para>
/// </remarks>
public sealed class NoUTurn : Sampler
{
    private readonly IDifferentiable _energy;
    private readonly NoUTurnOptions _options;
    private readonly LeapfrogCoefficients _coefficients;
    private readonly float[] _scale;
    private readonly DenseMetric? _dense;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states with walls that all numbers share, or without
    /// walls.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">An option is out of range, and every violation is listed; the energy has no gradient, or
    /// another domain; or the number of inverse masses is neither 0 nor the width of a state.</exception>
    public NoUTurn(Energy energy, NoUTurnOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the no-U-turn sampler");
        _energy = energy.Require<IDifferentiable>("No-U-turn trajectories");
        SamplerNeeds.RealStates(energy.Space, "No-U-turn trajectories", options.Walls);
        StateSpace space = energy.Space;
        _options = options;
        _coefficients = new LeapfrogCoefficients(options.StepSize, options.StepSize / options.Temperature, space.Low, space.High);
        _dense = DenseMetric.Of(options.Metric, options.InverseMass, space);
        _scale = _dense is not null ? [] : DiagonalMetric.Scale(options.InverseMass, space);
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override int ScratchRows => NoUTurnTrees.ScratchRows(_options.MaxDepth, _dense is not null);

    /// <inheritdoc/>
    public override int ScratchNumbers => NoUTurnTrees.ScratchNumbers;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block) =>
        new NoUTurnTrees(_energy, block, _coefficients, _scale, _dense, _options.MaxDepth, _options.Temperature).Run();
}
