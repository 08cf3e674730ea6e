using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class LevelPoolTests
{
    [Fact]
    public void Equal_texts_share_a_code_and_codes_follow_the_first_appearance()
    {
        LevelPool pool = new(new LevelPool.Room());
        Assert.Equal([0, 1, 0, 2], ((string[])["b", "a", "b", ""]).Select(t => pool.Code(t)));
        Assert.Equal(["b", "a", ""], pool.Levels);
        Assert.False(pool.Overflows);
    }

    [Fact]
    public void Without_room_new_texts_share_one_code_and_columns_share_the_room()
    {
        LevelPool.Room room = new() { Left = 2 };
        LevelPool first = new(room), second = new(room);
        Assert.Equal(0, first.Code("a"));
        Assert.Equal(0, second.Code("b"));
        Assert.Equal([1, 1, 0], ((string[])["c", "d", "a"]).Select(t => first.Code(t)));
        Assert.Equal(["a", LevelPool.Others], first.Levels);
        Assert.Equal((true, false), (first.Overflows, second.Overflows));
    }
}
