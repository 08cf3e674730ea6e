using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class PlanBuilderTests
{
    [Fact]
    public void Parameters_are_stored_one_after_the_other()
    {
        PlanBuilder builder = new(Shape.Vector(4));
        Assert.Equal(0, builder.AddParameter("a", [2, 3], 3, 2));
        Assert.Equal(6, builder.AddParameter("b", [5], 1, 1));
        Assert.Equal(11, builder.ParameterLength);
    }

    [Fact]
    public void A_value_may_be_overwritten_until_it_is_held()
    {
        PlanBuilder builder = new(Shape.Vector(4));
        Assert.False(builder.MayOverwrite(0)); // the state belongs to the caller
        int value = builder.NewValue(new Shape(2, 3, 4));
        Assert.True(builder.MayOverwrite(value));
        builder.Hold(value);
        Assert.False(builder.MayOverwrite(value));
        Assert.Equal(new Shape(2, 3, 4), builder.ShapeOf(value));
    }

    [Fact]
    public void Sizes_without_bound_are_refused_even_where_products_overflow()
    {
        PlanBuilder builder = new(Shape.Vector(4), mostParameters: 100);
        builder.AddParameter("a", [10, 10], 1, 1);
        Assert.Contains("100", Assert.Throws<InvalidInputException>(() => builder.AddParameter("b", [1], 1, 1)).Message,
            StringComparison.Ordinal);
        PlanBuilder open = new(Shape.Vector(4));
        Assert.Throws<InvalidInputException>(
            () => open.AddParameter("c", [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue], 1, 1));
        Assert.Throws<InvalidInputException>(() => open.NewValue(new Shape(int.MaxValue, int.MaxValue, int.MaxValue)));
        open.NewValue(new Shape(1 << 24, 1, 1));
        Assert.Throws<InvalidInputException>(() => open.NewValue(new Shape(1 << 24, 1, 1)));
    }

    [Fact]
    public void Tables_of_all_operations_count_together()
    {
        PlanBuilder builder = new(Shape.Vector(4));
        builder.CountTables(1 << 20);
        builder.CountTables(1 << 20);
        Assert.Throws<InvalidInputException>(() => builder.CountTables(1));
    }
}
