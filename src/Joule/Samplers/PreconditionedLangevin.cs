using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="PreconditionedLangevin"/>.</summary>
[Named("preconditioned", "unadjusted Langevin dynamics with an inverse mass for every number, so that all directions move alike",
    paper: "Roberts and Stramer 2002, Methodology and Computing in Applied Probability 4:337")]
public sealed record PreconditionedLangevinOptions : SamplerOptions, IOptionRules
{
    /// <summary>η: the step size along −M∇ₓE. Where M holds the variances it has no unit, and must lie below 2 on a Gaussian.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <summary>T of p(x) ∝ exp(−E(x)/T).</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// The diagonal of M, the inverse mass of every number of the state, best its variance; a warm-up of `mala` or `nuts` estimates
    /// them. Empty: all are 1, as in Langevin's equation.
    /// </summary>
    public IReadOnlyList<float> InverseMass { get; init => field = new EquatableList<float>(value); } = new EquatableList<float>([]);

    /// <inheritdoc/>
    public override PreconditionedLangevin Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override PreconditionedLangevinOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <summary>√(2ηTm), with the mean m of the inverse masses.</summary>
    public override double NoiseOfStep() =>
        Math.Sqrt(2.0 * StepSize * Temperature * (InverseMass.Count == 0 ? 1 : InverseMass.Average()));

    /// <inheritdoc/>
    public override string StepName() => "preconditioned Langevin step";

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"step size {StepSize}, temperature {Temperature}{DiagonalMetric.Describe(InverseMass, MassMetric.Diagonal)}");

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        DiagonalMetric.Check(InverseMass, problems, path);
    }
}

/// <summary>
/// Langevin dynamics with a constant preconditioner, x ← x − ηM∇E(x) + √(2ηTM)ξ, without an accept test (Roberts and Stramer, "Langevin
/// diffusions and Metropolis-Hastings algorithms", Methodology and Computing in Applied Probability 4:337, 2002, section 2, with a constant
/// diffusion). For every positive M the equation has the same stationary distribution, exp(−E/T). With M near the variances, a single step
/// size suits all directions.
/// </summary>
/// <remarks>
/// <para>On N(0, s²) and an inverse mass m, the stationary variance is T·s² / (1 − ηm/2s²): the bias is of order η.
/// <see cref="MetropolisAdjustedLangevin"/> has the same steps with an accept test and no bias.</para>
/// <para>In a box, walls reflect. Energies and norms of the block belong to the states before the step.</para>
/// </remarks>
public sealed class PreconditionedLangevin : Sampler
{
    private readonly IDifferentiable _energy;
    private readonly LeapfrogCoefficients _coefficients;
    private readonly float[] _scale;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states without walls or with two finite walls shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public PreconditionedLangevin(Energy energy, PreconditionedLangevinOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the preconditioned Langevin sampler");
        _energy = energy.Require<IDifferentiable>("Preconditioned Langevin dynamics");
        StateSpace space = energy.Space;
        SamplerNeeds.RealStatesWithTwoWallsOrNone(space, "Preconditioned Langevin dynamics");
        _coefficients = LangevinLeapfrog.Coefficients(options.StepSize, options.Temperature, space);
        _scale = DiagonalMetric.Scale(options.InverseMass, space);
    }

    /// <summary>The noise.</summary>
    public override int ScratchRows => 1;

    /// <summary>The noise's ½‖ξ‖², which is not used.</summary>
    public override int ScratchNumbers => 1;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        Rows noise = block.Scratch;
        _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        noise.Span.Clear();
        Kernels.AddNoise(noise, 1, float.NegativeInfinity, float.PositiveInfinity, block.Noise, block.FirstChain);
        // A kick of 0 measures gradients.
        Kernels.TrajectoryEnd(noise, block.Gradient, _scale, [], 0, block.NumberRows, block.NormRows);
        Kernels.TrajectoryStart(block.States, noise, block.Gradient, _scale, [], _coefficients);
    }
}
