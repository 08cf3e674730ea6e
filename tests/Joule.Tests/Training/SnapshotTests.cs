using Joule.Compute;
using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

[Collection(AloneCollection.Name)]
public sealed class SnapshotTests
{
    private const int Before = 5, After = 7;

    public static TheoryData<string, string> Trainings
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string optimizer in (string[])["adam", "sgd", "rmsprop"])
                foreach (string source in (string[])["buffer", "data", "noise"])
                    all.Add(optimizer, source);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Another_trainer_continues_bit_for_bit_on_another_number_of_threads(string optimizer, string source)
    {
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        using Trainer whole = Make(one, optimizer, source), first = Make(one, optimizer, source), second = Make(two, optimizer, source);
        using Snapshot snapshot = new(first), end = new(whole), endOfSecond = new(second);
        TrainingFigures[] expected = Steps(whole, Before + After);
        Steps(first, Before);
        snapshot.Capture();
        snapshot.Restore(second);
        Assert.Equal(Before, second.Update);
        Assert.Equal(expected[Before..], Steps(second, After));
        AssertSame(whole, end, second, endOfSecond);
        Assert.Equal(whole.Validate(3, TestContext.Current.CancellationToken), second.Validate(3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Restoring_repeats_the_same_steps_and_allocates_nothing()
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = Make(device, "adam", "buffer");
        using Snapshot snapshot = new(trainer);
        Steps(trainer, Before);
        snapshot.Capture();
        TrainingFigures[] expected = Steps(trainer, After);
        snapshot.Restore(trainer);
        Assert.Equal(expected, Steps(trainer, After));
        long before = GC.GetAllocatedBytesForCurrentThread();
        snapshot.Capture();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_cancelled_step_has_no_effect()
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = Make(device, "adam", "buffer"), undisturbed = Make(device, "adam", "buffer");
        Steps(trainer, Before);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => trainer.Step(cancelled.Token));
        Assert.Equal(Steps(undisturbed, Before + After)[Before..], Steps(trainer, After));
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_step_interrupted_at_any_moment_has_no_effect(string optimizer, string source)
    {
        const int updates = 40, mostCuts = 4;
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        using Trainer whole = Make(one, optimizer, source), cut = Make(two, optimizer, source);
        using Snapshot end = new(whole), endOfCut = new(cut);
        TrainingFigures[] expected = Steps(whole, updates), figures = new TrainingFigures[updates];
        RandomStream moments = new(3, RandomPurpose.User, 0);
        int cuts = 0;
        for (int i = 0; i < updates; i++)
        {
            for (int attempt = 0; cut.Update == i; attempt++)
            {
                using CancellationTokenSource stop = new();
                int spins = (int)(3000 * moments.Uniform((uint)i, attempt));
                Thread cancel = new(() =>
                {
                    Thread.SpinWait(spins);
                    stop.Cancel();
                });
                if (attempt < mostCuts)
                    cancel.Start();
                try
                {
                    figures[i] = cut.Step(stop.Token).Copy();
                }
                catch (OperationCanceledException)
                {
                    cuts++;
                }
                if (attempt < mostCuts)
                    cancel.Join();
            }
        }
        Assert.True(cuts > 0, "no update was cut short");
        Assert.Equal(expected, figures);
        AssertSame(whole, end, cut, endOfCut);
    }

    [Fact]
    public void An_attempt_has_its_own_draws_and_is_part_of_the_snapshot()
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = Make(device, "adam", "buffer"), other = Make(device, "adam", "buffer");
        using Snapshot start = new(trainer), mended = new(trainer);
        start.Capture();
        TrainingFigures[] first = Steps(trainer, 3);
        start.Restore(trainer);
        trainer.Adjust(new Adjustment(1, 1, 1, 1));
        mended.Capture();
        TrainingFigures[] second = Steps(trainer, 3);
        Assert.NotEqual(first, second);
        mended.Restore(other);
        Assert.Equal(1, other.Adjustment.Attempt);
        Assert.Equal(second, Steps(other, 3));
        start.Restore(trainer);
        Assert.Equal(Adjustment.None, trainer.Adjustment);
        Assert.Equal(first, Steps(trainer, 3));
    }

    [Fact]
    public void Every_factor_changes_the_steps()
    {
        using Device device = Device.Cpu(1);
        Adjustment[] ways = [new(1, 1, 1, 1), new(1, 0.5, 1, 1), new(1, 1, 2, 1), new(1, 1, 1, 2), new(1, 1, 1, 1, 0.5)];
        TrainingFigures[] ends = [.. ways.Select(way =>
        {
            using Trainer trainer = Make(device, "adam", "buffer");
            trainer.Adjust(way);
            return Steps(trainer, 3)[^1];
        })];
        Assert.Equal(ends.Length, ends.Distinct().Count());
    }

    [Fact]
    public void A_snapshot_of_another_training_is_refused()
    {
        using Device device = Device.Cpu(1);
        using Trainer adam = Make(device, "adam", "noise"), plain = Make(device, "sgd", "noise");
        using Snapshot snapshot = new(adam);
        snapshot.Capture();
        Assert.Throws<InvalidInputException>(() => snapshot.Restore(plain));
    }

    /// <summary>A training with every kind of state: averaged weights, noise on the data, clipping, a schedule.</summary>
    internal static Trainer Make(Device device, string optimizer, string source, ulong seed = 4)
    {
        TrainerSetup setup = TrainerTests.Setup(device, seed, TrainerTests.Negatives(source));
        return new Trainer(setup with
        {
            Options = setup.Options with
            {
                DataNoise = 0.03f,
                GradientClip = 1,
                AverageWeights = 0.9f,
                Optimizer = optimizer switch
                {
                    "adam" => new AdamOptions { LearningRate = 0.003f },
                    "sgd" => new MomentumOptions { LearningRate = 0.01f },
                    _ => new RmsPropOptions { LearningRate = 0.001f },
                },
                Schedule = new CosineSchedule { WarmUp = 3 },
            },
        });
    }

    internal static TrainingFigures[] Steps(Trainer trainer, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => trainer.Step(TestContext.Current.CancellationToken).Copy())];

    private static void AssertSame(Trainer a, Snapshot ofA, Trainer b, Snapshot ofB)
    {
        ofA.Capture();
        ofB.Capture();
        Assert.Equal(a.Update, b.Update);
        for (int i = 0; i < ofA.Layout.Count; i++)
            Assert.True(TestRows.SameBits(ofA.Words(i), ofB.Words(i)), ofA.Layout[i].Name);
    }
}
