using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class MixedNegativesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 3)]
    [InlineData(1, 6)]
    public void The_first_chains_start_from_the_data_and_the_others_from_fresh_noise(double share, int fromData)
    {
        using Device device = Device.Cpu(2);
        using TinyEnergy energy = new(device, StateSpace.Real(Shape.Vector(3)), 1);
        NegativesContext context = new(device, energy, 6, 4);
        using Negatives mixed = new MixedNegativesOptions { Steps = 0, DataShare = share }.Create(context);
        using Negatives noise = new NoiseNegativesOptions { Steps = 0 }.Create(context);
        Rows data = TestRows.Normal(6, 3, 1), found = TestRows.Empty(6, 3), fresh = TestRows.Empty(6, 3);
        mixed.Draw(7, data, found, TestContext.Current.CancellationToken);
        noise.Draw(7, data, fresh, TestContext.Current.CancellationToken);
        for (int i = 0; i < 6; i++)
            Assert.Equal((i < fromData ? data : fresh)[i].ToArray(), found[i].ToArray());
        Assert.Equal((share == 1, share > 0), (mixed.StartsFromData, mixed.MustMove));
        Assert.Empty(mixed.State);
    }
}
