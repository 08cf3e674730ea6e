using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class StateNumbersTests
{
    [Fact]
    public void A_list_has_the_last_written_numbers_and_a_missing_one_is_named()
    {
        StateNumbers numbers = new();
        numbers.Set("b", 1, 2);
        numbers.Set("a");
        numbers.Set("b", 3, -0.0, double.NaN);
        Assert.Equal(["a", "b"], numbers.Names);
        Assert.Equal([3, -0.0, double.NaN], numbers["b"].ToArray());
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(numbers["b"][1]));
        Assert.True(numbers.Has("a") && !numbers.Has("c"));
        Assert.Contains("\"c\"", Assert.Throws<InvalidInputException>(() => numbers["c"].Length).Message, StringComparison.Ordinal);
        Assert.Contains("3 numbers instead of 2", Assert.Throws<InvalidInputException>(() => numbers.Of("b", 2).Length).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_not_written_again_are_removed_and_rewriting_allocates_nothing()
    {
        StateNumbers numbers = new();
        numbers.Set("a", 1, 2);
        numbers.Set("b", 1);
        numbers.Begin();
        numbers.Set("a", 3, 4);
        numbers.End();
        Assert.Equal(["a"], numbers.Names);
        long before = GC.GetAllocatedBytesForCurrentThread();
        numbers.Begin();
        numbers.Set("a", 5, 6);
        numbers.End();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([5, 6], numbers["a"].ToArray());
    }
}
