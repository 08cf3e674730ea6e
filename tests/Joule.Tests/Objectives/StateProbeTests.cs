using Joule.Compute;
using Joule.Data;
using Joule.Objectives;
using Joule.States;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class StateProbeTests
{
    private static readonly Device Cpu = Device.Cpu(1);

    private static readonly StateProbe Probe = new(Cpu, StateSpace.Box(new Shape(1, 1, 4), -1, 1), 2);

    [Fact]
    public void Walls_are_the_excess_of_the_negatives_over_the_data()
    {
        Rows data = TestRows.Of(2, 4, -1, -1, -1, 0, -1, -1, 0, 1);
        Assert.Equal(0, Walls(Probe, data, data));
        // 5 of 8 pixels of the data are at the lower wall and 1 at the upper; of the negatives, 2 and 6.
        Assert.Equal(5.0 / 8, Walls(Probe, data, TestRows.Of(2, 4, 1, 1, 1, 1, 1, 1, -1, -0.95f)));
        Assert.Equal(3.0 / 8, Walls(Probe, data, TestRows.Of(2, 4, -1, -1, -1, -1, -1, -1, -1, -1)));
        // Fewer at both walls is fine: the figure is negative.
        Assert.True(Walls(Probe, data, TestRows.Of(2, 4, 0, 0, 0, 0, 0, 0, 0, 0)) < 0);
    }

    [Fact]
    public void Variety_compares_distances_of_neighbours()
    {
        Rows data = TestRows.Of(4, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
        Assert.Equal(1, Variety(Probe, data, data));
        Assert.Equal(0.5, Variety(Probe, data, TestRows.Of(4, 4, 0, 0, 0, 0, 0, 0.5f, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0.5f)), 1e-12);
        Assert.Equal(0, Variety(Probe, data, TestRows.Of(4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)));
    }

    [Fact]
    public void Without_walls_no_state_is_at_a_wall_and_differences_are_relative_to_the_width()
    {
        StateProbe real = new(Cpu, StateSpace.Real(Shape.Vector(4)), 2);
        Rows data = TestRows.Of(4, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
        Assert.Equal(0, Walls(real, data, TestRows.Of(4, 4, 1e9f, 1e9f, 1e9f, 1e9f, 1, 1, 1, 1, -1e9f, 1, 1, 1, 1, 1, 1, 1)));
        Assert.Equal(1, Variety(real, data, data));
        // A difference of 1 in one of four numbers is a half in root mean square: negligible in states 100 wide.
        Assert.True(double.IsNaN(Variety(new StateProbe(Cpu, StateSpace.Real(Shape.Vector(4)), 100), data, data)));
        Rows ones = TestRows.Of(4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        Assert.Equal(0, Walls(new StateProbe(Cpu, StateSpace.Binary(Shape.Vector(4)), 1), data, ones));
    }

    [Fact]
    public void Variety_is_unknown_where_the_data_are_alike_or_alone()
    {
        Rows alike = TestRows.Of(2, 4, 1, 1, 1, 1, 1, 1, 1, 1), other = TestRows.Of(2, 4, 0, 0, 0, 0, 1, 1, 1, 1);
        Assert.True(double.IsNaN(Variety(Probe, alike, other)));
        Assert.True(double.IsNaN(Variety(Probe, other.Slice(0, 1), other.Slice(1, 1))));
    }

    [Fact]
    public void Samples_are_compared_with_images_of_the_two_halves()
    {
        // Neighbours in the file are alike, as if it were sorted. Images 0 and 2, and 1 and 3, are pairs, at distances 2 and 4 in a domain
        // of width 2.
        ImageSet images = ImageSet.FromBytes("four", 1, 1, 4, [0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
        ImageStateSet Data(int count) => new(images.Slice(0, count), new ImageTransform { Low = -1, High = 1 });
        Rows samples = TestRows.Of(4, 4, 0, 0, 0, 0, 1, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, 0.5f);
        (double variety, double difference) = StateProbe.Compare(samples, Data(4), 2, 64);
        Assert.Equal(1 / 2.0, variety, 1e-12);
        Assert.Equal(2 / Math.Sqrt(4) / 2, difference, 1e-12);
        Assert.True(double.IsNaN(StateProbe.Compare(samples.Slice(0, 1), Data(4), 2, 64).Variety));
        Assert.True(double.IsNaN(StateProbe.Compare(samples, Data(2), 2, 64).Variety));
        Assert.True(double.IsNaN(StateProbe.Compare(samples, Data(1), 2, 64).Difference));
    }

    private static double Walls(StateProbe probe, Rows data, Rows negatives) => Look(probe, data, negatives).Walls;

    private static double Variety(StateProbe probe, Rows data, Rows negatives) => Look(probe, data, negatives).Variety;

    private static StateProbe Look(StateProbe probe, Rows data, Rows negatives)
    {
        List<DeviceProgram> programs = [];
        probe.AddPrograms(data, negatives, programs);
        Cpu.Launch([.. programs]);
        probe.BeginRead();
        probe.Read();
        return probe;
    }
}
