namespace Joule.Data;

/// <summary>Finds images by what the user calls them: a dataset's name, a folder or a file.</summary>
public static class DataSource
{
    /// <summary>Opens images to train on, with images to test with. Where there is no test set of its own, the last seventh of the images
    /// (at least one) is kept for it.</summary>
    /// <param name="nameOrPath">A name of the catalogue; a folder with MNIST's four IDX files; a folder of PNG pictures, or one with such
    /// folders <c>train</c> and <c>test</c>;
    /// an NPY file; an NPZ archive with one array, or with arrays <c>x_train</c> and <c>x_test</c> or <c>train</c> and <c>test</c>, or one
    /// of its arrays, FILE:NAME; an IDX file, gzipped or not.</param>
    /// <param name="log">Told one line for each thing that a fetch does.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    /// <exception cref="JouleException">A dataset cannot be fetched.</exception>
    public static TrainTest Open(string nameOrPath, Action<string> log, CancellationToken cancellation) =>
        Open(nameOrPath, new DataFetcher(), DatasetCatalogue.All, log, cancellation);

    /// <summary>Opens images to score.</summary>
    /// <param name="input">As for <see cref="Open(string, Action{string}, CancellationToken)"/>; a dataset's name may be followed by
    /// <c>:train</c> or <c>:test</c>.
    /// A dataset, or a folder or an archive with a test set, without that stands for its test set; any other file or folder for all of
    /// its images.</param>
    /// <param name="log">Told one line for each thing that a fetch does.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    /// <exception cref="JouleException">A dataset cannot be fetched.</exception>
    public static ImageSet OpenImages(string input, Action<string> log, CancellationToken cancellation) =>
        OpenImages(input, new DataFetcher(), DatasetCatalogue.All, log, cancellation);

    /// <summary>The same images' name from any folder: a path is made whole, a dataset's name is left as it is.</summary>
    /// <param name="nameOrPath">As for <see cref="Open(string, Action{string}, CancellationToken)"/>.</param>
    public static string FromAnyFolder(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (DatasetCatalogue.Find(nameOrPath) is not null) return nameOrPath;
        if (NpzFile.Choice(nameOrPath) is var (file, array)) return $"{Path.GetFullPath(file)}:{array}";
        return Path.Exists(nameOrPath) ? Path.GetFullPath(nameOrPath) : nameOrPath;
    }

    internal static TrainTest Open(string nameOrPath, DataFetcher fetcher, IReadOnlyList<Dataset> known, Action<string> log, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (DatasetCatalogue.Find(nameOrPath, known) is Dataset dataset) return Fetched(dataset, fetcher, log, cancellation);
        return Whole(nameOrPath) ?? TrainTest.Split(nameOrPath, Single(nameOrPath, known));
    }

    internal static ImageSet OpenImages(string input, DataFetcher fetcher, IReadOnlyList<Dataset> known, Action<string> log, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        var colon = input.LastIndexOf(':');
        var part = colon > 0 ? input[(colon + 1)..] : "";
        if (DatasetCatalogue.Find(colon > 0 ? input[..colon] : input, known) is not Dataset dataset)
            return Whole(input)?.Test ?? Single(input, known);
        if (part is not ("" or "train" or "test") || (colon > 0 && part == ""))
            throw new InvalidInputException($"{dataset.Name} has no part \"{part}\". Name {dataset.Name}:train or {dataset.Name}:test.");
        var sets = Fetched(dataset, fetcher, log, cancellation);
        return part == "train" ? sets.Train.With(name: dataset.Name + ":train") : sets.Test.With(name: dataset.Name + ":test");
    }

    private static TrainTest Fetched(Dataset dataset, DataFetcher fetcher, Action<string> log, CancellationToken cancellation) =>
        LocalIdxFolder.Read(fetcher.Fetch(dataset, log, cancellation)) with { Name = dataset.Name };

    /// <summary>A folder or an archive that has a training and a test set of its own, else null.</summary>
    private static TrainTest? Whole(string path)
    {
        if (!Directory.Exists(path)) return NpzFile.IsArchive(path) ? NpzFile.ReadTrainTest(path) : null;
        if (LocalIdxFolder.Matches(path))
        {
            LocalIdxFolder.CheckLinks(path);
            return LocalIdxFolder.Read(path);
        }
        var (train, test) = (Path.Combine(path, "train"), Path.Combine(path, "test"));
        if (ImageFolder.HasPictures(path) || !Directory.Exists(train) || !Directory.Exists(test)) return null;
        FolderEntry.Check(new DirectoryInfo(train));
        FolderEntry.Check(new DirectoryInfo(test));
        return TrainTest.Of(path, ImageFolder.Read(train).With(name: "train"), ImageFolder.Read(test).With(name: "test"));
    }

    private static ImageSet Single(string path, IReadOnlyList<Dataset> known)
    {
        if (Directory.Exists(path)) return ImageFolder.Read(path);
        if (!File.Exists(path)) return Chosen(path) ?? throw Unknown(path, known);
        if (new FileInfo(path).Length == 0 && File.ResolveLinkTarget(path, returnFinalTarget: true) is null)
            throw InvalidInputException.At(path, 0, $"the file is empty or a pipe, neither an NPY file nor an IDX file nor an NPZ archive. {Expected(known)}");
        Span<byte> head = stackalloc byte[6];
        head.Fill(0xff);
        using (var stream = InputFile.Open(path)) stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head[1..].SequenceEqual("NUMPY"u8)) return NpyFile.Read(path).ToImages(path);
        if (NpzFile.Starts(head)) return NpzFile.ReadImages(path);
        var packed = head[0] == 0x1f && head[1] == 0x8b;
        if (packed || (head[0] == 0 && head[1] == 0)) return IdxFile.ReadImages(path);
        if (head[1..4].SequenceEqual("PNG"u8))
            throw new InvalidInputException($"{path} is a single picture. Put the pictures into a folder and name the folder.");
        throw InvalidInputException.At(path, 0, $"the file is neither an NPY file nor an IDX file nor an NPZ archive. {Expected(known)}");
    }

    /// <summary>An array that was named after its archive, FILE:NAME; null where there is no such file.</summary>
    private static ImageSet? Chosen(string given)
    {
        if (NpzFile.Choice(given) is not var (file, array)) return null;
        return NpzFile.IsArchive(file)
            ? NpzFile.ReadImages(file, array)
            : throw new InvalidInputException($"\"{given}\": {file} is no NPZ archive, so there is no array \"{MessageText.Of(array)}\" in it to choose. Give {file} by itself.");
    }

    private static InvalidInputException Unknown(string given, IReadOnlyList<Dataset> known)
    {
        var colon = given.LastIndexOf(':');
        var name = colon > 0 ? given[..colon] : given;
        var nearest = NearestName.Find(name, known.Select(dataset => dataset.Name));
        return new InvalidInputException(
            $"\"{given}\" is neither a dataset nor a file or folder.{(nearest is null ? "" : $" Did you mean \"{nearest}{(colon > 0 ? given[colon..] : "")}\"?")} {Expected(known)}");
    }

    private static string Expected(IReadOnlyList<Dataset> known) =>
        $"Give a dataset ({string.Join(", ", known.Select(dataset => dataset.Name))}), a folder of PNG pictures, a folder with MNIST's four IDX files, an NPY file, an NPZ archive or an IDX file.";
}
