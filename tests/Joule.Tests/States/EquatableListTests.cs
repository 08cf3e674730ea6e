using Joule.States;
using Xunit;

namespace Joule.Tests.States;

public sealed class EquatableListTests
{
    [Fact]
    public void Lists_are_equal_if_their_items_are_equal_in_order()
    {
        EquatableList<int> list = new([1, 2]);
        Assert.True(list.Equals(new EquatableList<int>([1, 2])));
        Assert.Equal(list.GetHashCode(), new EquatableList<int>([1, 2]).GetHashCode());
        Assert.False(list.Equals(new EquatableList<int>([2, 1])));
        Assert.False(list.Equals(new EquatableList<int>([1, 2, 3])));
        Assert.False(list.Equals(null));
    }

    [Fact]
    public void It_is_a_copy()
    {
        int[] items = [1, 2];
        EquatableList<int> list = new(items);
        items[0] = 9;
        Assert.Equal((1, 2), (list[0], list.Count));
    }
}
