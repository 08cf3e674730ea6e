using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageLayoutTests
{
    [Fact]
    public void Every_layout_is_found_by_its_name_in_any_case()
    {
        foreach (ImageLayout layout in Enum.GetValues<ImageLayout>())
        {
            Assert.Equal(layout, ImageLayouts.Find(layout.Name()));
            Assert.Equal(layout, ImageLayouts.Find($" {layout.Name().ToUpperInvariant()} "));
            Assert.Contains(layout.Name(), ImageLayouts.Names.Split(", "));
        }
        Assert.Null(ImageLayouts.Find("nhcw"));
        Assert.Null(ImageLayouts.Find(null));
        Assert.Null(ImageLayouts.Find("0"));
    }

    [Fact]
    public void Channels_are_last_in_two_layouts() => Assert.Equal([ImageLayout.Nhwc, ImageLayout.Hwc],
        Enum.GetValues<ImageLayout>().Where(l => l.IsChannelsLast()));
}
