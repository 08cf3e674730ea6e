using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="AnnealedLangevin"/>.</summary>
[Named("annealed", "Langevin dynamics whose temperature falls geometrically from a high one to the final one",
    paper: "Kirkpatrick, Gelatt and Vecchi 1983; Song and Ermon 2019, arXiv:1907.05600")]
public sealed record AnnealedLangevinOptions : SamplerOptions, IOptionRules
{
    /// <summary>η: the step size along −∇ₓE at the final temperature, in units of state² per nat.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <summary>The temperature that a chain starts at; at least the final one.</summary>
    [Above(0)]
    public float StartTemperature { get; init; } = 10;

    /// <summary>T of p(x) ∝ exp(−E(x)/T): the final temperature.</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>The number of steps over which the temperature falls; the chain continues at the final one.</summary>
    [Between(1, 1_000_000)]
    public int AnnealSteps { get; init; } = 100;

    /// <summary>
    /// Whether numbers beyond a wall are mirrored back, as the noise of denoising_score_matching is. False: they stop at the wall, which
    /// holds many of them at high temperatures.
    /// </summary>
    public bool Reflect { get; init; }

    /// <summary>The temperature of a chain's step, counted from 0.</summary>
    /// <param name="step">How many steps the chain has made.</param>
    public double TemperatureAt(long step) => step >= AnnealSteps
        ? Temperature
        : StartTemperature * Math.Pow((double)Temperature / StartTemperature, (double)step / AnnealSteps);

    /// <inheritdoc/>
    public override AnnealedLangevin Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override AnnealedLangevinOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <inheritdoc/>
    public override double NoiseOfStep() => Math.Sqrt(2.0 * StepSize * Temperature);

    /// <inheritdoc/>
    public override string StepName() => "annealed Langevin step";

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (StartTemperature < Temperature)
        {
            problems.Add($"{path}start_temperature is {StartTemperature} and {path}temperature is {Temperature}; "
                + "the start must be at least as hot as the end");
        }
    }
}

/// <summary>
/// Annealed Langevin dynamics, x ← x − η∇E(x) + √(2ηTₛ)ξ, where the temperature of a chain's step s falls geometrically from a high one to
/// T, and is T from then on. In the hot steps chains cross barriers between modes. From the last temperature on it is
/// <see cref="Langevin"/>, with its bias.
/// </summary>
/// <remarks>
/// A chain counts its own steps, so that chains of a replay buffer that start at different times are each annealed from their start. The
/// count is kept in float32 and stops at the number of annealing steps. States are clamped at walls, or mirrored (<c>reflect</c>).
/// </remarks>
public sealed class AnnealedLangevin : ScheduledLangevin
{
    private readonly AnnealedLangevinOptions _options;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public AnnealedLangevin(Energy energy, AnnealedLangevinOptions options) : base(energy, "Annealed Langevin dynamics")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the annealed Langevin sampler");
        _options = options;
    }

    /// <inheritdoc/>
    protected override float StepSize => _options.StepSize;

    /// <inheritdoc/>
    protected override int ScheduledSteps => _options.AnnealSteps;

    /// <inheritdoc/>
    protected override bool Reflects => _options.Reflect;

    /// <inheritdoc/>
    protected override double TemperatureAt(long step) => _options.TemperatureAt(step);
}
