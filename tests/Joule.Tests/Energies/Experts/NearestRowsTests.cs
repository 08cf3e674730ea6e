using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class NearestRowsTests
{
    [Fact]
    public void The_nearest_rows_are_kept_in_order_and_the_first_of_equals_first()
    {
        NearestRows nearest = new(4);
        nearest.Clear(3);
        Assert.Equal((0, double.PositiveInfinity), (nearest.Mean, nearest.Worst));
        (int Row, double Distance)[] rows = [(1, 5), (2, 2), (3, 5), (4, 2), (5, 5), (6, 9), (7, 1)];
        foreach ((int row, double distance) in rows)
            nearest.Add(row, distance);
        Assert.Equal([7, 2, 4], nearest.Rows.ToArray());
        Assert.Equal([1, 2, 2], nearest.Distances.ToArray());
        Assert.Equal((5 / 3.0, 2), (nearest.Mean, nearest.Worst));
    }

    [Fact]
    public void Too_few_rows_are_all_kept_and_none_where_none_is_wanted()
    {
        NearestRows nearest = new(4);
        nearest.Clear(4);
        nearest.Add(8, 3);
        nearest.Add(9, 1);
        Assert.Equal((2, 2, double.PositiveInfinity), (nearest.Count, nearest.Mean, nearest.Worst));
        nearest.Clear(0);
        nearest.Add(8, 3);
        Assert.Equal((0, 0), (nearest.Count, nearest.Mean));
    }

    [Fact]
    public void Distances_of_a_point_that_is_not_a_number_reach_the_mean()
    {
        NearestRows nearest = new(2);
        nearest.Clear(2);
        for (int row = 0; row < 4; row++)
            nearest.Add(row, double.NaN);
        Assert.Equal(double.NaN, nearest.Mean);
    }
}
