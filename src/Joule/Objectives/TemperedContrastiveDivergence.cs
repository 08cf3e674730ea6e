using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>
/// Contrastive divergence with negatives from parallel tempering (Desjardins, Courville, Bengio, Vincent and Delalleau, "Tempered Markov
/// chain Monte Carlo for training of restricted Boltzmann machines", AISTATS 2010): chains live on in a buffer with all their replicas, and
/// hot replicas carry them from mode to mode. It is <see cref="ContrastiveDivergence"/> with the sampler <c>tempering</c>.
/// </summary>
[Named("tempered_contrastive_divergence", "contrastive divergence whose chains cross barriers: persistent replicas at rising temperatures",
    paper: "Desjardins, Courville, Bengio, Vincent and Delalleau 2010, AISTATS; Cho, Raiko and Ilin 2010, IJCNN")]
public sealed record TemperedContrastiveDivergenceOptions : ObjectiveOptions
{
    /// <summary>Chains of the buffer, at least the batch size; each has a replica at every temperature.</summary>
    [Between(1, 10_000_000)]
    public int Slots { get; init; } = 512;

    /// <summary>Probability that a chain starts afresh from noise.</summary>
    [Between(0, 1)]
    public float FreshShare { get; init; }

    /// <summary>Steps of every replica per update, at least 1.</summary>
    [Between(1, 1_000_000)]
    public int Steps { get; init; } = 5;

    /// <summary>Number of replicas: their temperatures rise geometrically.</summary>
    [Between(2, 1000)]
    public int Replicas { get; init; } = 4;

    /// <summary>The highest temperature, as a multiple of the lowest.</summary>
    [Above(1)]
    public double Hottest { get; init; } = 10;

    /// <summary>The sampler of every replica; its own temperature is the lowest.</summary>
    public SamplerOptions Inner { get; init; } = new MetropolisAdjustedLangevinOptions();

    /// <summary>α of the term α·(mean E(data)² + mean E(negatives)²) that keeps energies near 0, in 1/nat.</summary>
    [AtLeast(0)]
    public double EnergyRegularization { get; init; } = 0.01;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => Contrastive().Create(context);

    /// <inheritdoc/>
    public override FigureList ListFigures() => Contrastive().ListFigures();

    /// <inheritdoc/>
    public override TrainingChains ListChains() => Contrastive().ListChains();

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Slots < batch)
            problems.Add($"objective.slots is {Slots}, fewer than training.batch, {batch}");
    }

    /// <summary>The same as options of contrastive divergence.</summary>
    public ContrastiveDivergenceOptions Contrastive() => new()
    {
        EnergyRegularization = EnergyRegularization,
        Negatives = new BufferNegativesOptions
        {
            Slots = Slots,
            FreshShare = FreshShare,
            Steps = Steps,
            Sampler = new ParallelTemperingOptions { Inner = Inner, Replicas = Replicas, Hottest = Hottest },
        },
    };
}
