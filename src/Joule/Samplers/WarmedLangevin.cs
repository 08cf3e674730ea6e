using System.Globalization;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="WarmedLangevin"/>.</summary>
[Named("warmed", "Langevin dynamics without noise at first, whose temperature then rises to the final one: transport, then equilibrium",
    paper: "Balcerak et al. 2025, arXiv:2504.10612")]
public sealed record WarmedLangevinOptions : SamplerOptions, IOptionRules
{
    /// <summary>η: the step size along −∇ₓE, in units of state² per nat, and the time that a step takes.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <summary>T of p(x) ∝ exp(−E(x)/T): the final temperature.</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>The time up to which a chain has no noise.</summary>
    [Between(0, 1000)]
    public float RiseStart { get; init; } = 0.8f;

    /// <summary>The time from which on a chain has the final temperature; it rises linearly up to then.</summary>
    [Between(0, 1000)]
    public float RiseEnd { get; init; } = 1;

    /// <summary>The temperature of a chain's step, counted from 0.</summary>
    /// <param name="step">How many steps the chain has made.</param>
    public double TemperatureAt(long step)
    {
        if (step >= ScheduledSteps())
            return Temperature;
        double time = step * (double)StepSize;
        return time < RiseStart ? 0 : Temperature * (time - RiseStart) / ((double)RiseEnd - RiseStart);
    }

    /// <summary>The steps after which a chain has the final temperature.</summary>
    public int ScheduledSteps() => (int)Math.Min(Math.Ceiling(RiseEnd / (double)StepSize), 1 << 24);

    /// <inheritdoc/>
    public override WarmedLangevin Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override WarmedLangevinOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <inheritdoc/>
    public override string StepName() => "warmed Langevin step";

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (RiseEnd < RiseStart)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"{path}rise_end is {RiseEnd} and {path}rise_start is {RiseStart}; the end must not lie before the start"));
        }
    }
}

/// <summary>
/// Langevin dynamics whose temperature is 0 up to a time, rises linearly, and then stays at T: x ← x − η∇E(x) + √(2ηTₛ)ξ, where a step
/// takes the time η. At first, chains follow −∇E from noise to data, as a flow does; then they are in equilibrium with exp(−E/T). It is the
/// sampler of energy matching (Balcerak et al. 2025, arXiv:2504.10612). With <c>rise_end</c> 0 it is <see cref="Langevin"/>, and so from
/// that time on, with its bias.
/// </summary>
public sealed class WarmedLangevin : ScheduledLangevin
{
    private readonly WarmedLangevinOptions _options;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public WarmedLangevin(Energy energy, WarmedLangevinOptions options) : base(energy, "Warmed Langevin dynamics")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the warmed Langevin sampler");
        _options = options;
    }

    /// <inheritdoc/>
    protected override float StepSize => _options.StepSize;

    /// <inheritdoc/>
    protected override int ScheduledSteps => _options.ScheduledSteps();

    /// <inheritdoc/>
    protected override double TemperatureAt(long step) => _options.TemperatureAt(step);
}
