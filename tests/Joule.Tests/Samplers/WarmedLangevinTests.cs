using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class WarmedLangevinTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    [Fact]
    public void The_temperature_is_0_then_rises_linearly_and_stays()
    {
        WarmedLangevinOptions options = new() { StepSize = 0.25f, Temperature = 3, RiseStart = 0.5f, RiseEnd = 1.25f };
        Assert.Equal([0.0, 0, 0, 1, 2, 3, 3], Enumerable.Range(0, 7).Select(s => Math.Round(options.TemperatureAt(s), 6)));
        Assert.Equal([0.0, 3], new[] { 1L, 2 }.Select(s => (options with { RiseEnd = 0.5f }).TemperatureAt(s)));
        Assert.Equal(3, (options with { RiseStart = 0, RiseEnd = 0 }).TemperatureAt(0));
        List<string> problems = [];
        OptionsCheck.Add(new WarmedLangevinOptions { RiseStart = 2 }, problems, "");
        Assert.Contains("rise_end", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_step_is_a_Langevin_step_of_its_temperature_bit_for_bit()
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 50);
        Rows warmed = TestRows.Normal(50, 21, 4), steps = TestRows.Normal(50, 21, 4);
        WarmedLangevinOptions options = new() { StepSize = 0.02f, Temperature = 0.5f, RiseStart = 0.05f, RiseEnd = 0.12f };
        CancellationToken token = TestContext.Current.CancellationToken;
        loop.Run(options.Create(energy), warmed, 10, Noise, 0, token);
        for (int s = 0; s < 10; s++)
        {
            float noise = (float)Math.Sqrt(2 * options.StepSize * options.TemperatureAt(s));
            loop.Run(new Langevin(energy, new() { StepSize = 0.02f, NoiseScale = noise }), steps, 1, Noise, (ulong)s, token);
        }
        Assert.True(TestRows.SameBits(steps.Span, warmed.Span));
    }
}
