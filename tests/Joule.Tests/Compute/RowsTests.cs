using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class RowsTests
{
    [Fact]
    public void Slices_and_reshaped_rows_are_views_of_the_same_memory()
    {
        Rows rows = TestRows.Of(3, 2, 1, 2, 3, 4, 5, 6);
        Assert.Equal([3f, 4, 5, 6], rows.Slice(1, 2).Span.ToArray());
        Assert.Equal([4f, 5, 6], rows.Reshape(2, 3)[1].ToArray());
        rows.Slice(2, 1)[0][1] = 9;
        Assert.Equal(9, rows.Reshape(1, 6)[0][5]);
        Assert.Equal(0, rows.Slice(3, 0).Length);
    }

    [Fact]
    public void Views_outside_the_memory_or_of_another_size_are_refused()
    {
        Rows rows = TestRows.Empty(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Slice(-1, 1));
        Assert.Throws<ArgumentException>(() => rows.Reshape(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rows(rows.Buffer, 1, 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rows(rows.Buffer, 0, int.MaxValue, int.MaxValue));
    }

    [Fact]
    public void Words_can_be_read_as_doubles_and_integers()
    {
        Rows rows = TestRows.Empty(2, 2);
        rows.Doubles[1] = Math.PI;
        Assert.Equal(Math.PI, rows.Slice(1, 1).Doubles[0]);
        rows.Integers[0] = -5;
        Assert.Equal(BitConverter.Int32BitsToSingle(-5), rows.Span[0]);
    }
}
