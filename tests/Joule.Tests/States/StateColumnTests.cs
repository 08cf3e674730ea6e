using Joule.States;
using Xunit;

namespace Joule.Tests.States;

public sealed class StateColumnTests
{
    [Fact]
    public void A_column_writes_its_numbers_alone()
    {
        StateColumn levels = new(1, 4, 2, "colour"), number = new(5, 2, 0, "age");
        float[] state = [9, 0, 0, 0, 1, 7, 1];
        Assert.Equal(3, levels.LevelOf(state));
        levels.SetLevel(state, 1);
        number.SetNumber(state, 2.5f);
        Assert.Equal([9, 0, 1, 0, 0, 2.5f, 0], state);
        Assert.Equal((1, true, false), (levels.LevelOf(state), levels.IsLevels, number.IsLevels));
        Assert.Equal([0, 1, 2], StateColumn.Single(StateSpace.Real(Shape.Vector(3))).Select(c => c.First));
    }
}
