using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class ChainLagTests
{
    [Fact]
    public void A_planted_lag_is_measured_in_nats_and_in_spreads()
    {
        using ChainLag lag = new();
        Assert.Equal((0, 0), (lag.Nats, lag.Spreads));
        for (int update = 0; update < 300; update++)
            lag.Add([0.5f, 0.7f, 0.1f, 0.2f], [20, 100, 101, 4000], 100, 0.25);
        // Young: 0.6 on average; older ones: 0.15.
        Assert.Equal(0.45, lag.Nats, 1e-5);
        Assert.Equal(1.8, lag.Spreads, 1e-5);
    }

    [Fact]
    public void Means_are_over_chains_so_that_an_update_without_young_ones_counts_nothing()
    {
        using ChainLag lag = new();
        lag.Add([1, 1], [500, 600], 100, 0.1);
        Assert.Equal(0, lag.Nats);
        lag.Add([5, 1], [20, 600], 100, 0.1);
        lag.Add([1, 1], [500, 600], 100, 0.1);
        Assert.Equal(4, lag.Nats, 1e-5);
        Assert.Equal(40, lag.Spreads, 1e-4);
    }

    [Fact]
    public void Recent_updates_count_most()
    {
        using ChainLag lag = new();
        for (int update = 0; update < 2000; update++)
            lag.Add([0, 0], [20, 600], 100, 1);
        for (int update = 0; update < ChainLag.Window; update++)
            lag.Add([1, 0], [20, 600], 100, 1);
        // The share of the last hundred of a geometric series with ratio 1 - 1/100.
        Assert.Equal(1 - Math.Pow(1 - 1.0 / ChainLag.Window, ChainLag.Window), lag.Nats, 1e-4);
    }

    [Fact]
    public void Energies_that_hardly_spread_are_divided_by_a_hundredth_of_a_nat()
    {
        using ChainLag lag = new();
        lag.Add([0.1f, 0], [20, 600], 100, 1e-6);
        Assert.Equal(10, lag.Spreads, 1e-4);
    }

    [Fact]
    public void Its_memory_is_its_whole_state()
    {
        using ChainLag first = new(), second = new();
        first.Add([1, 0.25f], [20, 600], 100, 0.5);
        float[] words = new float[first.State.Length];
        first.State.Read(words);
        second.State.Write(words);
        foreach (ChainLag lag in (ChainLag[])[first, second])
            lag.Add([2, 0.5f], [20, 600], 100, 0.75);
        Assert.Equal((first.Nats, first.Spreads), (second.Nats, second.Spreads));
        Assert.Throws<ArgumentException>(() => first.Add([1], [20, 600], 100, 0.5));
    }
}
