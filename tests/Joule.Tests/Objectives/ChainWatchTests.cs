using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class ChainWatchTests
{
    [Fact]
    public void The_movement_is_the_median_of_the_first_chains()
    {
        using Device device = Device.Cpu(1);
        using ChainWatch watch = new(new NegativesContext(device, new GaussianEnergy(new float[4], [1, 1, 1, 1]), 20, 1));
        Assert.True(double.IsNaN(watch.Movement));
        Rows states = TestRows.Normal(20, 4, 1);
        device.Launch(watch.Before(states));
        // Chain i moves by i/10 in every number; the lower median of the first sixteen is the eighth.
        for (int i = 0; i < 20; i++)
            foreach (ref float x in states[i])
                x += i / 10f;
        device.Launch(watch.After(states));
        watch.BeginRead();
        Assert.Equal(0.7, watch.Movement, 1e-6);
        device.Launch(watch.Before(states.Slice(0, 1)), watch.After(states.Slice(0, 1)));
        watch.BeginRead();
        Assert.Equal(0, watch.Movement);
    }
}
