using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class DrawnStatesTests
{
    [Fact]
    public void A_set_holds_the_draws_of_its_chains_each_time_it_is_read()
    {
        PinwheelEnergy energy = new();
        DrawnStates set = new(energy, 5, new RandomStream(7, RandomPurpose.User, 2), "pinwheel");
        float[] state = new float[2], again = new float[2], expected = new float[2];
        set.Read(4, state);
        set.Read(1, again);
        set.Read(4, again);
        energy.Sample(new RandomStream(7, RandomPurpose.User, 2), 4, expected);
        Assert.Equal(expected, state);
        Assert.Equal(expected, again);
        Assert.Equal(["x", "y"], set.ColumnNames!);
        Assert.Equal((5, "pinwheel", energy.Space), (set.Count, set.Name, set.Space));
        Assert.Equal(StatePicture.Point, set.Space.Picture);
    }

    [Fact]
    public void Sets_without_states_and_states_outside_are_refused()
    {
        PinwheelEnergy energy = new();
        Assert.Throws<InvalidInputException>(() => new DrawnStates(energy, 0, default, "none"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnStates(energy, 1, default, "one").Read(1, new float[2]));
    }
}
