using System.Globalization;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="Recovery"/>.</summary>
[Named("recovery", "from noise to data level by level, each state drawn given a noisier one; then the proximal sampler",
    paper: "Gao et al. 2021, arXiv:2012.08125; Lee, Shen and Tian 2021, arXiv:2010.03106")]
public sealed record RecoveryOptions : SamplerOptions, IOptionRules
{
    /// <summary>K: the number of noise levels above the data.</summary>
    [Between(1, 1000)]
    public int Levels { get; init; } = 4;

    /// <summary>s₁: the deviation of the noise at the level next to the data, in units of the state.</summary>
    [Above(0)]
    public double SmallestNoise { get; init; } = 0.4;

    /// <summary>s_K: the deviation of the noise at the last level, in units of the state. It should hide the data.</summary>
    [Above(0)]
    public double LargestNoise { get; init; } = 2;

    /// <summary>Steps at each level.</summary>
    [Between(1, 100_000)]
    public int LevelSteps { get; init; } = 24;

    /// <summary>
    /// The largest step size of the Metropolis-adjusted Langevin steps, as a share of the variance of the noise between a level and the
    /// next. Of four steps, one has it; the others are 4, 16 and 64 times shorter.
    /// </summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.1f;

    /// <summary>All steps from noise to data.</summary>
    public int DescentSteps() => Levels * LevelSteps;

    /// <inheritdoc/>
    public override Recovery Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override RecoveryOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <summary>1: the levels are those of data at temperature 1.</summary>
    public override double? EffectiveTemperature() => 1;

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "recovery step";

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"step size {StepSize:G4} of a level's variance, {Counted.Of(Levels, "level")} of {Counted.Of(LevelSteps, "step")}, "
        + $"noise from {LargestNoise:G4} to {SmallestNoise:G4}");

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Levels > 1 && LargestNoise <= SmallestNoise)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{path}largest_noise is {LargestNoise} and "
                + $"{path}smallest_noise is {SmallestNoise}; the largest must be above the smallest"));
        }
        if ((long)Levels * LevelSteps > 10_000_000)
            problems.Add($"{path}levels times {path}level_steps is {(long)Levels * LevelSteps:N0}; it must be at most 10,000,000");
    }

    /// <summary>The noise levels.</summary>
    internal NoiseLevels NoiseLevels() => new(Levels, SmallestNoise, LargestNoise);
}
