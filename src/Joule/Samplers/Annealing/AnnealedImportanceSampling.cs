using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="AnnealedImportanceSampling"/>.</summary>
[Named("ais", "annealed importance sampling: a run from a base to the energy gives a proposal and an estimate of Z",
    paper: "Neal 2001, arXiv:physics/9803008; Andrieu, Doucet and Holenstein 2010, JRSS B 72")]
public sealed record AnnealedImportanceSamplingOptions : AnnealingOptions
{
    /// <summary>The defaults: more values of β than for a population, since nothing but the path keeps weights alike.</summary>
    public AnnealedImportanceSamplingOptions() => Temperatures = 100;

    /// <inheritdoc/>
    public override AnnealedImportanceSampling Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override string StepName() => "annealing run";
}

/// <summary>
/// Annealed importance sampling (Neal, "Annealed importance sampling", Statistics and Computing 11, 2001, arXiv:physics/9803008): a step
/// draws an exact state of the base and takes it through (1 − β)·E₀ + β·E/T for β from 0 to 1, by an inner sampler that keeps the density
/// at each β. The weight of the run, w = Z₀·exp(−Σₖ (βₖ − βₖ₋₁)(E/T − E₀)(xₖ₋₁)), has the mean Z. Its end is the proposal of an exact
/// chain: see <see cref="AnnealingSampler"/>.
/// </summary>
/// <remarks>
/// A run takes one gradient of E at each end, and those of the inner sampler. More values of β, or more inner steps, make weights more
/// alike: for good moves the variance of ln w falls as 1/K.
/// </remarks>
public sealed class AnnealedImportanceSampling : AnnealingSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states without walls or with two finite walls shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), the energy has no gradient or another domain, the base does not fit
    /// the energy, or the inner sampler keeps something between steps.
    /// </exception>
    public AnnealedImportanceSampling(Energy energy, AnnealedImportanceSamplingOptions options)
        : base(energy, options, "Annealed importance sampling")
    {
    }

    private protected override int RunRows => Path.ScratchRows;

    private protected override int RunNumbers => 1 + Path.ScratchNumbers + NestedScratch.OwnNumbers;

    private protected override void Run(Device device, in ChainBlock block, ref BlockScratch scratch, Rows proposals,
        scoped NestedPlace place, scoped Span<double> logWeights)
    {
        int count = proposals.Count;
        Span<double> changes = scratch.Numbers(count).Doubles;
        NestedScratch moves = NestedScratch.Take(ref scratch, count, proposals.Width, Path.ScratchRows, Path.ScratchNumbers);
        Path.Draw(block.Noise, block.FirstChain, proposals);
        logWeights.Clear();
        for (int k = 1; k <= Path.Count; k++)
        {
            Path.Enter(k, proposals, place, changes);
            Path.Move(device, k, block, proposals, place, moves, block.FirstChain);
            for (int i = 0; i < count; i++)
            {
                logWeights[i] += changes[i];
                AnnealingTally tally = Tally(block, i);
                WeightSums.Add(tally.Changes(k), changes[i]);
                tally.AddMoves(k, Path.Steps, moves.Accepted[i]);
            }
        }
        for (int i = 0; i < count; i++)
            logWeights[i] += Path.BaseLogPartition;
    }
}
