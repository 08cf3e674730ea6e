using Joule.Compute;

namespace Joule.Data;

/// <summary>How images are split if the source does not do it.</summary>
/// <param name="Seed">The seed of the draw.</param>
/// <param name="ValidationShare">
/// The share of the training images that is set apart for validation, from 0 (none) to below 1. Ignored if the source has its own
/// validation images.
/// </param>
public sealed record ImageSplit(ulong Seed, double ValidationShare = 0)
{
    private const int TestShare = 7; // one in this many

    /// <summary>Seed 1, and no validation images.</summary>
    public static ImageSplit Default { get; } = new(1);

    /// <summary>
    /// Splits the sets of a source. If it has no test images, one seventh of the training images, at least one, are drawn. Both the drawn
    /// and the remaining images keep their order.
    /// </summary>
    /// <param name="parts">The sets.</param>
    /// <exception cref="InvalidInputException">There are too few images, or the sets differ in size.</exception>
    internal TrainTest Share(ImageParts parts)
    {
        (ImageSet train, ImageSet? test, ImageSet? validation) = (parts.Told(parts.Train), parts.Test, parts.Validation);
        if (test is null)
        {
            if (train.Count < 2)
                throw new InvalidInputException($"{parts.Name}: there is 1 image; at least 3 are needed to train: 2 to learn from and 1 "
                    + "that is drawn to test with. Add images.");
            (train, test) = Draw(train, Math.Max(1, train.Count / TestShare), 0);
        }
        bool drawsValidation = validation is null && ValidationShare > 0;
        if (drawsValidation)
        {
            if (train.Count < 2)
                throw new InvalidInputException($"{parts.Name}: there is {train.Count} image to learn from; at least 2 are needed to set "
                    + "validation images apart. Add images, or set data.validation_share to 0.");
            (train, validation) = Draw(train, Math.Clamp((int)Math.Round(ValidationShare * train.Count), 1, train.Count - 1), 1);
        }
        else if (ValidationShare > 0 && train.Reading is { } reading)
        {
            train = train.With(reading: reading with
            {
                Warnings = [.. reading.Warnings, "data.validation_share has no effect: the data "
                + "have validation images of their own"]
            });
        }
        return TrainTest.Of(parts.Name, train.With(name: "train"), test.With(name: "test"), validation?.With(name: "validation")) with
        {
            TestSeed = parts.Test is null ? Seed : null,
            ValidationSeed = drawsValidation ? Seed : null,
        };
    }

    /// <summary>Draws images (<see cref="DrawnRows"/>).</summary>
    private (ImageSet Left, ImageSet Drawn) Draw(ImageSet images, int count, ulong step)
    {
        (int[] left, int[] drawn) = DrawnRows.Of(new RandomStream(Seed, RandomPurpose.DataSplit, step), images.Count, count);
        return (images.Select(left), images.Select(drawn));
    }
}
