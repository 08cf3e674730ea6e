using Joule.Cli.Plots;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class DrawnChainsTests
{
    [Fact]
    public void The_worst_parameters_come_first_and_their_number_is_said()
    {
        DrawnChains chains = MadeUpChains.Of(4, 50, new Energies.GaussianOptions { Dimensions = 14 }.Create(),
            (chain, draw, number) => MadeUpChains.Independent(chain, draw, number) + 0.06f * chain * number);
        Assert.Equal(Rhats(chains).OrderDescending(), Rhats(chains));
        Assert.Equal(chains.All.Max(p => p.Rhat), Rhats(chains)[0]);
        Assert.Equal(12, chains.Parameters.Count);
        Assert.Equal("12 of 14 parameters, highest R-hat first; 4 chains of 50 draws", chains.Summary);
        Assert.Matches("^R-hat [0-9]+[.][0-9]{3}, bulk ESS [0-9]+$", chains.Heading(13).Figures);
        Assert.True(chains.KnowsMeans);
        Assert.Equal((0.0, 1.0), (chains.TrueMean(3), chains.TrueDeviation(3)));
    }

    private static double[] Rhats(DrawnChains chains) => [.. chains.Parameters.Select(i => chains.All[i].Rhat)];

    [Fact]
    public void Constant_parameters_are_left_out_unless_all_are_constant()
    {
        DrawnChains some = MadeUpChains.Of(2, 5, new Energies.GaussianOptions { Dimensions = 3 }.Create(),
            (chain, draw, number) => number == 1 ? 7 : draw * (number + 1) - chain);
        Assert.Equal([0, 2], some.Free);
        Assert.Equal([0, 2], some.Parameters.Order());
        DrawnChains none = MadeUpChains.Of(2, 5, new Energies.GaussianOptions { Dimensions = 3 }.Create(), (_, _, _) => 7);
        Assert.Empty(none.Free);
        Assert.Equal([0, 1, 2], none.Parameters);
        Assert.Equal("3 parameters; 2 chains of 5 draws", none.Summary);
        Assert.Equal("", none.Heading(0).Figures);
    }

    [Fact]
    public void Of_many_chains_the_first_are_shown()
    {
        DrawnChains chains = MadeUpChains.Normal(1000, 3, 1);
        Assert.Equal(16, chains.Chains);
        Assert.Equal("1 parameter; the first 16 of 1,000 chains of 3 draws", chains.Summary);
    }

    [Fact]
    public void Walls_are_those_of_the_space()
    {
        DrawnChains chains = MadeUpChains.Of(1, 2, new MadeUpChains.Plane((x, y) => x + y, -1, 3), (_, draw, _) => draw);
        Assert.Equal((-1.0, 3.0), chains.Walls(1));
        Assert.Null(chains.TrueMean(0));
        Assert.False(chains.KnowsMeans);
    }
}
