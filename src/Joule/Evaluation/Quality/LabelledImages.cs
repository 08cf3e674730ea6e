using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>Training and test images with their classes, as brightness in [0, 1] and without padding.</summary>
public sealed class LabelledImages
{
    private const ulong ChoiceStep = 1UL << 48;
    private const int MostHeldOut = 10_000;

    private readonly int[] _trainClasses;
    private readonly int[] _testClasses;

    private LabelledImages(ImageSet train, ImageSet test, IReadOnlyList<string> classes, int[] trainClasses, int[] testClasses)
    {
        (Train, Test, Classes) = (train, test, classes);
        (_trainClasses, _testClasses) = (trainClasses, testClasses);
        HeldOut = Choose(train.Count, Math.Min(train.Count / 6, MostHeldOut));
        FittedOn = [.. Enumerable.Range(0, train.Count).Except(HeldOut)];
    }

    /// <summary>The training images.</summary>
    public ImageSet Train { get; }

    /// <summary>The test images.</summary>
    public ImageSet Test { get; }

    /// <summary>The classes of the training images, in order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The class of each training image: an index into <see cref="Classes"/>.</summary>
    public ReadOnlySpan<int> TrainClasses => _trainClasses;

    /// <summary>The class of each test image; −1 for a class that no training image has.</summary>
    public ReadOnlySpan<int> TestClasses => _testClasses;

    /// <summary>
    /// The training images that a classifier does not learn from: a random sixth, at most 10,000, in order. A classifier finds images that
    /// it has learned clearer than new ones, so these stand for training images wherever they are compared.
    /// </summary>
    public IReadOnlyList<int> HeldOut { get; }

    /// <summary>The other training images, in order.</summary>
    public IReadOnlyList<int> FittedOn { get; }

    /// <summary>The shape of an image.</summary>
    public Shape Shape => new(Train.Channels, Train.Height, Train.Width);

    /// <summary>The images and classes of two sets of states.</summary>
    /// <param name="train">The training states.</param>
    /// <param name="test">The test states, of the same space.</param>
    /// <exception cref="InvalidInputException">
    /// They are not images, they have no labels, all labels are equal, or there are too few images.
    /// </exception>
    public static LabelledImages Of(StateSet train, StateSet test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train is not ImageStateSet trainImages || test is not ImageStateSet testImages)
        {
            throw new InvalidInputException($"The quality of samples is judged by a classifier of images; {train.Name} has states of "
                + $"{train.Space}. It can be measured for models of labelled images only.");
        }
        if (train.Labels is not { } trainLabels || test.Labels is not { } testLabels)
        {
            throw new InvalidInputException($"The quality of samples is judged by a classifier, which learns from labels; "
                + $"{(train.Labels is null ? train.Name : test.Name)} has none. Give labelled images: a dataset such as mnist, a folder "
                + "with a subfolder for each class, or IDX files of images and labels.");
        }
        if (trainLabels.Levels.Count < 2 || train.Count < 12 || test.Count < 2)
        {
            throw new InvalidInputException("A classifier needs at least 2 classes, 12 training images and 2 test images; "
                + $"{train.Name} has {trainLabels.Levels.Count}, {train.Count} and {test.Count}.");
        }
        string[] classes = [.. trainLabels.Levels];
        int[] places = [.. testLabels.Levels.Select(level => Array.IndexOf(classes, level))];
        return new LabelledImages(trainImages.Images, testImages.Images, classes, [.. trainLabels.Values],
            [.. testLabels.Values.Select(value => places[value])]);
    }

    /// <summary>The SHA-256 of all images and classes, and of a text, in lower-case hexadecimal.</summary>
    /// <param name="text">The text.</param>
    public string Fingerprint(string text)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        ImageFingerprint.AppendTo(hash, Train);
        hash.AppendData(MemoryMarshal.AsBytes(_trainClasses.AsSpan()));
        ImageFingerprint.AppendTo(hash, Test);
        hash.AppendData(MemoryMarshal.AsBytes(_testClasses.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Random rows of a set, in order: the same ones each time. (Evenly spaced ones could all be of one class.)</summary>
    /// <param name="all">Number of rows in the set.</param>
    /// <param name="most">Largest number of rows to take; if there are no more, all are taken.</param>
    public static int[] Choose(int all, int most)
    {
        int[] rows = new int[all];
        new RandomStream(ClassifierTraining.Seed, RandomPurpose.Classifier, ChoiceStep).FillPermutation(rows, 0);
        Array.Resize(ref rows, Math.Min(all, most));
        Array.Sort(rows);
        return rows;
    }
}
