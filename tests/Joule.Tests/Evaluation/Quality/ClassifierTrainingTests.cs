using Joule.Compute;
using Joule.Evaluation;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ClassifierTrainingTests
{
    [Fact]
    public void It_learns_three_classes_of_bars()
    {
        using Device device = Device.Cpu(2);
        List<QualityProgress> told = [];
        using ImageClassifier classifier = Bars.Recipe.Run(device, Bars.Labelled(), told.Add, TestContext.Current.CancellationToken);
        Assert.Equal(0, classifier.TestError); // the classes are far apart
        Assert.Equal((60L, 60L), (told[^1].Done, told[^1].Total));
        Assert.Equal(60, told.Count);
    }

    [Fact]
    public void Threads_do_not_change_a_bit_and_the_device_keeps_its_memory()
    {
        float[]? first = null;
        foreach (Device device in (Device[])[Device.Cpu(1), Device.Cpu(3), new FakeDevice()])
        {
            using ImageClassifier classifier = Bars.Recipe.Run(device, Bars.Labelled(), null, TestContext.Current.CancellationToken);
            float[] weights = [.. device.Download(classifier.Features.Parameters), .. device.Download(classifier.Head.Parameters),
                classifier.Scale];
            first ??= weights;
            Assert.True(TestRows.SameBits(first, weights));
            device.Dispose();
        }
    }

    [Fact]
    public void Features_have_a_mean_variance_of_one_over_held_out_images()
    {
        using Device device = Device.Cpu(2);
        LabelledImages images = Bars.Labelled();
        using ImageClassifier classifier = Bars.Recipe.Run(device, images, null, TestContext.Current.CancellationToken);
        using ClassifiedImages seen = classifier.Classify(
            images.HeldOut.Count, (i, row) => images.Train.Read(images.HeldOut[i], row), TestContext.Current.CancellationToken);
        Assert.Equal(1, FeatureMoments.Of(device, seen.Features).Trace / ImageClassifier.FeatureCount, 1e-4);
    }

    [Fact]
    public void The_number_of_updates_has_limits()
    {
        using Device device = Device.Cpu(1);
        List<QualityProgress> told = [];
        // 75 images to learn from in batches of 128 at most are one batch of 75; 5 epochs are 5 updates.
        ClassifierTraining recipe = new() { Epochs = 5, LeastUpdates = 2, MostUpdates = 9 };
        using (recipe.Run(device, Bars.Labelled(), told.Add, TestContext.Current.CancellationToken))
            Assert.Equal(5, told[0].Total);
        using (ImageClassifier few = (recipe with { LeastUpdates = 7 }).Run(
            device, Bars.Labelled(), told.Add, TestContext.Current.CancellationToken))
            Assert.Equal(7, told[^1].Total);
        using (ImageClassifier many = (recipe with { MostUpdates = 3 }).Run(
            device, Bars.Labelled(), told.Add, TestContext.Current.CancellationToken))
            Assert.Equal(3, told[^1].Total);
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using Device device = Device.Cpu(1);
        using CancellationTokenSource source = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Bars.Recipe.Run(device, Bars.Labelled(), at =>
        {
            if (at.Done == 3)
                source.Cancel();
            Assert.True(at.Done <= 3);
        }, source.Token));
    }

    [Fact]
    public void Layers_suit_the_size_of_the_images()
    {
        int Convolutions(int side) => ImageClassifier.Body(new Shape(1, side, side)).OfType<ConvolutionLayer>().Count();
        Assert.Equal((0, 1, 3, 3, 4), (Convolutions(4), Convolutions(8), Convolutions(28), Convolutions(32), Convolutions(64)));
    }
}
