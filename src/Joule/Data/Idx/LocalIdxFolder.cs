namespace Joule.Data;

/// <summary>
/// A folder with a dataset in IDX form under the file names of MNIST or EMNIST. The content is the user's own: no checksum is required.
/// </summary>
public static class LocalIdxFolder
{
    private const string Expected =
        "train-images-idx3-ubyte, t10k-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-labels-idx1-ubyte";

    /// <summary>Whether a folder holds at least one file of images with such a name.</summary>
    /// <param name="folder">The folder.</param>
    public static bool Matches(string folder) => Files(folder).Any(file => !file.Name.IsLabels);

    /// <summary>Reads the training and the test images, with their labels where the files are there.</summary>
    /// <param name="folder">
    /// The folder. Names are <c>train-images-idx3-ubyte</c> or <c>train-images.idx3-ubyte</c> (and so on), with or without <c>.gz</c>, in
    /// any letter case; <c>test</c> may stand for <c>t10k</c>, and a prefix, as EMNIST's, before all of them.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// A file of images is missing, the folder holds several datasets, a file is not a complete IDX file, or they do not fit together.
    /// </exception>
    public static TrainTest Read(string folder)
    {
        ImageParts parts = ReadParts(folder, ReadingRequest.Default);
        return TrainTest.Of(folder, parts.Told(parts.Train).With(name: "train"), parts.Test!.With(name: "test"),
            parts.Validation?.With(name: "validation"));
    }

    /// <summary>Reads the sets of a folder.</summary>
    internal static ImageParts ReadParts(string folder, ReadingRequest request)
    {
        (string Path, IdxName Name)[] files = Files(folder);
        string[] sets = [.. files.Where(file => !file.Name.IsLabels).Select(file => file.Name.Set).Distinct()
            .Order(StringComparer.Ordinal)];
        if (sets.Length > 1)
        {
            throw new InvalidInputException($"{folder}: the folder holds {sets.Length} datasets: "
                + $"{string.Join(", ", sets.Select(set => set.Length == 0 ? "train-images…" : MessageText.Of(set)))}. "
                + "Put the files of the one that you want into a separate folder.");
        }
        string? Locate(SplitPart part, bool labels) =>
            files.FirstOrDefault(file => file.Name.Part == part && file.Name.IsLabels == labels && file.Name.Set == sets[0]).Path;
        string[] missing = [.. new[] { (SplitPart.Train, "train-images-idx3-ubyte"), (SplitPart.Test, "t10k-images-idx3-ubyte") }
            .Where(part => Locate(part.Item1, false) is null).Select(part => part.Item2)];
        if (sets.Length == 0 || missing.Length > 0)
        {
            throw new InvalidInputException(
                $"{folder}: {string.Join(" and ", missing)} is missing. A folder of IDX files holds {Expected} (gzipped or not; labels may "
                    + "be left out).");
        }
        ImageSet? Part(SplitPart part) => Locate(part, false) is { } images ? ReadPart(images, Locate(part, true), request) : null;
        PictureListing listing = PictureListing.Of(folder);
        string[] pictures = [.. listing.Pictures.Select(file => file.Name), .. listing.Others];
        return new ImageParts(folder, Part(SplitPart.Train)!, Part(SplitPart.Test), Part(SplitPart.Validation))
        {
            // If a file exists both packed and unpacked, the unpacked one is read.
            LeftOut =
            [
                .. PictureListing.Count(pictures),
                .. files.Where(file => file.Path != Locate(file.Name.Part, file.Name.IsLabels))
                    .Select(file => new LeftOut { What = $"{MessageText.Of(Path.GetFileName(file.Path))} (beside "
                        + $"{MessageText.Of(Path.GetFileName(Locate(file.Name.Part, file.Name.IsLabels)!))})" }),
            ],
            Notes = sets[0].StartsWith("emnist", StringComparison.Ordinal)
                ? ["EMNIST stores its pictures with rows and columns exchanged; they are read as they are stored"]
                : [],
            Warnings = pictures.Length == 0
                ? []
                : [$"{MessageText.Printable(folder)}: the IDX files are read; "
                    + $"{PictureListing.Text(PictureListing.Count(pictures))} {(pictures.Length == 1 ? "is" : "are")} left out"],
        };
    }

    /// <summary>Refuses a folder whose files are links out of it.</summary>
    /// <exception cref="InvalidInputException">A file is such a link.</exception>
    internal static void CheckLinks(string folder)
    {
        foreach ((string path, _) in Files(folder))
            FolderEntry.Check(new FileInfo(path), folder);
    }

    /// <summary>
    /// Finds a standard file in a folder, with a dash or a dot before <c>idx</c>, gzipped or not; null if there is none.
    /// </summary>
    internal static string? Locate(string folder, string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { name, dotted, name + ".gz", dotted + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>Whether a path's file name is a standard name, however it is written.</summary>
    internal static bool IsStandardName(string file, string name) =>
        file == name || file == name.Replace("-idx", ".idx", StringComparison.Ordinal) || file == name + ".gz";

    /// <summary>The files with such names, unpacked ones first.</summary>
    private static (string Path, IdxName Name)[] Files(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder).Select(path => (Path: path, Name: IdxName.Parse(Path.GetFileName(path))!))
                    .Where(file => file.Name is not null)
                    .OrderBy(file => file.Name.IsPacked).ThenBy(file => file.Path, StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"{folder} cannot be listed: {error.Message.TrimEnd('.')}. Name a folder that you may read.", error);
        }
    }

    private static ImageSet ReadPart(string path, string? labels, ReadingRequest request)
    {
        ImageSet images = IdxFile.ReadImages(path, request);
        if (labels is null)
            return images;
        // Labels of another kind, such as QMNIST's, are not needed: they are left out and reported.
        return IdxFile.HoldsLabels(labels)
            ? images.With(labels: IdxFile.ReadLabels(labels))
            : images.With(reading: images.Reading! with { LeftOut = [new LeftOut { What = MessageText.Of(Path.GetFileName(labels)) }] });
    }
}
