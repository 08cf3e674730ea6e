using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="Langevin"/>.</summary>
[Named("langevin", "unadjusted Langevin dynamics; noise from a temperature, or set separately as in the image literature",
    paper: "Grenander and Miller 1994; Du and Mordatch 2019, arXiv:1903.08689")]
public sealed record LangevinOptions : SamplerOptions, IOptionRules
{
    /// <summary>η: the step size along −∇ₓE.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <summary>
    /// σ: the standard deviation of a step's noise, set separately from the step size as in the image literature. Null: the noise follows
    /// from the temperature, σ = √(2·η·<see cref="Temperature"/>), and the chain is exact as η → 0.
    /// </summary>
    [AtLeast(0)]
    public float? NoiseScale { get; init; }

    /// <summary>
    /// T of p(x) ∝ exp(−E(x)/T). Null: 1. It sets the noise, as does <see cref="NoiseScale"/>, so only one of them may be given.
    /// </summary>
    [Above(0)]
    public float? Temperature { get; init; }

    /// <summary>Every element of the gradient is limited to ± this. Null: no limit.</summary>
    [Above(0)]
    public float? GradientClip { get; init; }

    /// <summary>
    /// True: the noise is added before the gradient is taken, as in the book's recipe. False: after the step, as in Langevin's equation.
    /// </summary>
    public bool NoiseFirst { get; init; }

    /// <summary>σ: the standard deviation of a step's noise, from the noise scale or the temperature.</summary>
    public float NoiseDeviation() => NoiseScale ?? MathF.Sqrt(2 * StepSize * (Temperature ?? 1));

    /// <inheritdoc/>
    public override double NoiseOfStep() => NoiseScale ?? Math.Sqrt(2.0 * StepSize * (Temperature ?? 1));

    /// <inheritdoc/>
    public override string StepName() => "Langevin step";

    /// <inheritdoc/>
    public override string Describe()
    {
        string noise = NoiseScale is float scale
            ? $"noise scale {Number(scale)}"
            : $"noise of temperature {Number(Temperature ?? 1)}";
        string clip = GradientClip is float limit ? $", gradient clipped at {Number(limit)}" : "";
        return $"step size {Number(StepSize)}, {noise}{clip}{(NoiseFirst ? ", noise first" : "")}";
    }

    /// <summary>
    /// The temperature of the chain's stationary distribution for short steps without gradient clipping: σ²/(2η). With a noise scale it
    /// follows from step size and noise scale, and may be far from 1.
    /// </summary>
    public override double? EffectiveTemperature() =>
        NoiseScale is { } noise ? (double)noise * noise / (2.0 * StepSize) : Temperature ?? 1;

    /// <summary>
    /// The same chain with another step size. A noise scale is multiplied too; otherwise the noise follows from the step size.
    /// </summary>
    /// <param name="factor">Factor of the step size, above 0.</param>
    public override LangevinOptions Scaled(double factor) =>
        this with { StepSize = (float)(StepSize * factor), NoiseScale = NoiseScale is { } noise ? (float)(noise * factor) : null };

    /// <inheritdoc/>
    public override LangevinOptions Heated(double factor) => NoiseScale is { } noise
        ? this with { NoiseScale = (float)(noise * Math.Sqrt(factor)) }
        : this with { Temperature = (float)((Temperature ?? 1) * factor) };

    /// <inheritdoc/>
    public override Langevin Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Temperature is not { } given || NoiseScale is not { } apart)
            return;
        problems.Add($"{path}temperature is {given} and {path}noise_scale is {apart}: both set the noise, and only one may be given. "
            + $"Set {path}noise_scale to null for noise of the temperature, or {path}temperature to null for noise of that scale");
    }

    private static string Number(float value) => value.ToString("G4", CultureInfo.InvariantCulture);
}

/// <summary>
/// Unadjusted Langevin dynamics, x ← x − η∇E(x) + σξ, inside the walls of the energy's domain (Grenander and Miller 1994; for images Du and
/// Mordatch 2019, arXiv:1903.08689). On N(0, s²) with σ = √(2η) its stationary variance is s² / (1 − η/2s²): its bias is of order η.
/// </summary>
public sealed class Langevin : Sampler
{
    private readonly IDifferentiable _energy;
    private readonly LangevinOptions _options;
    private readonly float _noise;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public Langevin(Energy energy, LangevinOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the Langevin sampler");
        _energy = energy.Require<IDifferentiable>("Langevin dynamics");
        SamplerNeeds.RealStates(energy.Space, "Langevin dynamics");
        _options = options;
        _noise = options.NoiseDeviation();
    }

    internal LangevinOptions Options => _options;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        StateSpace space = Energy.Space;
        if (_options.NoiseFirst && _noise > 0)
            Kernels.AddNoise(block.States, _noise, space.Low, space.High, block.Noise, block.FirstChain);
        _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        LangevinCoefficients coefficients = new(_options.StepSize, _options.NoiseFirst ? 0 : _noise,
            _options.GradientClip ?? float.PositiveInfinity, space.Low, space.High);
        Kernels.LangevinUpdate(block.States, block.Gradient, coefficients, block.Noise, block.FirstChain, block.NormRows);
    }
}
