using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class StateProbeTests
{
    private static readonly Device Cpu = Device.Cpu(1);

    private static readonly StateProbe Probe = new(Cpu, StateSpace.Box(new Shape(1, 1, 4), -1, 1));

    [Fact]
    public void Walls_are_what_the_negatives_have_more_than_the_data()
    {
        Rows data = TestRows.Of(2, 4, -1, -1, -1, 0, -1, -1, 0, 1);
        Assert.Equal(0, Probe.Walls(data, data));
        // 5 of 8 pixels of the data lie at the lower wall and 1 at the upper; of these, 2 and 6.
        Assert.Equal(5.0 / 8, Probe.Walls(data, TestRows.Of(2, 4, 1, 1, 1, 1, 1, 1, -1, -0.95f)));
        Assert.Equal(3.0 / 8, Probe.Walls(data, TestRows.Of(2, 4, -1, -1, -1, -1, -1, -1, -1, -1)));
        // Fewer at both walls is no fault.
        Assert.True(Probe.Walls(data, TestRows.Of(2, 4, 0, 0, 0, 0, 0, 0, 0, 0)) < 0);
    }

    [Fact]
    public void Variety_compares_distances_of_neighbours()
    {
        Rows data = TestRows.Of(4, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
        Assert.Equal(1, Probe.Variety(data, data));
        Assert.Equal(0.5, Probe.Variety(data, TestRows.Of(4, 4, 0, 0, 0, 0, 0, 0.5f, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0.5f)), 1e-12);
        Assert.Equal(0, Probe.Variety(data, TestRows.Of(4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)));
    }

    [Fact]
    public void Variety_is_unknown_where_the_data_are_alike_or_alone()
    {
        Rows alike = TestRows.Of(2, 4, 1, 1, 1, 1, 1, 1, 1, 1), other = TestRows.Of(2, 4, 0, 0, 0, 0, 1, 1, 1, 1);
        Assert.True(double.IsNaN(Probe.Variety(alike, other)));
        Assert.True(double.IsNaN(Probe.Variety(other.Slice(0, 1), other.Slice(1, 1))));
    }
}
