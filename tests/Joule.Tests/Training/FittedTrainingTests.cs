using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Samplers;
using Joule.Tests.Energies;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

/// <summary>Trainings of an energy that is fitted before its first update.</summary>
[Collection(AloneCollection.Name)]
public sealed class FittedTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_base_is_fitted_once_before_the_first_update_and_training_leaves_it_alone()
    {
        using Device device = Device.Cpu(2);
        using Trainer trainer = Make(device);
        ResidualEnergy energy = (ResidualEnergy)trainer.Energy;
        float[] before = device.Download(energy.Fitted);
        trainer.Fit(Token);
        float[] fitted = device.Download(energy.Fitted), weights = device.Download(energy.Parameters);
        Assert.NotEqual(before, fitted);
        Assert.Equal(fitted, device.Download(((ResidualEnergy)trainer.Model).Fitted));
        SnapshotTests.Steps(trainer, 5);
        Assert.Equal(fitted, device.Download(energy.Fitted));
        Assert.NotEqual(weights, device.Download(energy.Parameters));
    }

    [Fact]
    public void Another_trainer_goes_on_bit_for_bit_without_a_fit_of_its_own()
    {
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        using Trainer whole = Make(one), first = Make(one), second = Make(two);
        using Snapshot snapshot = new(first), end = new(whole), endOfSecond = new(second);
        TrainingFigures[] expected = SnapshotTests.Steps(whole, 9);
        SnapshotTests.Steps(first, 4);
        snapshot.Capture();
        snapshot.Restore(second);
        Assert.Equal(expected[4..], SnapshotTests.Steps(second, 5));
        end.Capture();
        endOfSecond.Capture();
        for (int i = 0; i < end.Layout.Count; i++)
            Assert.True(TestRows.SameBits(end.Words(i), endOfSecond.Words(i)), end.Layout[i].Name);
    }

    [Fact]
    public void A_cancelled_fit_is_made_again()
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = Make(device), other = Make(device);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(cancelled.Token));
        Assert.Equal(SnapshotTests.Steps(other, 2), SnapshotTests.Steps(trainer, 2));
    }

    [Fact]
    public void A_steady_update_allocates_nothing()
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = Make(device);
        CancellationToken token = Token;
        for (int i = 0; i < 3; i++)
            trainer.Step(token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            trainer.Step(token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Denoising_beside_an_anchored_mixture_allocates_nothing_and_is_the_same_on_any_number_of_workers()
    {
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        using Trainer trainer = Denoising(one), other = Denoising(two);
        Assert.Equal(SnapshotTests.Steps(trainer, 5), SnapshotTests.Steps(other, 5));
        CancellationToken token = Token;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            trainer.Step(token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Trainer Denoising(Device device)
    {
        TrainerSetup setup = TrainerTests.Setup(device, 4, new NoiseNegativesOptions());
        return new Trainer(setup with
        {
            CreateEnergy = () => AnchoredEnergies.Options(0.2, 1).Create(device, TrainerTests.Halves().Space),
            Objective = new DenoisingScoreMatchingOptions { NoiseScale = 0.2f, Reflect = false },
            Options = setup.Options with { AverageWeights = 0.9f },
        });
    }

    private static Trainer Make(Device device)
    {
        TrainerSetup setup = TrainerTests.Setup(device, 4, new BufferNegativesOptions
        {
            Slots = 64,
            Steps = 3,
            FreshShare = 0,
            Sampler = new TiltedWalkOptions(),
        });
        ImageStateSet halves = new(TrainerTests.Halves().Images, new ImageTransform { Dequantize = true });
        return new Trainer(setup with
        {
            CreateEnergy = () => ResidualEnergies.Options(2).Create(device, halves.Space),
            Train = halves,
            Validation = halves,
            Objective = new ContrastiveDivergenceOptions
            {
                EnergyRegularization = 0,
                Negatives = ((ContrastiveDivergenceOptions)setup.Objective).Negatives,
            },
            Options = setup.Options with { AverageWeights = 0.9f },
        });
    }
}
