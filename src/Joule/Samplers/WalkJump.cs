using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="WalkJump"/>.</summary>
[Named("walk_jump", "Langevin dynamics of noisy states, each shown without its noise: the mean of the states that it may come from",
    paper: "Saremi and Hyvärinen 2019, arXiv:1903.02334")]
public sealed record WalkJumpOptions : SamplerOptions
{
    /// <summary>σ: the standard deviation of the noise of the states that E is trained on, in units of the state.</summary>
    [Above(0)]
    public float NoiseScale { get; init; } = 0.3f;

    /// <summary>η: the step size along −∇ₓE, in units of state² per nat. A quarter of σ² is long, a twentieth short.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <inheritdoc/>
    public override WalkJump Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override WalkJumpOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <summary>1: noisy states walk at that temperature.</summary>
    public override double? EffectiveTemperature() => 1;

    /// <inheritdoc/>
    public override string StepName() => "walk-jump step";
}

/// <summary>
/// Walk-jump sampling (Saremi and Hyvärinen 2019): E is the energy of data y = x + σn with noise, −ln p(y). A chain walks in y, by Langevin
/// dynamics y ← y − η∇E(y) + √(2η)ξ, and its state is the jump x = y − σ²∇E(y): the mean of the data that y may come from (Miyasawa 1961),
/// exact where E is.
/// </summary>
/// <remarks>
/// y is kept beside the state and may lie beyond the walls; x stops at them. The first step adds noise to the state that the chain starts
/// from, shows the jump, and walks; so each step evaluates one gradient. The noise of the start is the draws of part 0 of the step.
/// Energies are those of y.
/// </remarks>
public sealed class WalkJump : Sampler
{
    private const int Noisy = 0, Started = 1;

    private readonly IDifferentiable _energy;
    private readonly WalkJumpOptions _options;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public WalkJump(Energy energy, WalkJumpOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the walk-jump sampler");
        _energy = energy.Require<IDifferentiable>("Walk-jump sampling");
        SamplerNeeds.RealStates(energy.Space, "Walk-jump sampling");
        _options = options;
        Kept = [new KeptPart("noisy", energy.Space.Width), new KeptPart("started", 1)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        Rows noisy = block.Kept(Noisy);
        Span<float> started = block.Kept(Started).Span;
        RandomStream starts = block.Noise.Part(0);
        for (int i = 0; i < started.Length; i++)
        {
            if (started[i] > 0)
                continue;
            starts.FillNormal(noisy[i], block.FirstChain + (uint)i, 0, _options.NoiseScale);
            Kernels.Scale(block.States.Slice(i, 1), 1, noisy.Slice(i, 1), accumulate: true);
            started[i] = 1;
        }
        _energy.Gradient(noisy, block.EnergyRows, block.Gradient);
        noisy.Span.CopyTo(block.States.Span);
        Kernels.Scale(block.Gradient, -_options.NoiseScale * _options.NoiseScale, block.States, accumulate: true);
        for (int i = 0; i < started.Length; i++)
            Energy.Space.Clamp(block.States[i]);
        LangevinCoefficients coefficients = new(_options.StepSize, MathF.Sqrt(2 * _options.StepSize), float.PositiveInfinity,
            float.NegativeInfinity, float.PositiveInfinity);
        Kernels.LangevinUpdate(noisy, block.Gradient, coefficients, block.Noise, block.FirstChain, block.NormRows);
    }
}
