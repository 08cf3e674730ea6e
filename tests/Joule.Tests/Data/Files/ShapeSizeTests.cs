using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ShapeSizeTests
{
    [Fact]
    public void Sizes_are_exact_or_the_largest_number_but_never_wrap_around()
    {
        Assert.Equal((UInt128)1, ShapeSize.Of([]));
        Assert.Equal((UInt128)24, ShapeSize.Of([2, 3, 4]));
        Assert.Equal((UInt128)0, ShapeSize.Of([int.MaxValue, 0, int.MaxValue]));
        Assert.Equal((UInt128)int.MaxValue * int.MaxValue, ShapeSize.Of([int.MaxValue, int.MaxValue]));
        Assert.Equal(UInt128.MaxValue, ShapeSize.Of([1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30]));
        Assert.Equal(UInt128.MaxValue, ShapeSize.Of([2, -1]));
    }

    [Theory]
    [InlineData(new int[0], 1, true)]
    [InlineData(new[] { 2, 3 }, 6, true)]
    [InlineData(new[] { 2, 3 }, 12, false)]
    [InlineData(new[] { 2, 3 }, 5, false)]
    [InlineData(new[] { 0, 1 << 30 }, 0, true)]
    [InlineData(new[] { 0, 3 }, 3, false)]
    [InlineData(new[] { -2, -3 }, 6, false)]
    [InlineData(new[] { 1 << 16, 1 << 16, 1 << 16, 1 << 16 }, 0, false)] // 2⁶⁴ is 0 in 64 bits
    public void A_shape_holds_exactly_its_product(int[] shape, long values, bool expected) =>
        Assert.Equal(expected, ShapeSize.Is(shape, values));
}
