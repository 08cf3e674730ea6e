using Joule.States;
using Xunit;

namespace Joule.Tests.States;

public sealed class ShapeTests
{
    [Fact]
    public void Length_is_the_product_and_a_vector_is_written_as_one_number()
    {
        Assert.Equal((24, "2×3×4"), (new Shape(2, 3, 4).Length, new Shape(2, 3, 4).ToString()));
        Assert.Equal((5, "5"), (Shape.Vector(5).Length, Shape.Vector(5).ToString()));
        Assert.Equal("1×1×5", new Shape(1, 1, 5).ToString());
    }
}
