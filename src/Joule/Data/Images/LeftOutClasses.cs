using System.Globalization;

namespace Joule.Data;

/// <summary>
/// Classes of labelled images that a training does not see, so that they are anomalies of a known kind (<c>data.leave_out_classes</c>). The
/// test images keep all classes.
/// </summary>
internal static class LeftOutClasses
{
    /// <summary>The same images without those of some classes among the training and the validation images.</summary>
    /// <param name="images">Labelled images.</param>
    /// <param name="classes">The classes' numbers, separated by commas; null: none.</param>
    /// <exception cref="InvalidInputException">There are no labels or no images of a class, or no image would be left.</exception>
    public static TrainTest LeaveOut(this TrainTest images, string? classes)
    {
        if (classes is null)
            return images;
        HashSet<byte> left = [.. Parse(classes) ?? throw new InvalidInputException($"data.leave_out_classes is \"{classes}\"; "
            + "it must be numbers from 0 to 255, separated by commas.")];
        byte[] labels = images.Train.Labels ?? throw new InvalidInputException(
            $"data.leave_out_classes needs labelled images, and those of {images.Name} have no labels.");
        byte[] missing = [.. left.Except(labels)];
        if (missing.Length > 0)
        {
            throw new InvalidInputException($"data.leave_out_classes has class {missing[0]}, and no training image of {images.Name} has it. "
                + $"The classes are {string.Join(", ", labels.Distinct().Order())}.");
        }
        return images with
        {
            Train = Without(images.Train, left) ?? throw new InvalidInputException(
                $"data.leave_out_classes leaves no training image of {images.Name}. Name fewer classes."),
            Validation = images.Validation is { Labels: not null } validation ? Without(validation, left) : images.Validation,
        };
    }

    /// <summary>The classes, or null if the text does not list any.</summary>
    public static IReadOnlyList<byte>? Parse(string classes)
    {
        List<byte> found = [];
        foreach (string part in classes.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out byte one))
                return null;
            found.Add(one);
        }
        return found;
    }

    // Null: none is left.
    private static ImageSet? Without(ImageSet images, HashSet<byte> classes)
    {
        int[] others = [.. Enumerable.Range(0, images.Count).Where(i => !classes.Contains(images.Labels![i]))];
        return others.Length == 0 ? null : images.Select(others);
    }
}

/// <summary>A text that lists classes.</summary>
internal sealed class ClassListAttribute : OptionRangeAttribute
{
    public override string Text => "numbers from 0 to 255, separated by commas";

    public override bool Holds(object value) => LeftOutClasses.Parse((string)value) is not null;
}
