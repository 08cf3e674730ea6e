using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class VarianceWindowsTests
{
    [Theory]
    [InlineData(1000, 75, new[] { 100, 150, 250, 450, 950 })]
    [InlineData(500, 75, new[] { 100, 150, 250, 450 })]
    [InlineData(2000, 75, new[] { 100, 150, 250, 450, 850, 1950 })]
    [InlineData(160, 75, new[] { 100, 110 })]
    [InlineData(150, 75, new[] { 100 })]
    [InlineData(149, 22, new[] { 135 })]
    [InlineData(100, 15, new[] { 90 })]
    [InlineData(20, 3, new[] { 18 })]
    [InlineData(19, 0, new int[0])]
    [InlineData(0, 0, new int[0])]
    public void They_are_Stan_s(int steps, int start, int[] ends)
    {
        VarianceWindows windows = new(steps);
        Assert.Equal(start, windows.Start);
        Assert.Equal(ends, windows.Ends);
        Assert.Equal(ends, Enumerable.Range(0, steps + 1).Where(windows.IsEnd));
        IEnumerable<int> inside = ends.Length == 0 ? [] : Enumerable.Range(start + 1, ends[^1] - start);
        Assert.Equal(inside, Enumerable.Range(0, steps + 1).Where(windows.Contains));
    }
}
