using System.Globalization;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Chains whose proposals come from annealing runs, each with an unbiased estimate w of Z: particle independent Metropolis-Hastings
/// (Andrieu, Doucet and Holenstein, "Particle Markov chain Monte Carlo methods", JRSS B 72, 2010, section 4.2). A proposal is accepted with
/// probability min(1, w′/w), where w is the weight of the run that gave the current state, so chains are exact. The weights of all runs,
/// accepted or not, estimate Z.
/// </summary>
/// <remarks>
/// <para>A new chain has weight 0: its first run is accepted, and the state that it started from counts for nothing.</para>
/// <para>A run that ends without a weight above 0, since energies are not finite where it began, is rejected and counted as divergent. All
/// decisions are made in log space and in float64. The energy error is the mean |ln w′ − ln w|.</para>
/// <para>The test is draw 0 of a step.</para>
/// </remarks>
public abstract class AnnealingSampler : Sampler
{
    private const int WeightPart = 0, TallyPart = 1;

    private protected AnnealingSampler(Energy energy, AnnealingOptions options, string name) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid(name);
        Path = new AnnealingPath(energy, options, name);
        Kept = [new("log_weight", 2), new(AnnealingTally.PartName, 2 * AnnealingTally.Numbers(Path.Count), IsTally: true)];
    }

    /// <inheritdoc/>
    public sealed override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public sealed override int ScratchRows => 1 + NestedPlace.WideRows + RunRows;

    /// <inheritdoc/>
    public sealed override int ScratchNumbers => 1 + NestedPlace.Numbers + RunNumbers;

    private protected AnnealingPath Path { get; }

    /// <summary>Scratch rows that a run takes besides those of its proposal.</summary>
    private protected abstract int RunRows { get; }

    /// <summary>Scratch numbers that a run takes besides those of its proposal.</summary>
    private protected abstract int RunNumbers { get; }

    /// <inheritdoc/>
    public sealed override void Init(Device device, in ChainStart start) => start.Kept(WeightPart).Doubles.Fill(double.NegativeInfinity);

    /// <inheritdoc/>
    public sealed override void Step(Device device, in ChainBlock block)
    {
        int count = block.States.Count, width = block.States.Width;
        NestedPlace own = new(block.Gradient, block.EnergyRows, block.NormRows);
        if (!block.Continues)
            own.Evaluate((IDifferentiable)Energy, block.States);
        BlockScratch scratch = new(block);
        Rows proposals = scratch.Wide(count, width);
        NestedPlace place = NestedPlace.Take(ref scratch, count, width);
        Span<double> logWeights = scratch.Numbers(count).Doubles;
        Run(device, block, ref scratch, proposals, place, logWeights);
        Span<double> now = block.Kept(WeightPart).Doubles;
        for (int i = 0; i < count; i++)
        {
            double next = logWeights[i];
            WeightSums.Add(Tally(block, i).Weights, next);
            if (double.IsNegativeInfinity(next) || !place.IsFinite(i))
            {
                block.Divergent[i]++;
                continue;
            }
            if (!own.IsFinite(i))
                continue; // the loop stops the chain
            if (double.IsFinite(now[i]))
                block.EnergyErrors[i] += Math.Abs(next - now[i]);
            if (!LeapfrogTransition.Passes(block.Noise.OpenUniform(block.FirstChain + (uint)i, 0), next - now[i]))
                continue;
            proposals[i].CopyTo(block.States[i]);
            place.CopyTo(own, i);
            now[i] = next;
            block.Accepted[i]++;
        }
    }

    /// <summary>The estimate of ln ∫ exp(−E/T) dx from the weights of all runs since the warm-up; null without runs.</summary>
    /// <param name="memory">What the chains keep.</param>
    public sealed override LogPartitionEstimate? LogPartition(ChainMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return WeightSums.Estimate(AnnealingTally.Of(memory, Path.Count).Weights);
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<SamplerFigure> Figures(ChainMemory memory, long steps)
    {
        ArgumentNullException.ThrowIfNull(memory);
        AnnealingTally tally = AnnealingTally.Of(memory, Path.Count);
        double length = 0;
        for (int k = 1; k <= Path.Count; k++)
            length += AnnealingLesson.Length(tally.Changes(k));
        double runs = tally.Weights[^1], effective = WeightSums.EffectiveCount(tally.Weights), inner = tally.Acceptance();
        double least = length * length / Path.Count;
        return
        [
            new SamplerFigure("effective_weights", effective, string.Create(CultureInfo.InvariantCulture,
                $"weights of {runs:N0} runs, worth {effective:N0} equal ones")),
            new SamplerFigure("inner_acceptance", inner,
                string.Create(CultureInfo.InvariantCulture, $"acceptance within runs {inner:0.###}")),
            new SamplerFigure("path_length", length, string.Create(CultureInfo.InvariantCulture,
                $"path of length {length:0.##} in {Counted.Of(Path.Count, "piece")}: at best, ln w has a variance of {least:0.##}")),
        ];
    }

    /// <summary>Makes one run for each chain.</summary>
    /// <param name="device">The device.</param>
    /// <param name="block">The chains.</param>
    /// <param name="scratch">Memory.</param>
    /// <param name="proposals">Receives the states that the runs end in.</param>
    /// <param name="place">Receives their energies, gradients and norms, of E itself.</param>
    /// <param name="logWeights">Receives ln w of each run; −∞ for a weight of 0.</param>
    private protected abstract void Run(Device device, in ChainBlock block, ref BlockScratch scratch, Rows proposals,
        scoped NestedPlace place, scoped Span<double> logWeights);

    private protected AnnealingTally Tally(in ChainBlock block, int chain) => AnnealingTally.Of(block, TallyPart, chain, Path.Count);
}
