using Joule.Cli.Plots;
using Joule.States;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class StatePlaneTests
{
    private static readonly float[] A = [1, 2, 3, 4], B = [2, 0, 3, 6], C = [0, 0, 1, 4];

    [Fact]
    public void It_passes_through_the_three_states_and_keeps_their_distances()
    {
        StatePlane plane = new(A, B, C);
        float[][] states = [A, B, C];
        float[] found = new float[4];
        for (int i = 0; i < 3; i++)
        {
            plane.State((float)plane.States[i].X, (float)plane.States[i].Y, found);
            for (int k = 0; k < 4; k++)
                Assert.Equal(states[i][k], found[k], 1e-5);
            Assert.True(plane.Horizontal.Contains(plane.States[i].X) && plane.Vertical.Contains(plane.States[i].Y));
            for (int j = 0; j < i; j++)
            {
                double expected = Math.Sqrt(states[i].Zip(states[j], (x, y) => (double)(x - y) * (x - y)).Sum());
                Assert.Equal(expected, plane.States[i].Distance(plane.States[j]), 1e-9);
            }
        }
        Assert.Equal((0, 0, 0), (plane.States[0].X, plane.States[0].Y, plane.States[1].Y));
        Assert.True(plane.States[2].Y > 0);
    }

    [Fact]
    public void States_on_a_line_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new StatePlane(A, A, C));
        Assert.Throws<InvalidInputException>(() => new StatePlane(A, B, A));
        Assert.Throws<InvalidInputException>(() => new StatePlane([0, 0], [1, 1], [3, 3]));
    }

    [Fact]
    public void States_must_vary_continuously()
    {
        Assert.True(StatePlane.Fits(StateSpace.Box(new Shape(1, 2, 2), 0, 1)));
        Assert.False(StatePlane.Fits(StateSpace.Binary(new Shape(1, 2, 2))));
        Assert.False(StatePlane.Fits(StateSpace.Real(Shape.Vector(1))));
    }
}
