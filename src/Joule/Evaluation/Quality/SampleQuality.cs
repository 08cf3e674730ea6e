using Joule.Compute;
using Joule.Data;

namespace Joule.Evaluation;

/// <summary>
/// Compares images with test images, in the features and classes of a classifier and in pixels. What is needed of the test images is found
/// once.
/// </summary>
public sealed class SampleQuality : IDisposable
{
    private const double Sure = 0.9; // the probability from which an image counts as recognised

    private readonly ImageClassifier _classifier;
    private readonly LabelledImages _images;
    private readonly Action<QualityProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly int _count;
    private readonly int _compared;
    private readonly ClassifiedImages _test;
    private readonly FeatureMoments _moments;
    private readonly double _within;
    private readonly ClassifiedImages _some;
    private readonly FeatureManifold _manifold;
    private readonly float _closeFellow;
    private readonly float _closeTraining;

    /// <summary>Measures the test images.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="images">The training and test images.</param>
    /// <param name="count">Number of images that will be compared with them, at least 2.</param>
    /// <param name="progress">Receives how far a longer part is; may be null.</param>
    /// <param name="cancellation">Cancels this and all measurements.</param>
    public SampleQuality(ImageClassifier classifier, LabelledImages images, int count,
        Action<QualityProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        (_classifier, _images, _count, _progress, _cancellation) = (classifier, images, count, progress, cancellation);
        Device device = classifier.Device;
        ImageSet test = images.Test;
        _compared = Math.Min(count, test.Count);
        _test = classifier.Classify(test.Count, test.Read, cancellation);
        _moments = FeatureMoments.Of(device, _test.Features);
        _within = KernelDistance.Within(device, _test.Features, cancellation);
        int[] rows = LabelledImages.Choose(test.Count, _compared);
        using DeviceBuffer memory = device.Allocate((long)rows.Length * images.Shape.Length);
        Rows some = memory.AsRows(rows.Length, images.Shape.Length);
        device.Write(some, (i, row) => test.Read(rows[i], row));
        _some = classifier.Classify(some, cancellation);
        _manifold = new FeatureManifold(device, _some.Features, cancellation);
        _closeFellow = NearestImages.Close(NearestImages.Within(device, some, cancellation));
        _closeTraining = NearestImages.Close(ToTraining(some, null, "test images"));
    }

    /// <summary>Measures samples.</summary>
    /// <param name="samples">Images in device memory: n rows of brightness in [0, 1], [channels, height, width].</param>
    /// <exception cref="DivergenceException">An output of the classifier is not finite.</exception>
    public QualityFigures Measure(Rows samples) => Measure(samples, null, "samples");

    /// <summary>
    /// Measures as many training images, of those that the classifier has not seen (<see cref="LabelledImages.HeldOut"/>; all of them, if
    /// there are fewer): what samples can reach.
    /// </summary>
    public QualityFigures MeasureTraining()
    {
        Device device = _classifier.Device;
        int[] rows = [.. LabelledImages.Choose(_images.HeldOut.Count, _count).Select(i => _images.HeldOut[i])];
        using DeviceBuffer memory = device.Allocate((long)rows.Length * _images.Shape.Length);
        Rows images = memory.AsRows(rows.Length, _images.Shape.Length);
        device.Write(images, (i, row) => _images.Train.Read(rows[i], row));
        return Measure(images, rows, "training images");
    }

    /// <summary>Frees the memory; the classifier stays.</summary>
    public void Dispose()
    {
        _test.Dispose();
        _some.Dispose();
        _manifold.Dispose();
    }

    private QualityFigures Measure(Rows images, int[]? own, string what)
    {
        Device device = _classifier.Device;
        using ClassifiedImages seen = _classifier.Classify(images, _cancellation);
        int compared = Math.Min(images.Count, _compared);
        Rows features = seen.Features.Slice(0, compared);
        using FeatureManifold manifold = new(device, features, _cancellation);
        return new QualityFigures(
            images.Count,
            seen.Recognised(Sure),
            seen.Shares(),
            FrechetDistance.Between(FeatureMoments.Of(device, seen.Features), _moments),
            KernelDistance.Between(device, seen.Features, _test.Features, _within, _cancellation),
            _manifold.Share(features, _cancellation),
            manifold.Share(_some.Features, _cancellation),
            NearestImages.Share(NearestImages.Within(device, images.Slice(0, compared), _cancellation), _closeFellow),
            NearestImages.Share(ToTraining(images, own, what), _closeTraining));
    }

    private float[] ToTraining(Rows images, int[]? own, string what)
    {
        ImageSet train = _images.Train;
        return NearestImages.Distances(_classifier.Device, images, train.Count, train.Read, own,
            done => _progress?.Invoke(new QualityProgress($"nearest training images of {what}", done, train.Count)), _cancellation);
    }
}
