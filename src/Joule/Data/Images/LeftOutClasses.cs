namespace Joule.Data;

/// <summary>
/// Classes of labelled images that a training does not see, so that they are anomalies of a known kind (<c>data.leave_out_classes</c>). The
/// test images keep all classes.
/// </summary>
internal static class LeftOutClasses
{
    /// <summary>The same images without those of some classes among the training and the validation images.</summary>
    /// <param name="images">Labelled images.</param>
    /// <param name="classes">The labels of the classes; empty: none is left out.</param>
    /// <exception cref="InvalidInputException">There are no labels or no images of a class, or no image would be left.</exception>
    public static TrainTest LeaveOut(this TrainTest images, IReadOnlyList<int> classes)
    {
        if (classes.Count == 0)
            return images;
        byte[] labels = images.Train.Labels ?? throw new InvalidInputException(
            $"data.leave_out_classes needs labelled images, and those of {images.Name} have no labels.");
        int[] missing = [.. classes.Except(labels.Select(label => (int)label))];
        if (missing.Length > 0)
        {
            throw new InvalidInputException($"data.leave_out_classes has class {missing[0]}, and no training image of {images.Name} has it."
                + $" The classes are {string.Join(", ", labels.Distinct().Order())}.");
        }
        return images with
        {
            Train = Without(images.Train, classes) ?? throw new InvalidInputException(
                $"data.leave_out_classes leaves no training image of {images.Name}. Name fewer classes."),
            Validation = images.Validation is { Labels: not null } validation ? Without(validation, classes) : images.Validation,
        };
    }

    // Null: none is left.
    private static ImageSet? Without(ImageSet images, IReadOnlyList<int> classes)
    {
        int[] others = [.. Enumerable.Range(0, images.Count).Where(i => !classes.Contains(images.Labels![i]))];
        return others.Length == 0 ? null : images.Select(others);
    }
}
