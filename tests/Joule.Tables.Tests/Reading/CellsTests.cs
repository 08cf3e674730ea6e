using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class CellsTests
{
    [Fact]
    public void Cells_of_all_blocks_come_back_in_order()
    {
        Cells<int> cells = new();
        Assert.Empty(cells.ToArray());
        for (int i = 0; i < 200_000; i++)
            cells.Add(i);
        cells.Add(-1, 3);
        Assert.Equal(200_003, cells.Count);
        Assert.Equal(Enumerable.Range(0, 200_000).Concat([-1, -1, -1]), cells.ToArray());
    }
}
