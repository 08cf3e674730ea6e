using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// A small convolutional classifier of images, with which the quality of samples is measured. Its features are the activations before the
/// last layer.
/// </summary>
public sealed class ImageClassifier : IDisposable
{
    /// <summary>Number of features.</summary>
    public const int FeatureCount = 128;

    /// <summary>Allocates a classifier of zero weights.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The shape of an image.</param>
    /// <param name="classes">The names of the classes.</param>
    internal ImageClassifier(Device device, Shape shape, IReadOnlyList<string> classes)
    {
        (Device, Shape, Classes) = (device, shape, classes);
        Layer[] body = Body(shape);
        Features = new Network(device, shape, body);
        Head = new Network(device, Shape.Vector(FeatureCount), [new DenseLayer { Outputs = classes.Count }]);
    }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>The shape of an image.</summary>
    public Shape Shape { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The share of test images that it gives a wrong class.</summary>
    public double TestError { get; internal set; }

    /// <summary>
    /// The factor of the features: the mean variance of a feature over held-out training images becomes 1, so that the scale of distances
    /// in features does not depend on that of the weights.
    /// </summary>
    public float Scale { get; internal set; } = 1;

    /// <summary>The network from images to features.</summary>
    internal Network Features { get; }

    /// <summary>The network from features to one number per class.</summary>
    internal Network Head { get; }

    /// <summary>
    /// The layers up to the features: convolutions of stride 2 until a side has at most 4 pixels, then one dense layer.
    /// </summary>
    /// <param name="shape">The shape of an image.</param>
    internal static Layer[] Body(Shape shape)
    {
        List<Layer> layers = [];
        int outputs = 16, kernel = 5;
        for (int side = Math.Min(shape.Height, shape.Width); side > 4; side = (side + 1) / 2)
        {
            layers.Add(new ConvolutionLayer { Outputs = outputs, Kernel = kernel, Stride = 2, Padding = kernel / 2 });
            layers.Add(new SiluLayer());
            (outputs, kernel) = (Math.Min(2 * outputs, 64), 3);
        }
        return [.. layers, new FlattenLayer(), new DenseLayer { Outputs = FeatureCount }, new SiluLayer()];
    }

    /// <summary>Classifies images in device memory.</summary>
    /// <param name="images">n rows: brightness in [0, 1], [channels, height, width].</param>
    /// <param name="cancellation">Cancels between blocks of images.</param>
    /// <returns>Their features and classes; the caller disposes them.</returns>
    /// <exception cref="DivergenceException">An output is not finite.</exception>
    public ClassifiedImages Classify(Rows images, CancellationToken cancellation = default)
    {
        if (images.Width != Shape.Length)
            throw new ArgumentException($"The classifier takes images of {Shape}; it was given rows of {images.Width} numbers.");
        ClassifiedImages result = new(Device, images.Count, FeatureCount, Classes.Count);
        try
        {
            Device.Launch(new ClassifyWork(this, images, result, cancellation));
            result.Read();
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Classifies images that are written to device memory first.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="write">Writes each image.</param>
    /// <param name="cancellation">Cancels between blocks of images.</param>
    /// <inheritdoc cref="Classify(Rows, CancellationToken)"/>
    public ClassifiedImages Classify(int count, RowWriter write, CancellationToken cancellation = default)
    {
        using DeviceBuffer memory = Device.Allocate((long)count * Shape.Length);
        Rows images = memory.AsRows(count, Shape.Length);
        Device.Write(images, write);
        return Classify(images, cancellation);
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        Features.Dispose();
        Head.Dispose();
    }

    private sealed class ClassifyWork(ImageClassifier classifier, Rows images, ClassifiedImages result, CancellationToken cancellation)
        : DeviceProgram
    {
        public override string Name => "the classification of images";

        public override int Count => images.Count;

        public override int BlockRows => classifier.Features.Plan.BlockRows;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            Rows features = result.Features.Slice(start, count);
            classifier.Features.Evaluate(images.Slice(start, count), features);
            classifier.Head.Evaluate(features, result.Logits.Slice(start, count));
            Kernels.Scale(features, classifier.Scale, features, false);
        }
    }
}
