using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class MedianDistanceTests
{
    [Fact]
    public void Of_three_points_it_is_the_middle_distance_and_of_four_the_mean_of_both()
    {
        Assert.Equal(4, MedianDistance.Of(TestRows.Of(3, 2, 0, 0, 3, 0, 0, 4)));
        // Distances on a line of 0, 1, 3, 7: 1, 2, 3, 4, 6, 7.
        Assert.Equal(3.5, MedianDistance.Of(TestRows.Of(4, 1, 0, 7, 1, 3)));
        Assert.Equal(2, MedianDistance.Of(TestRows.Of(2, 1, 5, 3)));
        Assert.Equal(0, MedianDistance.Of(TestRows.Of(1, 1, 5)));
        Assert.Equal(0, MedianDistance.Of(TestRows.Of(3, 1, 5, 5, 5)));
    }

    [Fact]
    public void Of_many_states_it_is_that_of_a_part_spread_over_all()
    {
        Rows all = TestRows.Normal(1024, 3, 5), half = TestRows.Empty(512, 3);
        for (int i = 0; i < 512; i++)
            all[2 * i].CopyTo(half[i]);
        Assert.Equal(MedianDistance.Of(half), MedianDistance.Of(all));
        Assert.NotEqual(MedianDistance.Of(all), MedianDistance.Of(all.Slice(0, 512)));
    }

    [Fact]
    public void Selection_finds_what_sorting_would()
    {
        for (int n = 1; n <= 40; n++)
        {
            float[] values = TestRows.Normal(1, n, (ulong)n).Span.ToArray();
            for (int i = 0; i < n && n % 2 == 0; i++)
                values[i] = MathF.Round(values[i]);
            float[] sorted = [.. values.Order()];
            for (int index = 0; index < n; index++)
            {
                float[] copy = [.. values];
                Assert.Equal(sorted[index], MedianDistance.Select(copy, index));
                Assert.All(copy[..index], value => Assert.True(value <= sorted[index]));
            }
        }
    }

    [Fact]
    public void Not_a_number_ends()
    {
        Rows states = TestRows.Normal(50, 2, 5);
        foreach (int bad in new[] { 0, 24, 25, 49 })
        {
            states[bad][1] = float.NaN;
            _ = MedianDistance.Of(states);
        }
        states.Span.Fill(float.NaN);
        Assert.True(double.IsNaN(MedianDistance.Of(states)));
    }
}
