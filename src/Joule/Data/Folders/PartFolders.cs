namespace Joule.Data;

/// <summary>
/// A folder with folders <c>train</c> and <c>test</c>, <c>val</c>, or both, each with pictures or one folder per class.
/// </summary>
internal static class PartFolders
{
    /// <summary>Reads the sets; null if the folder is not structured so.</summary>
    /// <exception cref="InvalidInputException">Two folders mean the same part, or one cannot be read.</exception>
    public static ImageParts? Read(string path)
    {
        PictureListing listing = PictureListing.Of(path);
        if (listing.Pictures.Count > 0)
            return null;
        string? Of(SplitPart part)
        {
            DirectoryInfo[] found = [.. listing.Folders.Where(folder => SplitParts.Find(folder.Name) == part)];
            if (found.Length > 1)
                throw new InvalidInputException($"{path}: the folders {string.Join(" and ", found.Select(folder => folder.Name))} mean the "
                    + "same. Put one of them elsewhere.");
            return found.Length == 0 ? null : found[0].Name;
        }
        (string? train, string? test, string? validation) = (Of(SplitPart.Train), Of(SplitPart.Test), Of(SplitPart.Validation));
        if (train is null || (test ?? validation) is null)
            return null;
        string[] sets = [.. new[] { train, test, validation }.OfType<string>()];
        foreach (string name in sets)
            FolderEntry.Check(new DirectoryInfo(Path.Combine(path, name)), path);
        string[] others = [.. listing.Folders.Select(folder => folder.Name).Where(name => !sets.Contains(name))];
        CheckClasses(path, sets, others);
        // A class has the same number in all parts, even if a part lacks it.
        string[] classes = [.. sets.SelectMany(name => ImageFolder.ClassesOf(Path.Combine(path, name), path)).Distinct()
            .Order(StringComparer.Ordinal)];
        ImageSet Part(string name) => ImageFolder.ReadClasses(Path.Combine(path, name), classes, path);
        return new ImageParts(path, Part(train), test is null ? null : Part(test), validation is null ? null : Part(validation))
        {
            LeftOut = [.. others.Take(10).Select(name => new LeftOut { What = $"folder {MessageText.Of(name)}" }),
                .. others.Length > 10 ? [new LeftOut { What = "further folders", Count = others.Length - 10 }] : (LeftOut[])[]],
        };
    }

    /// <summary>Refuses folders that may be sets or classes: all of them hold pictures, and so do others next to them.</summary>
    private static void CheckClasses(string path, string[] sets, string[] others)
    {
        string[] alike = [.. others.Where(
            name => new DirectoryInfo(Path.Combine(path, name)).LinkTarget is null && ImageFolder.HasPictures(Path.Combine(path, name)))];
        if (alike.Length == 0 || !sets.All(name => ImageFolder.HasPictures(Path.Combine(path, name))))
            return;
        throw new InvalidInputException($"{path}: the folders {string.Join(" and ", sets)} may be sets of images, or classes like "
            + $"{string.Join(", ", alike.Take(10).Select(MessageText.Of))}{(alike.Length > 10 ? ", …" : "")} next to them. "
            + $"If they are sets, put the others elsewhere; if they are classes, rename them (for example class-{sets[0]}).");
    }
}
