namespace Joule.Data;

/// <summary>A folder with a dataset in IDX form under MNIST's file names. The content is the user's own: no check sum is asked
/// for.</summary>
public static class LocalIdxFolder
{
    private const int Classes = 10; // MNIST's, whose names these are
    private static readonly string[] Images = ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"];
    private static readonly string[] Labels = ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Whether a folder holds at least one file of images under a standard name.</summary>
    /// <param name="folder">The folder.</param>
    public static bool Matches(string folder) => Images.Any(name => Locate(folder, name) is not null);

    /// <summary>Reads the training and the test images, with their labels, 0 to 9, where the files are there.</summary>
    /// <param name="folder">The folder. Names are <c>train-images-idx3-ubyte</c> or <c>train-images.idx3-ubyte</c> (and so on), with or
    /// without <c>.gz</c>.</param>
    /// <exception cref="InvalidInputException">A file of images is missing, a file is no whole IDX file, or they do not fit
    /// together, or a label is out of range.</exception>
    public static TrainTest Read(string folder)
    {
        var missing = Images.Where(name => Locate(folder, name) is null).ToArray();
        if (missing.Length > 0)
        {
            throw new InvalidInputException(
                $"{folder}: {string.Join(" and ", missing)} is missing. A folder of IDX files holds {string.Join(", ", Images.Concat(Labels))} (gzipped or not; labels may be left out).");
        }
        var train = ReadPart(folder, 0).With(name: "train");
        var test = ReadPart(folder, 1).With(name: "test");
        return TrainTest.Of(folder, train, test);
    }

    /// <summary>Refuses a folder whose files are links out of it.</summary>
    /// <exception cref="InvalidInputException">One is.</exception>
    internal static void CheckLinks(string folder)
    {
        foreach (var path in Images.Concat(Labels).Select(name => Locate(folder, name)).OfType<string>()) FolderEntry.Check(new FileInfo(path));
    }

    /// <summary>Finds a standard file in a folder, with a dash or a dot before <c>idx</c>, gzipped or not; null where there is
    /// none.</summary>
    internal static string? Locate(string folder, string name)
    {
        var dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { name, dotted, name + ".gz", dotted + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>Whether a path's file name is a standard name, however it is written.</summary>
    internal static bool IsStandardName(string file, string name) =>
        file == name || file == name.Replace("-idx", ".idx", StringComparison.Ordinal) || file == name + ".gz";

    private static ImageSet ReadPart(string folder, int part)
    {
        var images = IdxFile.ReadImages(Locate(folder, Images[part])!);
        return Locate(folder, Labels[part]) is string labels ? images.With(labels: IdxFile.ReadLabels(labels, Classes)) : images;
    }
}
