using Joule.Compute;
using Joule.Evaluation;
using Joule.Samplers;
using Joule.Tests.Samplers;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class DrawRecorderTests
{
    [Fact]
    public void Draws_are_the_states_at_the_samples_of_the_schedule()
    {
        // A slope of −1 without noise: a number grows by 1 each step. Two steps of warm-up, then every third of nine steps.
        using Device device = Device.Cpu(2);
        SlopeEnergy energy = new(2, -1, -1000, 1000);
        using ChainLoop loop = new(device, energy, 3);
        Rows states = TestRows.Empty(3, 2);
        for (int i = 0; i < 6; i++)
            states.Span[i] = 100 * i;
        DrawRecorder recorder = new(3, 3, 2);
        ChainSchedule schedule = new() { WarmUp = 2, Steps = 9, Thinning = 3 };
        loop.Run(new Langevin(energy, new() { StepSize = 1, NoiseScale = 0 }), states, schedule,
            new RandomStream(1, RandomPurpose.User, 0), [recorder], null, 0, TestContext.Current.CancellationToken);
        Assert.Equal(3, recorder.Count);
        ChainDraws second = recorder.Draws(1);
        Assert.Equal((3, 3), (second.Chains, second.Draws));
        Assert.Equal([105, 108, 111, 305, 308, 311, 505, 508, 511], second.Values.ToArray());
        Assert.Equal([105f, 108, 111, 305, 308, 311, 505, 508, 511], recorder.Values(1));
        // The energy where the last gradient was taken: −(x₀ + x₁) one step before the draw.
        Assert.Equal(-(4 + 104), recorder.Energies()[0, 0]);
        Assert.Equal(-(410 + 510), recorder.Energies()[2, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => recorder.Draws(2));
    }

    [Fact]
    public void More_samples_than_room_and_more_numbers_than_memory_are_refused()
    {
        using Device device = Device.Cpu(1);
        SlopeEnergy energy = new(1, 1, -9, 9);
        using ChainLoop loop = new(device, energy, 1);
        DrawRecorder recorder = new(1, 2, 1);
        Assert.Contains("room for 2 draws", Assert.Throws<InvalidInputException>(() => loop.Run(
            new Langevin(energy, new()), TestRows.Empty(1, 1), new ChainSchedule { Steps = 3 }, new RandomStream(1, RandomPurpose.User, 0),
            [recorder], null, 0, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("too many to hold", Assert.Throws<InvalidInputException>(() => new DrawRecorder(100_000, 1_000_000, 1_000)).Message,
            StringComparison.Ordinal);
    }
}
