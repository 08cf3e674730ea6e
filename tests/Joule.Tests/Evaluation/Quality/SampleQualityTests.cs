using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class SampleQualityTests
{
    private const int Count = 120;

    [Fact]
    public void Data_are_as_good_as_data_and_other_images_are_not()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using FakeDevice device = new();
        LabelledImages images = Bars.Labelled(6 * Count, 150);
        using ImageClassifier classifier = Bars.Recipe.Run(device, images, null, cancellation);
        List<QualityProgress> told = [];
        using SampleQuality quality = new(classifier, images, Count, told.Add, cancellation);
        using DeviceBuffer memory = device.Allocate(Count * 64L);
        Rows samples = memory.AsRows(Count, 64);

        QualityFigures training = quality.MeasureTraining();
        Assert.Equal(Count, training.Count);
        Assert.Equal(1, training.Recognised);
        Assert.Equal(1, training.Shares.Sum(), 1e-12);
        // Five deviations of the share of a third in 120 images drawn from 720 without replacement: √(2/9/120 · 5/6).
        Assert.All(training.Shares, share => Assert.Equal(1 / 3.0, share, 5 * 0.0393));
        // No more than three times the 1% that it is for data on average: a Poisson number of mean 1.2 above 3 of 120 has 3%.
        Assert.InRange(training.Copies, 0, 0.06);
        Assert.InRange(training.Duplicates, 0, 0.06);
        Assert.InRange(training.Precision, 0.7, 1);
        Assert.InRange(training.Recall, 0.7, 1);

        // New images of the same distribution.
        ImageSet fresh = Bars.Images("fresh", Count, 9);
        device.Write(samples, fresh.Read);
        QualityFigures good = quality.Measure(samples);
        Assert.InRange(good.Precision, 0.7, 1);
        Assert.InRange(good.Copies, 0, 0.06);

        // The training images themselves, given as samples, are copies.
        device.Write(samples, images.Train.Read);
        Assert.Equal(1, quality.Measure(samples).Copies);

        // The same image of the first class, again and again.
        device.Write(samples, (_, row) => fresh.Read(0, row));
        QualityFigures same = quality.Measure(samples);
        Assert.Equal([1.0, 0, 0], same.Shares);
        Assert.Equal(1, same.Duplicates);
        Assert.InRange(same.Recall, 0, 0.1);
        Assert.True(same.Frechet > 10 * good.Frechet && same.Kernel > 10 * Math.Abs(good.Kernel), $"{same} {good}");

        // Noise.
        device.Write(samples, (i, row) => new RandomStream(3, RandomPurpose.User, 0).FillUniform(row, (uint)i));
        QualityFigures noise = quality.Measure(samples);
        Assert.InRange(noise.Precision, 0, 0.1);
        Assert.True(noise.Frechet > 10 * good.Frechet);
        Assert.Equal((0.0, 0.0), (noise.Duplicates, noise.Copies));
        Assert.Equal(["nearest training images of test images", "nearest training images of training images",
            "nearest training images of samples"], told.Select(t => t.Task).Distinct());
    }

    [Fact]
    public void More_images_than_there_are_test_images_are_compared_as_far_as_they_go()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Device device = Device.Cpu(2);
        LabelledImages images = Bars.Labelled(60, 12);
        using ImageClassifier classifier = Bars.Recipe.Run(device, images, null, cancellation);
        using SampleQuality quality = new(classifier, images, 100, null, cancellation);
        Assert.Equal(10, quality.MeasureTraining().Count); // all that are held out
        Rows samples = TestRows.Empty(100, 64);
        device.Write(samples, Bars.Images("fresh", 100, 9).Read);
        Assert.Equal(100, quality.Measure(samples).Count);
    }
}
