namespace Joule.Data;

/// <summary>The arrays of an archive that are sets of images, by their names.</summary>
/// <param name="Train">The name of the training images.</param>
/// <param name="Test">The name of the test images, or null.</param>
/// <param name="Validation">The name of the validation images, or null.</param>
internal sealed record NpzRoles(string Train, string? Test, string? Validation)
{
    // Words that may accompany the part in a name; a part alone counts if there is no such word.
    private static readonly string[] Contents = ["x", "images", "image", "imgs", "img", "data", ""];

    /// <summary>Finds the sets: names that consist of a part (train, test, val …) and of one word for images, in either order.</summary>
    /// <param name="names">The names of all arrays.</param>
    /// <param name="refuse">Creates the error of several training sets, from their names.</param>
    /// <returns>The sets, or null if there is no training set with a test or a validation set.</returns>
    public static NpzRoles? Find(IReadOnlyList<string> names, Func<string[], InvalidInputException> refuse)
    {
        string[] trains = [.. names.Distinct().Where(name => Parse(name) is { Item1: SplitPart.Train, Item2: not "" })];
        foreach (string content in Contents)
        {
            string? Of(SplitPart part) => names.FirstOrDefault(name => Parse(name) == (part, content));
            if (Of(SplitPart.Train) is not { } train)
                continue;
            (string? test, string? validation) = (Of(SplitPart.Test), Of(SplitPart.Validation));
            if ((test ?? validation) is null)
                continue;
            if (trains.Length > 1)
                throw refuse(trains);
            return new NpzRoles(train, test, validation);
        }
        return null;
    }

    private static (SplitPart, string)? Parse(string name)
    {
        string[] words = name.ToLowerInvariant().Split('_', '-', '.');
        if (words.Length == 1)
            return SplitParts.Find(words[0]) is { } alone ? (alone, "") : null;
        if (words.Length != 2)
            return null;
        if (SplitParts.Find(words[0]) is { } first && Contents.Contains(words[1]))
            return (first, words[1]);
        return SplitParts.Find(words[1]) is { } second && Contents.Contains(words[0]) ? (second, words[0]) : null;
    }
}
