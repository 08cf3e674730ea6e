namespace Joule.Data;

/// <summary>Images to learn from and images kept apart to see what was learned; all of one size.</summary>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Name">Where they came from: a dataset's name or a path.</param>
public sealed record TrainTest(ImageSet Train, ImageSet Test, string Name)
{
    /// <summary>Images set apart to choose the best epoch by; null: the test images do that too.</summary>
    public ImageSet? Validation { get; init; }

    /// <summary>The seed that the test images were drawn by; null where the source has test images of its own.</summary>
    public ulong? TestSeed { get; init; }

    /// <summary>The seed that the validation images were drawn by; null where the source has its own, or there are none.</summary>
    public ulong? ValidationSeed { get; init; }

    /// <summary>The images that an epoch is judged by.</summary>
    public ImageSet Judges => Validation ?? Test;

    /// <summary>Tells these images from others: a hash of numbers, shapes and pixels.</summary>
    public string Fingerprint() => Validation is null ? ImageFingerprint.Of(Train, Test) : ImageFingerprint.Of(Train, Test, Validation);

    /// <summary>How these images were read and shared out, to be said and to be kept with a model.</summary>
    public DataReport Report() => new()
    {
        Name = Name,
        Channels = Train.Channels,
        Height = Train.Height,
        Width = Train.Width,
        Train = Train.Count,
        Test = Test.Count,
        Validation = Validation?.Count ?? 0,
        TestSeed = TestSeed,
        ValidationSeed = ValidationSeed,
        Reading = Train.Reading is { } reading
            ? reading with
            {
                LeftOut = [.. reading.LeftOut, .. Others.SelectMany(set => set.Reading?.LeftOut ?? []).Except(reading.LeftOut)],
                Notes =
                [
                    .. reading.Notes,
                    .. Others.SelectMany(set => (set.Reading?.Notes ?? []).Except(reading.Notes).Select(note => $"{set.Name}: {note}")),
                    .. Others.Where(set => set.Reading is { } other && other.Describe() != reading.Describe()).Select(set => $"the {set.Name} images: {set.Reading!.Describe()}"),
                ],
                Warnings = [.. reading.Warnings, .. Others.SelectMany(set => set.Reading?.Warnings ?? []).Except(reading.Warnings)],
            }
            : new ImageReading { Type = "memory", Layout = ImageReading.Pictures, High = 1 },
    };

    private IEnumerable<ImageSet> Others => Validation is null ? [Test] : [Test, Validation];

    /// <summary>Joins sets, grey ones made colour where another is colour.</summary>
    /// <exception cref="InvalidInputException">They differ in size.</exception>
    internal static TrainTest Of(string name, ImageSet train, ImageSet test, ImageSet? validation = null)
    {
        var channels = new[] { train, test, validation }.Max(set => set?.Channels ?? 0);
        (train, test, validation) = (Widened(train, channels), Widened(test, channels), validation is null ? null : Widened(validation, channels));
        foreach (var (other, what) in new[] { (test, "test"), (validation, "validation") })
        {
            if (other is null || (train.Channels, train.Height, train.Width) == (other.Channels, other.Height, other.Width)) continue;
            throw new InvalidInputException(
                $"{name}: the training images are {train.Channels}×{train.Height}×{train.Width} and the {what} images {other.Channels}×{other.Height}×{other.Width} "
                + "(channels×height×width). Both must be of one size.");
        }
        return new TrainTest(train, test, name) { Validation = validation };
    }

    /// <summary>Checks that there is something to learn: at least two training images, and not all of them the same. A pixel that is the
    /// same in every image, as MNIST's border is, is no error: nothing is scaled by what a column varies.</summary>
    /// <exception cref="InvalidInputException">There is one training image, or every column is constant.</exception>
    internal void CheckVariety()
    {
        if (Train.Count < 2)
        {
            var drawn = $"{(TestSeed is null ? "" : $", {Test.Count} drawn to test with")}{(ValidationSeed is null ? "" : $", {Validation!.Count} set apart by data.validation_share")}";
            var least = 2 + (TestSeed is null ? 0 : 1) + (ValidationSeed is null ? 0 : 1);
            throw new InvalidInputException($"{Name}: there is only row 0, one image to learn from{drawn}; at least 2 are needed"
                + $"{(least > 2 ? $", of {least} in all" : "")}. {(ValidationSeed is not null && Validation!.Count > 1 ? "Make data.validation_share smaller, or add images" : ValidationSeed is not null ? "Set data.validation_share to 0, or add images" : "Add images")}.");
        }
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

    private static ImageSet Widened(ImageSet set, int channels) => channels == 3 ? set.AsChannels(3) : set;
}
