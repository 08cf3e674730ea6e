using System.Globalization;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// Options of samplers that take exact states of a base energy E₀ to the energy E, along (1 − β)·E₀ + β·E/T for β from 0 to 1.
/// </summary>
public abstract record AnnealingOptions : SamplerOptions, IOptionRules, ILearner
{
    private const int MostSteps = Compute.RandomStream.MostParts - 1;

    /// <summary>
    /// The sampler that moves states at each β: one with an accept test that keeps nothing between steps, for example hmc, mala or nuts.
    /// Its temperature is T of the chain.
    /// </summary>
    public SamplerOptions Inner { get; init; } = new HamiltonianMonteCarloOptions { StepSize = 0.2f, LeapfrogSteps = 5 };

    /// <summary>
    /// The base: a built-in energy with exact states, a known ln Z and a gradient. Null: a normal distribution of mean 0, or the uniform
    /// one where states have walls.
    /// </summary>
    public EnergyOptions? Base { get; init; }

    /// <summary>The standard deviation of every number of the normal base.</summary>
    [Above(0)]
    public double BaseScale { get; init; } = 1;

    /// <summary>K: the number of values of β after 0. Ignored where `ladder` is given.</summary>
    [Between(1, 10_000)]
    public int Temperatures { get; init; } = 20;

    /// <summary>The values of β are (k/K)^power: above 1, they are closer near the base. Ignored where `ladder` is given.</summary>
    [Between(1, 10)]
    public double Power { get; init; } = 2;

    /// <summary>Steps of the inner sampler at each β.</summary>
    [Between(1, 10_000)]
    public int Steps { get; init; } = 1;

    /// <summary>
    /// The values of β after 0: rising, and 1 at the end. Empty: `temperatures` of them, by `power`. A warm-up moves them so that weights
    /// change alike between all neighbours.
    /// </summary>
    public IReadOnlyList<double> Ladder { get; init => field = new EquatableList<double>(value); } = new EquatableList<double>([]);

    /// <summary>
    /// The factor of the inner step size at each β after 0, above 0. Empty: all are 1. A warm-up adapts them to the acceptance that suits
    /// the inner sampler.
    /// </summary>
    public IReadOnlyList<double> StepScales { get; init => field = new EquatableList<double>(value); } = new EquatableList<double>([]);

    /// <summary>The values of β after 0, the last of which is 1.</summary>
    public IReadOnlyList<double> Shares() => Ladder.Count > 0 ? Ladder
        : [.. Enumerable.Range(1, Temperatures).Select(k => Math.Pow((double)k / Temperatures, Power))];

    /// <inheritdoc/>
    public override SamplerOptions Scaled(double factor) => this with { Inner = Inner.Scaled(factor) };

    /// <inheritdoc/>
    public override SamplerOptions? Heated(double factor) => Inner.Heated(factor) is { } heated ? this with { Inner = heated } : null;

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Inner.EffectiveTemperature();

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string Describe()
    {
        string start = Base is null ? string.Create(CultureInfo.InvariantCulture, $"a base of scale {BaseScale}")
            : Catalogue.NameOf(Base.GetType()) ?? "a base";
        return $"{Counted.Of(Shares().Count, "temperature")} from {start}, {Counted.Of(Steps, "step")} at each of "
            + $"{Catalogue.NameOf(Inner.GetType()) ?? "a sampler"}: {Inner.Describe()}";
    }

    int ILearner.LearnedCount(int width) => 2 * Shares().Count;

    void ILearner.Learn(ChainMemory memory, Span<double> learned)
    {
        IReadOnlyList<double> shares = Shares();
        int count = shares.Count;
        AnnealingLesson.Learn(shares, StepScales.Count > 0 ? StepScales : [.. Enumerable.Repeat(1.0, count)],
            AnnealingTally.Of(memory, count), Inner.Adaptable()?.TargetAcceptance, learned[..count], learned.Slice(count, count));
    }

    SamplerOptions ILearner.WithLearned(IReadOnlyList<double> learned) =>
        this with { Ladder = [.. learned.Take(learned.Count / 2)], StepScales = [.. learned.Skip(learned.Count / 2)] };

    /// <inheritdoc/>
    public virtual void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (!Inner.HasAcceptTest() || Inner.EffectiveTemperature() is null)
        {
            problems.Add($"{path}inner is {Catalogue.NameOf(Inner.GetType()) ?? "a sampler"}, which has no accept test at a temperature; "
                + "give one that has, for example hmc, mala or nuts");
        }
        for (int k = 0; k < Ladder.Count; k++)
        {
            double before = k == 0 ? 0 : Ladder[k - 1];
            if (Ladder[k] > before && Ladder[k] <= 1)
                continue;
            problems.Add(string.Create(culture,
                $"{path}ladder.{k} is {Ladder[k]}; it must be above {(k == 0 ? "0" : $"the one before, {before},")} and at most 1"));
            break;
        }
        if (Ladder.Count > 0 && Ladder[^1] != 1)
            problems.Add(string.Create(culture, $"{path}ladder ends at {Ladder[^1]}; it must end at 1"));
        int count = Ladder.Count > 0 ? Ladder.Count : Temperatures;
        if (StepScales.Count > 0 && StepScales.Count != count)
            problems.Add($"{path}step_scales has {StepScales.Count} numbers; the path has {count} temperatures");
        if (StepScales.Any(s => !(s > 0 && double.IsFinite(s))))
            problems.Add($"{path}step_scales has a number that is not above 0 and finite");
        if ((long)count * Steps > MostSteps)
            problems.Add($"{path}temperatures times {path}steps is {(long)count * Steps:N0}; it must be at most {MostSteps:N0}");
    }
}
