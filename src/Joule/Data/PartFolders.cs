namespace Joule.Data;

/// <summary>A folder with folders <c>train</c> and <c>test</c>, <c>val</c>, or both: each of them pictures, or one folder for each
/// class.</summary>
internal static class PartFolders
{
    /// <summary>Reads the sets; null where the folder is not made so.</summary>
    /// <exception cref="InvalidInputException">Two folders mean the same part, or one cannot be read.</exception>
    public static ImageParts? Read(string path)
    {
        var listing = PictureListing.Of(path);
        if (listing.Pictures.Count > 0) return null;
        string? Of(SplitPart part)
        {
            DirectoryInfo[] found = [.. listing.Folders.Where(folder => SplitParts.Find(folder.Name) == part)];
            if (found.Length > 1)
                throw new InvalidInputException($"{path}: the folders {string.Join(" and ", found.Select(folder => folder.Name))} mean the same. Put one of them elsewhere.");
            return found.Length == 0 ? null : found[0].Name;
        }
        var (train, test, validation) = (Of(SplitPart.Train), Of(SplitPart.Test), Of(SplitPart.Validation));
        if (train is null || (test ?? validation) is null) return null;
        foreach (var name in new[] { train, test, validation }.OfType<string>()) FolderEntry.Check(new DirectoryInfo(Path.Combine(path, name)));
        // One number for a class in all parts, though a part may lack it.
        string[] classes = [.. new[] { train, test, validation }.OfType<string>().SelectMany(name => ImageFolder.ClassesOf(Path.Combine(path, name))).Distinct().Order(StringComparer.Ordinal)];
        ImageSet Part(string name, string called) => ImageFolder.ReadClasses(Path.Combine(path, name), classes).With(name: called);
        var images = Part(train, "train");
        string[] others = [.. listing.Folders.Select(folder => folder.Name).Where(name => name != train && name != test && name != validation)];
        var reading = images.Reading!;
        if (others.Length > 0)
            reading = reading with { LeftOut = [.. reading.LeftOut, .. others.Take(10).Select(name => new LeftOut { What = $"folder {MessageText.Of(name)}" })] };
        return new ImageParts(path, images.With(reading: reading), test is null ? null : Part(test, "test"), validation is null ? null : Part(validation, "validation"));
    }
}
