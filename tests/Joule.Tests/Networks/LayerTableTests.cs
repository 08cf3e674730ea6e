using Joule.Networks;
using Joule.Runs;
using Joule.States;
using Joule.Tests.Runs;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class LayerTableTests
{
    [Fact]
    public void Shapes_and_sizes_of_the_book_preset()
    {
        IReadOnlyList<LayerRow> rows = LayerTable.Of(new Shape(1, 32, 32), Presets.Load("book").Network().Layers);
        Assert.Equal([16 * 25 + 16, 32 * 16 * 9 + 32, 64 * 32 * 9 + 64, 64 * 64 * 9 + 64, 256 * 64 + 64, 64 + 1],
            rows.Where(r => r.Parameters > 0).Select(r => r.Parameters));
        Assert.Equal(new Shape(64, 2, 2), rows[7].Output);
        Assert.Equal(("conv", "dense", Shape.Vector(1)), (rows[0].Type, rows[^1].Type, rows[^1].Output));
    }
}
