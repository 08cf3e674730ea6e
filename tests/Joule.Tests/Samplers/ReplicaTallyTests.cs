using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ReplicaTallyTests
{
    [Fact]
    public void A_round_trip_is_from_the_lowest_temperature_to_the_highest_and_back()
    {
        const int replicas = 3;
        double[] tallies = new double[2 * ReplicaTally.Numbers(replicas)], origins = new double[2 * ReplicaTally.Origins(replicas)];
        ReplicaTally.Start(origins, 2, replicas);
        ReplicaTally tally = new(tallies, origins, replicas);
        // Chain 1: the lowest state goes up and comes back. The one that was highest comes down first: half a trip.
        int[] exchanges = [0, 1, 0, 1, 0];
        double[] trips = [0, 0, 0, 0, 1];
        for (int s = 0; s < exchanges.Length; s++)
        {
            tally.Offer(1, exchanges[s], Math.Log(0.25), accepted: true);
            tally.Offer(1, 1 - exchanges[s], 0.5, accepted: false);
            tally.Visit(0);
            tally.Visit(1);
            Assert.Equal(trips[s], tallies[^1]);
        }
        Assert.Equal(0, tallies[ReplicaTally.Numbers(replicas) - 1]);
    }

    [Fact]
    public void Rejections_exchanges_and_acceptance_are_shares()
    {
        const int replicas = 2;
        double[] tallies = new double[ReplicaTally.Numbers(replicas)], origins = new double[replicas];
        ReplicaTally tally = new(tallies, origins, replicas);
        tally.Offer(0, 0, Math.Log(0.25), accepted: false);
        tally.Offer(0, 0, 1, accepted: true);
        tally.Count(0, 0, 1);
        tally.Count(0, 0, 0);
        tally.Count(0, 1, 1);
        ReplicaTally.Sums sums = new(tallies, replicas - 1);
        Assert.Equal(0.375, sums.Rejection[0], 1e-12);
        Assert.Equal(0.5, sums.Exchanged);
        Assert.Equal([0.5, 1.0], sums.Acceptance);
        Assert.Contains(sums.Figures([1, 4]), f => f.Text == "exchanges accepted 0.5, temperatures 1, 4");
    }
}
