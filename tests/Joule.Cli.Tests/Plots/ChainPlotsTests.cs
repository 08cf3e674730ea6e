using Joule.Cli.Plots;
using Joule.Compute;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class ChainPlotsTests
{
    [Theory]
    [InlineData(2, new[] { "traces.png", "ranks.png", "landscape.png" })]
    [InlineData(3, new[] { "traces.png", "ranks.png" })]
    public void The_pictures_that_fit_are_written_as_PNG(int width, string[] expected)
    {
        using TemporaryFolder folder = new();
        using Device device = Device.Cpu(1);
        Assert.Equal(expected, ChainPlots.Write(folder.Path, MadeUpChains.Normal(2, 20, width), device));
        Assert.Equal(expected.Order(), Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.All(expected, name => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder.File(name))[..4]));
    }
}
