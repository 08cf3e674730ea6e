using System.Globalization;
using Joule.Compute;
using Joule.Networks;

namespace Joule.Evaluation;

/// <summary>
/// Trains an <see cref="ImageClassifier"/> on the training images that are not held out: softmax cross-entropy, Adam with a cosine
/// schedule, images shifted at random, a fixed seed. On one kind of processor the result is the same for any number of threads, bit for
/// bit.
/// </summary>
internal sealed record ClassifierTraining
{
    /// <summary>The version of the recipe: a classifier of another version is trained anew.</summary>
    public const int Version = 2;

    internal const ulong Seed = 20_26;
    private const int Chunk = 1000;
    private const ulong ShiftSteps = 1UL << 32; // orders come first

    /// <summary>Images in an update.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>How often every image is seen, within the two limits below.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Smallest number of updates.</summary>
    public int LeastUpdates { get; init; } = 500;

    /// <summary>Largest number of updates.</summary>
    public int MostUpdates { get; init; } = 6000;

    /// <summary>Learning rate at the start.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Decoupled weight decay.</summary>
    public double Decay { get; init; } = 0.01;

    /// <summary>Trains a classifier.</summary>
    /// <param name="device">The device.</param>
    /// <param name="images">The images and classes.</param>
    /// <param name="progress">Receives the updates made; may be null.</param>
    /// <param name="cancellation">Cancels the training.</param>
    /// <exception cref="DivergenceException">The loss is not finite.</exception>
    public ImageClassifier Run(
        Device device, LabelledImages images, Action<QualityProgress>? progress = null, CancellationToken cancellation = default)
    {
        ImageClassifier classifier = new(device, images.Shape, images.Classes);
        try
        {
            Layer[] layers = [.. ImageClassifier.Body(images.Shape), new DenseLayer { Outputs = images.Classes.Count }];
            using Network network = new(device, images.Shape, layers);
            Fit(network, images, progress, cancellation);
            Share(network, classifier);
            classifier.Scale = (float)ScaleOf(classifier, images, cancellation);
            classifier.TestError = TestError(classifier, images, cancellation);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private void Fit(Network network, LabelledImages images, Action<QualityProgress>? progress, CancellationToken cancellation)
    {
        Device device = network.Device;
        int all = images.FittedOn.Count, batch = Math.Min(Batch, all), perEpoch = all / batch, classes = images.Classes.Count;
        int updates = (int)Math.Clamp((long)Epochs * perEpoch, LeastUpdates, MostUpdates);
        int side = Math.Min(images.Shape.Height, images.Shape.Width);
        ShiftedImages shifted = new(device, images.Train, Math.Min(2, side / 14));
        network.Initialize(Seed, Initialization.He);
        using NetworkPass pass = network.CreatePass(batch);
        pass.Cancellation = cancellation;
        using AdamProgram adam = new(device, network.Parameters, pass.ParameterGradient);
        using DeviceBuffer memory = device.Allocate((long)batch * images.Shape.Length);
        Rows rows = memory.AsRows(batch, images.Shape.Length);
        int[] order = new int[all], labels = new int[batch];
        float[] logits = new float[batch * classes], weights = new float[batch * classes];
        for (int update = 0; update < updates; update++)
        {
            int epoch = update / perEpoch, first = update % perEpoch * batch;
            if (first == 0)
            {
                new RandomStream(Seed, RandomPurpose.Classifier, (ulong)epoch).FillPermutation(order, 0);
                for (int i = 0; i < all; i++)
                    order[i] = images.FittedOn[order[i]];
            }
            for (int i = 0; i < batch; i++)
                labels[i] = images.TrainClasses[order[first + i]];
            RandomStream shifts = new(Seed, RandomPurpose.Classifier, ShiftSteps + (ulong)update);
            shifted.Prepare(rows, order.AsMemory(first, batch), shifts);
            device.Download(pass.Forward(rows, shifted), logits);
            double loss = Softmax.Weigh(logits, labels, weights);
            if (!double.IsFinite(loss))
                throw new DivergenceException("loss of the classifier", update, 0, (float)loss);
            pass.Reverse(weights);
            adam.Prepare(update, LearningRate * (1 + Math.Cos(Math.PI * update / updates)) / 2, Decay);
            device.Launch(adam, network.CommitProgram);
            progress?.Invoke(new QualityProgress(
                "classifier", update + 1, updates, string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.000}")));
        }
    }

    // The weights lie one layer after another: first those of the features, then those of the last layer.
    private static void Share(Network network, ImageClassifier classifier)
    {
        Rows from = network.Parameters, features = classifier.Features.Parameters, head = classifier.Head.Parameters;
        network.Device.Copy(new Rows(from.Buffer, from.Offset, 1, features.Length), features);
        network.Device.Copy(new Rows(from.Buffer, from.Offset + features.Length, 1, head.Length), head);
        classifier.Features.Commit();
        classifier.Head.Commit();
    }

    private static double ScaleOf(ImageClassifier classifier, LabelledImages images, CancellationToken cancellation)
    {
        using ClassifiedImages seen = classifier.Classify(
            images.HeldOut.Count, (i, row) => images.Train.Read(images.HeldOut[i], row), cancellation);
        double variance = FeatureMoments.Of(classifier.Device, seen.Features).Trace / ImageClassifier.FeatureCount;
        return variance > 0 ? 1 / Math.Sqrt(variance) : 1;
    }

    private static double TestError(ImageClassifier classifier, LabelledImages images, CancellationToken cancellation)
    {
        double correct = 0;
        for (int start = 0; start < images.Test.Count; start += Chunk)
        {
            int count = Math.Min(Chunk, images.Test.Count - start), first = start;
            using ClassifiedImages seen = classifier.Classify(count, (i, row) => images.Test.Read(first + i, row), cancellation);
            correct += Math.Round(seen.Correct(images.TestClasses.Slice(start, count)) * count);
        }
        return 1 - correct / images.Test.Count;
    }
}
