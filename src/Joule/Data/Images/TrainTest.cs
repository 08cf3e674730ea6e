namespace Joule.Data;

/// <summary>Training images and images that show what was learned, all of the same size.</summary>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
/// <param name="Name">Where they came from: a dataset's name or a path.</param>
public sealed record TrainTest(ImageSet Train, ImageSet Test, string Name)
{
    /// <summary>Images for choosing the best epoch; null: the test images.</summary>
    public ImageSet? Validation { get; init; }

    /// <summary>Images that calibrate the trained model, drawn from the training images; null: none.</summary>
    public ImageSet? Calibration { get; init; }

    /// <summary>The seed that drew the calibration images; null if there are none.</summary>
    public ulong? CalibrationSeed { get; init; }

    /// <summary>The seed that drew the test images; null if the source has its own.</summary>
    public ulong? TestSeed { get; init; }

    /// <summary>The seed that drew the validation images; null if the source has its own, or there are none.</summary>
    public ulong? ValidationSeed { get; init; }

    /// <summary>How these images were read and split, for output and for the model.</summary>
    public ImageDataReport Report() => new()
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
        Calibration = Calibration?.Count ?? 0,
        CalibrationSeed = CalibrationSeed,
        Reading = Train.Reading is { } reading
            ? reading with
            {
                LeftOut = [.. reading.LeftOut, .. Others.SelectMany(set => set.Reading?.LeftOut ?? []).Except(reading.LeftOut)],
                Notes =
                [
                    .. reading.Notes,
                    .. Others.SelectMany(set => (set.Reading?.Notes ?? []).Except(reading.Notes).Select(note => $"{set.Name}: {note}")),
                    .. Others.Where(set => set.Reading is { } other && other.Describe() != reading.Describe())
                        .Select(set => $"the {set.Name} images: {set.Reading!.Describe()}"),
                ],
                Warnings = [.. reading.Warnings, .. Others.SelectMany(set => set.Reading?.Warnings ?? []).Except(reading.Warnings)],
            }
            : new ImageReading { Type = "memory", Layout = ImageReading.Pictures, High = 1 },
    };

    /// <summary>The same images, a share of the training images set apart to calibrate with.</summary>
    /// <param name="share">The share; 0 for none.</param>
    /// <param name="seed">The seed that draws them.</param>
    /// <exception cref="InvalidInputException">Too few images would calibrate the model, or train it.</exception>
    internal TrainTest SetApart(double share, ulong seed)
    {
        if (share == 0)
            return this;
        (int[] left, int[] drawn) = CalibrationRows.Draw(Train.Count, share, seed, Name, "image");
        return this with
        {
            Train = Train.Select(left),
            Calibration = Train.Select(drawn).With(name: "calibration"),
            CalibrationSeed = seed,
        };
    }

    private IEnumerable<ImageSet> Others => Validation is null ? [Test] : [Test, Validation];

    /// <summary>Joins sets, grey ones made colour where another is colour.</summary>
    /// <exception cref="InvalidInputException">The sets differ in size.</exception>
    internal static TrainTest Of(string name, ImageSet train, ImageSet test, ImageSet? validation = null)
    {
        int channels = new[] { train, test, validation }.Max(set => set?.Channels ?? 0);
        (train, test, validation) =
            (Widened(train, channels), Widened(test, channels), validation is null ? null : Widened(validation, channels));
        foreach ((ImageSet? other, string what) in new[] { (test, "test"), (validation, "validation") })
        {
            if (other is null || (train.Channels, train.Height, train.Width) == (other.Channels, other.Height, other.Width))
                continue;
            throw new InvalidInputException(
                $"{name}: the training images are {train.Channels}×{train.Height}×{train.Width} and the {what} images "
                + $"{other.Channels}×{other.Height}×{other.Width} "
                + "(channels×height×width). Both must have the same size.");
        }
        return new TrainTest(train, test, name) { Validation = validation };
    }

    private static ImageSet Widened(ImageSet set, int channels) => channels == 3 ? set.AsChannels(3) : set;
}
