using System.Globalization;

namespace Joule.Samplers;

/// <summary>
/// What replicas of chains did since the warm-up: how often each pair was offered an exchange, the sum of the chances that it was rejected,
/// how often it was made, and how many round trips states made. Of each chain it is a row of float64 numbers.
/// </summary>
internal readonly ref struct ReplicaTally(Span<double> tallies, Span<double> origins, int replicas)
{
    // Where a state has been last: nowhere, at the lowest temperature, at the highest after the lowest.
    private const double Cold = 1, Hot = 2;

    private readonly Span<double> _tallies = tallies;
    private readonly Span<double> _origins = origins;
    private readonly int _replicas = replicas;

    /// <summary>
    /// Numbers of a chain's tally: offers, rejections and exchanges of each pair; steps and accepted proposals of each replica; and round
    /// trips.
    /// </summary>
    public static int Numbers(int replicas) => 3 * (replicas - 1) + 2 * replicas + 1;

    /// <summary>Numbers of where each replica's state has been last.</summary>
    public static int Origins(int replicas) => replicas;

    /// <summary>Writes the origins of new chains.</summary>
    public static void Start(Span<double> origins, int chains, int replicas)
    {
        origins.Clear();
        for (int i = 0; i < chains; i++)
            origins[i * replicas] = Cold;
    }

    /// <summary>Takes note of an exchange that was offered.</summary>
    public void Offer(int chain, int pair, double logChance, bool accepted)
    {
        int pairs = _replicas - 1;
        Span<double> tally = _tallies.Slice(chain * Numbers(_replicas), Numbers(_replicas));
        tally[pair]++;
        tally[pairs + pair] += logChance >= 0 ? 0 : 1 - Math.Exp(logChance);
        if (!accepted)
            return;
        tally[2 * pairs + pair]++;
        Span<double> origin = _origins.Slice(chain * _replicas, _replicas);
        (origin[pair], origin[pair + 1]) = (origin[pair + 1], origin[pair]);
    }

    /// <summary>Takes note of a replica's step.</summary>
    public void Count(int chain, int replica, int accepted)
    {
        Span<double> steps = _tallies.Slice(chain * Numbers(_replicas) + 3 * (_replicas - 1), 2 * _replicas);
        steps[replica]++;
        steps[_replicas + replica] += accepted;
    }

    /// <summary>Looks at the ends of a chain's ladder after its exchanges.</summary>
    public void Visit(int chain)
    {
        Span<double> origin = _origins.Slice(chain * _replicas, _replicas);
        if (origin[^1] == Cold)
            origin[^1] = Hot;
        if (origin[0] == Hot)
            _tallies[(chain + 1) * Numbers(_replicas) - 1]++;
        origin[0] = Cold;
    }

    /// <summary>The sums over all chains.</summary>
    public static Sums Of(ChainMemory memory, int replicas)
    {
        double[] all = memory.ReadNumbers(PartName), sums = new double[Numbers(replicas)];
        for (int i = 0; i < all.Length; i++)
            sums[i % sums.Length] += all[i];
        return new Sums(sums, replicas - 1);
    }

    /// <summary>The name of the kept part that holds the tallies.</summary>
    public const string PartName = "exchanges";

    /// <summary>The tallies of all chains together.</summary>
    public sealed class Sums(double[] sums, int pairs)
    {
        /// <summary>The mean chance that each pair is rejected; 0 for one that was never offered.</summary>
        public double[] Rejection { get; } =
            [.. Enumerable.Range(0, pairs).Select(p => sums[p] > 0 ? sums[pairs + p] / sums[p] : 0)];

        /// <summary>Exchanges made, as a share of those offered.</summary>
        public double Exchanged { get; } = sums[..pairs].Sum() is > 0 and double offers ? sums[(2 * pairs)..(3 * pairs)].Sum() / offers : 0;

        /// <summary>The acceptance of each replica's proposals; null where there were none.</summary>
        public double?[] Acceptance { get; } = [.. Enumerable.Range(0, pairs + 1)
            .Select(k => sums[3 * pairs + k] is > 0 and double steps ? sums[4 * pairs + 1 + k] / steps : (double?)null)];

        /// <summary>Round trips of states.</summary>
        public double RoundTrips { get; } = sums[^1];

        /// <summary>The figures for readers.</summary>
        public IReadOnlyList<SamplerFigure> Figures(IReadOnlyList<double> factors)
        {
            string ladder = string.Join(", ", factors.Select(f => f.ToString("G3", CultureInfo.InvariantCulture)));
            double barrier = Rejection.Sum();
            return
            [
                new SamplerFigure("exchanges", Exchanged,
                    string.Create(CultureInfo.InvariantCulture, $"exchanges accepted {Exchanged:0.###}, temperatures {ladder}")),
                new SamplerFigure("round_trips", RoundTrips, string.Create(CultureInfo.InvariantCulture,
                    $"{Counted.Of((long)RoundTrips, "round trip")} between the temperatures")),
                new SamplerFigure("communication_barrier", barrier, string.Create(CultureInfo.InvariantCulture,
                    $"communication barrier {barrier:0.##}: at best a round trip every {2 + 2 * barrier:0.#} exchanges")),
            ];
        }
    }
}
