using Joule.Cli.Plots;
using Joule.Data;
using Joule.Energies;
using Joule.States;
using ScottPlot;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class PointMapTests
{
    [Fact]
    public void Standardised_states_are_drawn_in_the_units_of_their_source()
    {
        DataSets data = new DrawsDataOptions { Source = "banana", Count = 100 }.Open(new DataRequest(1, _ => { }));
        DrawsTransform transform = (DrawsTransform)data.Transform;
        PointMap map = PointMap.Of(transform, data.Train);
        float[] state = new float[2], back = new float[2];
        data.Train.Read(3, state);
        Coordinates place = map.Place(state);
        map.State((float)place.X, (float)place.Y, back);
        transform.ToSource(state);
        Assert.Equal(state[0], place.X, 1e-4);
        Assert.Equal(state[1], place.Y, 1e-4);
        data.Train.Read(3, state);
        Assert.Equal(state[0], back[0], 1e-5);
        Assert.Equal(state[1], back[1], 1e-5);
        Assert.Equal(Math.Log(transform.Deviations[0]) + Math.Log(transform.Deviations[1]), map.LogArea, 1e-12);
        Assert.Equal(place, map.Places(data.Train, 5)[3]);
        Assert.Equal(5, map.Places(data.Train, 5).Length);
    }

    [Fact]
    public void Only_two_continuous_numbers_are_points()
    {
        Assert.True(PointMap.Fits(StateSpace.Real(Shape.Vector(2))));
        Assert.False(PointMap.Fits(StateSpace.Real(Shape.Vector(3))));
        Assert.False(PointMap.Fits(StateSpace.Binary(Shape.Vector(2))));
    }
}
