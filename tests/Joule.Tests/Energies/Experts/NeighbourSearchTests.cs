using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class NeighbourSearchTests
{
    [Theory]
    [InlineData(40, 6, 5)]
    [InlineData(1600, 20, 5)]
    [InlineData(2 * NeighbourSearch.Chunk + 700, 9, 5)]
    [InlineData(NeighbourSearch.Chunk + 1, 3, 64)]
    [InlineData(7, 2, 64)]
    public void The_nearest_rows_are_those_of_all_pairs(int rows, int width, int most) =>
        Check(Normal(rows, width, 1), Widths(rows), [.. Enumerable.Range(0, width).Where(c => c % 3 != 1)], Normal(40, width, 2), most);

    [Fact]
    public void Rows_at_the_same_distance_come_in_their_order()
    {
        // Whole numbers, so that most distances occur many times; 1,000 rows are the same.
        float[] rows = [.. Normal(3000, 3, 1).Select(v => MathF.Round(v))], points = [.. Normal(40, 3, 2).Select(v => MathF.Round(v))];
        rows.AsSpan(0, 3000).Clear();
        float[] ones = new float[3000];
        ones.AsSpan().Fill(1);
        Check(rows, ones, [0, 1, 2], points, 5);
    }

    [Theory]
    [InlineData(1e3f)]
    [InlineData(1e6f)]
    [InlineData(1e18f)]
    [InlineData(1e25f)]
    [InlineData(1e-25f)]
    public void Neither_cancellation_nor_overflow_hides_a_near_row(float scale)
    {
        // Rows around a point far from 0: squares of distances are lost in those of the numbers. Some rows and points lie elsewhere.
        float[] rows = [.. Normal(2100, 4, 1).Select((v, i) => i / 4 % 7 == 0 ? v : scale * (1 + v / 1000))];
        float[] points = [.. Normal(40, 4, 2).Select((v, i) => i / 4 % 5 == 0 ? v : scale * (1 + v / 1000))];
        Check(rows, Widths(2100), [0, 1, 2, 3], points, 5);
    }

    [Fact]
    public void What_is_found_does_not_depend_on_the_block()
    {
        float[] rows = Normal(1500, 8, 1), points = Normal(16, 8, 2);
        using NeighbourSearch search = new(rows, 8, [0, 2, 3, 5, 7], Widths(1500));
        using NeighbourWorkspace workspace = new(1500, 8, 5);
        search.Find(points, 16, 1500, 5, workspace);
        (int[], double[])[] all = [.. workspace.Nearest.Select(n => (n.Rows.ToArray(), n.Distances.ToArray()))];
        for (int i = 0; i < 16; i++)
        {
            search.Find(points.AsSpan(8 * i, 8), 1, 1500, 5, workspace);
            Assert.Equal(all[i].Item1, workspace.Nearest[0].Rows.ToArray());
            Assert.Equal(all[i].Item2, workspace.Nearest[0].Distances.ToArray());
        }
    }

    private static void Check(float[] rows, float[] widths, int[] columns, float[] points, int most)
    {
        int width = rows.Length / widths.Length, count = Math.Min(NeighbourSearch.Block, points.Length / width);
        using NeighbourSearch search = new(rows, width, columns, widths);
        using NeighbourWorkspace workspace = new(widths.Length, width, most);
        for (int start = 0; start + count <= points.Length / width; start += count)
        {
            search.Find(points.AsSpan(start * width), count, widths.Length, most, workspace);
            for (int i = 0; i < count; i++)
                Check(points.AsSpan((start + i) * width, width), -1, workspace.Nearest[i]);
        }
        // Rows themselves, which do not count, at both ends and across two parts.
        foreach (int start in (int[])[0, Math.Max(0, widths.Length / 2 - 7), Math.Max(0, widths.Length - count)])
        {
            int some = Math.Min(count, widths.Length - start);
            search.Find(rows.AsSpan(start * width), some, start, most, workspace);
            for (int i = 0; i < some; i++)
                Check(rows.AsSpan((start + i) * width, width), start + i, workspace.Nearest[i]);
        }

        void Check(ReadOnlySpan<float> point, int own, NearestRows found)
        {
            List<(double Distance, int Row)> all = [];
            for (int row = 0; row < widths.Length; row++)
            {
                double sum = 0;
                foreach (int c in columns)
                    sum += ((double)point[c] - rows[row * width + c]) * ((double)point[c] - rows[row * width + c]);
                if (row != own)
                    all.Add((Math.Sqrt(sum) / widths[row], row));
            }
            all.Sort();
            Assert.Equal(all.Take(most).Select(r => r.Row), found.Rows.ToArray());
            Assert.Equal(all.Take(most).Select(r => r.Distance), found.Distances.ToArray());
        }
    }

    private static float[] Normal(int rows, int width, ulong seed) => TestRows.Normal(rows, width, seed).Span.ToArray();

    // From 0.2 to 2, so that the nearest rows are not those at the smallest distances.
    private static float[] Widths(int rows) => [.. Enumerable.Range(0, rows).Select(i => 0.2f + 1.8f * (i * 37 % 101) / 100)];
}
