namespace Joule.Data;

/// <summary>Images to learn from and images kept apart to see what was learned; both of one size.</summary>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Name">Where they came from: a dataset's name or a path.</param>
public sealed record TrainTest(ImageSet Train, ImageSet Test, string Name)
{
    /// <summary>Tells these images from others: a hash of numbers, shapes and pixels.</summary>
    public string Fingerprint() => ImageFingerprint.Of(Train, Test);

    /// <summary>Joins two sets, grey ones made colour where the other is colour.</summary>
    /// <exception cref="InvalidInputException">The two differ in size.</exception>
    internal static TrainTest Of(string name, ImageSet train, ImageSet test)
    {
        if (train.Channels == 1 && test.Channels == 3) train = train.ToColour();
        if (test.Channels == 1 && train.Channels == 3) test = test.ToColour();
        return (train.Channels, train.Height, train.Width) == (test.Channels, test.Height, test.Width)
            ? new TrainTest(train, test, name)
            : throw new InvalidInputException(
                $"{name}: the training images are {train.Channels}×{train.Height}×{train.Width} and the test images {test.Channels}×{test.Height}×{test.Width} "
                + "(channels×height×width). Both must be of one size.");
    }

    /// <summary>Checks that there is something to learn: at least two training images, and not all of them the same. A pixel that is the
    /// same in every image, as MNIST's border is, is no error: nothing is scaled by what a column varies.</summary>
    /// <exception cref="InvalidInputException">There is one training image, or every column is constant.</exception>
    internal void CheckVariety()
    {
        if (Train.Count < 2) throw new InvalidInputException($"{Name}: there is only row 0, one image to learn from; at least 2 are needed. Add images.");
        var (first, other) = (new float[Train.Length], new float[Train.Length]);
        Train.Read(0, first);
        for (var i = 1; i < Train.Count; i++)
        {
            Train.Read(i, other);
            if (!other.AsSpan().SequenceEqual(first)) return;
        }
        throw new InvalidInputException(
            $"{Name}: every column is constant: rows 0 to {Train.Count - 1}, the images to learn from, are all the same (column 0 is {first[0]} in each). "
            + "There is nothing to learn from them: check how they were made.");
    }

    /// <summary>Keeps the last seventh of the images, at least one, for the test.</summary>
    /// <exception cref="InvalidInputException">There are fewer than two images.</exception>
    internal static TrainTest Split(string name, ImageSet images)
    {
        if (images.Count < 2)
            throw new InvalidInputException($"{name}: there is {images.Count} image; at least 2 are needed, one to learn from and one to test with.");
        var test = Math.Max(1, images.Count / 7);
        return new TrainTest(images.Slice(0, images.Count - test).With(name: "train"), images.Slice(images.Count - test, test).With(name: "test"), name);
    }
}
