namespace Joule.Data;

/// <summary>The arrays of an archive that are sets of images, by their names.</summary>
/// <param name="Train">The name of the training images.</param>
/// <param name="Test">The name of the test images, or null.</param>
/// <param name="Validation">The name of the validation images, or null.</param>
internal sealed record NpzRoles(string Train, string? Test, string? Validation)
{
    // What may stand beside the part in a name: of several groups the first one counts, the others are left out by name.
    private static readonly string[] Contents = ["x", "images", "image", "imgs", "img", "data", ""];

    /// <summary>Finds the sets: names that consist of a part (train, test, val …) and of one word for images, in either order.</summary>
    /// <param name="names">The names of all arrays.</param>
    /// <returns>The sets, or null where there is no training set with a test or a validation set.</returns>
    public static NpzRoles? Find(IReadOnlyList<string> names)
    {
        foreach (var content in Contents)
        {
            string? Of(SplitPart part) => names.FirstOrDefault(name => Parse(name) == (part, content));
            if (Of(SplitPart.Train) is { } train && (Of(SplitPart.Test), Of(SplitPart.Validation)) is var (test, validation) && (test ?? validation) is not null)
                return new NpzRoles(train, test, validation);
        }
        return null;
    }

    private static (SplitPart, string)? Parse(string name)
    {
        var words = name.ToLowerInvariant().Split('_', '-', '.');
        if (words.Length == 1) return SplitParts.Find(words[0]) is { } alone ? (alone, "") : null;
        if (words.Length != 2) return null;
        if (SplitParts.Find(words[0]) is { } first && Contents.Contains(words[1])) return (first, words[1]);
        return SplitParts.Find(words[1]) is { } second && Contents.Contains(words[0]) ? (second, words[0]) : null;
    }
}
