namespace Joule.Samplers;

/// <summary>
/// What annealing runs of chains did since the warm-up, in float64 numbers of each chain: the sums of their weights, and for every β the
/// sums of the changes of weights of single states, and how many moves the inner sampler made and how many were accepted.
/// </summary>
internal readonly ref struct AnnealingTally(Span<double> numbers)
{
    /// <summary>The name of the kept part that holds the tallies.</summary>
    public const string PartName = "weights";

    private const int OfRung = WeightSums.Numbers + 2;

    private readonly Span<double> _numbers = numbers;

    /// <summary>Numbers of each chain.</summary>
    public static int Numbers(int rungs) => WeightSums.Numbers + rungs * OfRung;

    /// <summary>The sums of the weights of runs.</summary>
    public Span<double> Weights => _numbers[..WeightSums.Numbers];

    /// <summary>The sums of the changes of weights at βₖ, k from 1.</summary>
    public Span<double> Changes(int rung) => _numbers.Slice(WeightSums.Numbers + (rung - 1) * OfRung, WeightSums.Numbers);

    /// <summary>Takes note of moves at βₖ.</summary>
    public void AddMoves(int rung, double moves, double accepted)
    {
        Span<double> counts = _numbers.Slice(WeightSums.Numbers + (rung - 1) * OfRung + WeightSums.Numbers, 2);
        (counts[0], counts[1]) = (counts[0] + moves, counts[1] + accepted);
    }

    /// <summary>The accepted share of moves at βₖ; NaN without moves.</summary>
    public double Acceptance(int rung)
    {
        Span<double> counts = _numbers.Slice(WeightSums.Numbers + (rung - 1) * OfRung + WeightSums.Numbers, 2);
        return counts[1] / counts[0];
    }

    /// <summary>The accepted share of all moves; NaN without moves.</summary>
    public double Acceptance()
    {
        double moves = 0, accepted = 0;
        for (int at = WeightSums.Numbers; at < _numbers.Length; at += OfRung)
            (moves, accepted) = (moves + _numbers[at + WeightSums.Numbers], accepted + _numbers[at + WeightSums.Numbers + 1]);
        return accepted / moves;
    }

    /// <summary>The tally of one chain.</summary>
    public static AnnealingTally Of(in ChainBlock block, int part, int chain, int rungs) =>
        new(block.Kept(part).Doubles.Slice(chain * Numbers(rungs), Numbers(rungs)));

    /// <summary>The tallies of all chains together.</summary>
    public static AnnealingTally Of(ChainMemory memory, int rungs)
    {
        double[] all = memory.ReadNumbers(PartName);
        int length = Numbers(rungs);
        AnnealingTally sum = new(new double[length]);
        for (int start = 0; start < all.Length; start += length)
        {
            AnnealingTally one = new(all.AsSpan(start, length));
            WeightSums.Add(sum.Weights, one.Weights);
            for (int k = 1; k <= rungs; k++)
            {
                WeightSums.Add(sum.Changes(k), one.Changes(k));
                Span<double> moves = one._numbers.Slice(WeightSums.Numbers + (k - 1) * OfRung + WeightSums.Numbers, 2);
                sum.AddMoves(k, moves[0], moves[1]);
            }
        }
        return sum;
    }
}
