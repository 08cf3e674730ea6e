using Joule.Compute;
using Joule.Networks;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

[Collection(AloneCollection.Name)]
public sealed class TemperedContrastiveDivergenceTests
{
    private static readonly TemperedContrastiveDivergenceOptions Options = new() { Slots = 24, Steps = 2, Replicas = 3, FreshShare = 0.1f };

    [Fact]
    public void Replicas_persist_exactly_and_are_part_of_the_state()
    {
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        using Trainer whole = New(one), first = New(one), second = New(two), third = New(one);
        using Snapshot snapshot = new(first);
        TrainingFigures[] expected = SnapshotTests.Steps(whole, 12);
        SnapshotTests.Steps(first, 5);
        snapshot.Capture();
        snapshot.Restore(second);
        Assert.Equal(expected[5..], SnapshotTests.Steps(second, 7));
        string[] replicas = [.. first.Objective.State.Select(s => s.Name).Where(n => n.Contains("replica_", StringComparison.Ordinal))];
        Assert.Equal(["buffer.replica_1", "buffer.replica_2"], replicas);
        // Without one of them, the training goes another way.
        snapshot.Restore(third);
        StateMemory replica = third.Objective.State.Single(s => s.Name == "buffer.replica_2");
        replica.Write(new float[replica.Length]);
        Assert.NotEqual(expected[5..], SnapshotTests.Steps(third, 7));
    }

    [Fact]
    public void It_is_contrastive_divergence_with_the_sampler_tempering()
    {
        ContrastiveDivergenceOptions same = Options.Contrastive();
        BufferNegativesOptions negatives = Assert.IsType<BufferNegativesOptions>(same.Negatives);
        ParallelTemperingOptions sampler = Assert.IsType<ParallelTemperingOptions>(negatives.Sampler);
        Assert.Equal((24, 2, 3, 10.0), (negatives.Slots, negatives.Steps, sampler.Replicas, sampler.Hottest));
        Assert.Equal(same.ListFigures(), Options.ListFigures());
        Assert.Equal("tempering step", Options.ListChains().Sampler.StepName());
        List<string> problems = [];
        Options.ValidateBatch(100, problems);
        Assert.Contains("objective.slots is 24", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static Trainer New(Device device)
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => (float[])[i % 2 == 0 ? -2 : 2, MathF.Sin(i)])];
        ArrayStates data = new("two places", StateSpace.Real(Shape.Vector(2)), rows);
        return new Trainer(new TrainerSetup(device, () => TrainerTests.Network(device, data.Space,
            [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]), data, data, Options,
            new TrainingOptions { Batch = 16 }, 3));
    }
}
