using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="SequentialMonteCarlo"/>.</summary>
[Named("smc", "sequential Monte Carlo: a population goes from a base to the energy; one of it is the proposal",
    paper: "Del Moral, Doucet and Jasra 2006, JRSS B 68; Andrieu, Doucet and Holenstein 2010, JRSS B 72")]
public sealed record SequentialMonteCarloOptions : AnnealingOptions
{
    /// <summary>N: the particles of each chain.</summary>
    [Between(1, 1_000_000)]
    public int Particles { get; init; } = 32;

    /// <summary>Particles are resampled when their weights are worth fewer equal ones than this share of them. 0: never.</summary>
    [Between(0, 1)]
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override SequentialMonteCarlo Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override string StepName() => "population run";

    /// <inheritdoc/>
    public override string Describe() => $"{Counted.Of(Particles, "particle")}, {base.Describe()}";
}

/// <summary>
/// Sequential Monte Carlo (Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers", JRSS B 68, 2006, section 3.3.2.3): a step draws
/// a population of exact states of the base, and takes it through (1 − β)·E₀ + β·E/T for β from 0 to 1. When the effective number of its
/// weights falls below a threshold, it is resampled by <see cref="SystematicResampling"/>. The product of the mean weights between
/// resamplings is an unbiased estimate of Z. One particle, drawn by its weight, is the proposal of an exact chain: see <see
/// cref="AnnealingSampler"/>. With one particle it is <see cref="AnnealedImportanceSampling"/>, draw for draw.
/// </summary>
/// <remarks>
/// Particle p of chain c draws as chain c·N + p. A chain's draw 1 of a step chooses the proposal, which alone moves at β = 1, and draw 1 +
/// k resamples at βₖ.
/// </remarks>
public sealed class SequentialMonteCarlo : AnnealingSampler
{
    private const int ChooseDraw = 1;

    private readonly int _particles;
    private readonly double _threshold;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states without walls or with two finite walls shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), the energy has no gradient or another domain, the base does not fit
    /// the energy, or the inner sampler keeps something between steps.
    /// </exception>
    public SequentialMonteCarlo(Energy energy, SequentialMonteCarloOptions options) : base(energy, options, "Sequential Monte Carlo") =>
        (_particles, _threshold) = (options.Particles, options.Threshold);

    private protected override int RunRows => _particles * (1 + NestedPlace.WideRows + Path.ScratchRows);

    private protected override int RunNumbers =>
        _particles * (3 + NestedPlace.Numbers + Path.ScratchNumbers + NestedScratch.OwnNumbers);

    private protected override void Run(Device device, in ChainBlock block, ref BlockScratch scratch, Rows proposals,
        scoped NestedPlace place, scoped Span<double> logWeights)
    {
        int n = _particles, width = proposals.Width;
        Population population = new()
        {
            States = scratch.Wide(n, width),
            Place = NestedPlace.Take(ref scratch, n, width),
            LogWeights = scratch.Numbers(n).Doubles,
            Changes = scratch.Numbers(n).Doubles,
            Copies = scratch.Words(n).Integers,
            Moves = NestedScratch.Take(ref scratch, Math.Max(n, proposals.Count), width, Path.ScratchRows, Path.ScratchNumbers),
        };
        for (int i = 0; i < proposals.Count; i++)
        {
            logWeights[i] = RunOne(device, block, i, population, out int chosen);
            population.States[chosen].CopyTo(proposals[i]);
        }
        int last = Path.Count;
        Path.Move(device, last, block, proposals, place, population.Moves, block.FirstChain, continues: false);
        for (int i = 0; i < proposals.Count; i++)
            Tally(block, i).AddMoves(last, Path.Steps, population.Moves.Accepted[i]);
    }

    /// <summary>Takes the population of one chain up to its choice at β = 1.</summary>
    /// <returns>The logarithm of the estimate of Z.</returns>
    private double RunOne(Device device, in ChainBlock block, int row, in Population population, out int chosen)
    {
        uint chain = block.FirstChain + (uint)row, first = FirstOf(chain);
        AnnealingTally tally = Tally(block, row);
        Path.Draw(block.Noise, first, population.States);
        population.LogWeights.Clear();
        double log = Path.BaseLogPartition;
        for (int k = 1; k < Path.Count; k++)
        {
            Path.Enter(k, population.States, population.Place, population.Changes);
            double mean = population.Weigh(tally.Changes(k), out double effective);
            if (double.IsFinite(mean) && effective < _threshold * _particles)
            {
                log += mean;
                population.Resample(block.Noise.OpenUniform(chain, ChooseDraw + k));
            }
            Path.Move(device, k, block, population.States, population.Place, population.Moves, first);
            tally.AddMoves(k, (double)_particles * Path.Steps, population.Accepted());
        }
        Path.EnterLast(population.States, population.Place.Energies, population.Changes);
        log += population.Weigh(tally.Changes(Path.Count), out _);
        chosen = double.IsFinite(log) ? SystematicResampling.Choose(population.LogWeights, block.Noise.OpenUniform(chain, ChooseDraw)) : 0;
        return log;
    }

    /// <summary>The number that a chain's first particle draws as.</summary>
    private uint FirstOf(uint chain)
    {
        ulong first = (ulong)chain * (ulong)_particles;
        if (first + (ulong)_particles > uint.MaxValue)
        {
            throw new InvalidInputException($"Chain {chain} with {_particles:N0} particles needs draws beyond the largest chain number, "
                + $"{uint.MaxValue - 1}. Use fewer chains or particles.");
        }
        return (uint)first;
    }

    private readonly ref struct Population
    {
        public required Rows States { get; init; }

        public required NestedPlace Place { get; init; }

        /// <summary>ln w since the last resampling.</summary>
        public required Span<double> LogWeights { get; init; }

        public required Span<double> Changes { get; init; }

        public required Span<int> Copies { get; init; }

        public required NestedScratch Moves { get; init; }

        /// <summary>Adds the changes to the weights and to a tally. Returns ln of the mean weight.</summary>
        public double Weigh(Span<double> tally, out double effective)
        {
            Span<double> sums = stackalloc double[WeightSums.Numbers];
            sums.Clear();
            for (int p = 0; p < LogWeights.Length; p++)
            {
                LogWeights[p] += Changes[p];
                WeightSums.Add(sums, LogWeights[p]);
                WeightSums.Add(tally, Changes[p]);
            }
            effective = WeightSums.EffectiveCount(sums);
            return WeightSums.LogMean(sums);
        }

        /// <summary>Replaces particles without copies by copies of others, and makes all weights 1.</summary>
        public void Resample(double uniform)
        {
            SystematicResampling.Count(LogWeights, uniform, Copies);
            int source = 0;
            for (int p = 0; p < Copies.Length; p++)
            {
                if (Copies[p] > 0)
                    continue;
                while (Copies[source] < 2)
                    source++;
                Copies[source]--;
                States[source].CopyTo(States[p]);
                Place.Gradient[source].CopyTo(Place.Gradient[p]);
                Place.Energies.Span[p] = Place.Energies.Span[source];
                Place.Norms.Span[p] = Place.Norms.Span[source];
            }
            LogWeights.Clear();
        }

        public int Accepted()
        {
            int sum = 0;
            for (int p = 0; p < LogWeights.Length; p++)
                sum += Moves.Accepted[p];
            return sum;
        }
    }
}
