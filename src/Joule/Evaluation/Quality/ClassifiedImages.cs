using Joule.Compute;
using Joule.Networks;

namespace Joule.Evaluation;

/// <summary>Images as a classifier sees them.</summary>
public sealed class ClassifiedImages : IDisposable
{
    private readonly Device _device;
    private readonly DeviceBuffer _features;
    private readonly DeviceBuffer _logits;
    private readonly int[] _classes;
    private readonly double[] _probabilities;

    /// <summary>Allocates memory for n images.</summary>
    internal ClassifiedImages(Device device, int count, int features, int classes)
    {
        _device = device;
        _features = device.Allocate((long)count * features);
        _logits = device.Allocate((long)count * classes);
        Features = _features.AsRows(count, features);
        Logits = _logits.AsRows(count, classes);
        _classes = new int[count];
        _probabilities = new double[count];
    }

    /// <summary>Number of images.</summary>
    public int Count => _classes.Length;

    /// <summary>Their features, in device memory: n rows, scaled by <see cref="ImageClassifier.Scale"/>.</summary>
    public Rows Features { get; }

    /// <summary>The most probable class of each image.</summary>
    public ReadOnlySpan<int> Classes => _classes;

    /// <summary>The probability of that class.</summary>
    public ReadOnlySpan<double> Probabilities => _probabilities;

    /// <summary>The classifier's outputs before the softmax, in device memory.</summary>
    internal Rows Logits { get; }

    /// <summary>The share of images whose class has a probability above a bound.</summary>
    /// <param name="bound">The bound.</param>
    public double Recognised(double bound) => (double)_probabilities.Count(p => p > bound) / Count;

    /// <summary>The share of images in each class.</summary>
    public double[] Shares()
    {
        double[] shares = new double[Logits.Width];
        foreach (int k in _classes)
            shares[k]++;
        for (int k = 0; k < shares.Length; k++)
            shares[k] /= Count;
        return shares;
    }

    /// <summary>The share of images whose class is the given one.</summary>
    /// <param name="labels">One class per image.</param>
    /// <exception cref="ArgumentException">The number of classes is wrong.</exception>
    public double Correct(ReadOnlySpan<int> labels)
    {
        if (labels.Length != Count)
            throw new ArgumentException($"{Count} images have {Count} classes; {labels.Length} were given.", nameof(labels));
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
            correct += _classes[i] == labels[i] ? 1 : 0;
        return (double)correct / Count;
    }

    /// <summary>Finds classes and probabilities from the outputs.</summary>
    /// <exception cref="DivergenceException">An output is not finite.</exception>
    internal void Read()
    {
        float[] logits = _device.Download(Logits);
        for (int i = 0; i < _classes.Length; i++)
            (_classes[i], _probabilities[i]) = Softmax.Top(logits.AsSpan(i * Logits.Width, Logits.Width), i);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _features.Dispose();
        _logits.Dispose();
    }
}
