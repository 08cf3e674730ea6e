using Joule.Compute;
using Joule.States;
using Xunit;

namespace Joule.Tests.States;

public sealed class StateWidthTests
{
    [Fact]
    public void With_walls_it_is_the_width_of_the_domain()
    {
        Assert.Equal(5, StateWidth.Of(Set(StateSpace.Box(Shape.Vector(2), -2, 3), [0, 0])));
        Assert.Equal(2, StateWidth.Of(Set(StateSpace.Spins(Shape.Vector(2)), [1, -1])));
    }

    [Fact]
    public void Without_walls_it_is_the_width_of_a_box_whose_noise_has_the_deviation_of_the_data()
    {
        // Deviations 2 and 4 about the means 3 and 104: the root of the mean of 4 and 16.
        StateSet set = Set(StateSpace.Real(Shape.Vector(2)), [1, 100], [5, 108]);
        Assert.Equal(Math.Sqrt(12 * 10), StateWidth.Of(set), 1e-12);
        // Uniform data on [−3, 4], so 7 wide: 3,000 numbers, of which 1,024 are read. The standard deviation of n uniform numbers has a
        // relative standard error of √0.2/√n.
        float[][] rows = [.. Enumerable.Range(0, 3000)
            .Select(i => (float[])[-3 + 7 * new RandomStream(1, RandomPurpose.User, 0).Uniform((uint)i, 0)])];
        Assert.Equal(7, StateWidth.Of(Set(StateSpace.Real(Shape.Vector(1)), rows)), 5 * 7 * Math.Sqrt(0.2 / 1024));
    }

    [Fact]
    public void It_is_1_if_all_states_are_equal() => Assert.Equal(1, StateWidth.Of(Set(StateSpace.Real(Shape.Vector(1)), [3], [3])));

    private static ArrayStates Set(StateSpace space, params float[][] rows) => new("made up", space, rows);
}
