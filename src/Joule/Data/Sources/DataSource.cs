namespace Joule.Data;

/// <summary>Finds images by what the user names: a dataset, a folder or a file.</summary>
public static class DataSource
{
    /// <summary>
    /// Opens training images with test images. Without a test set, one seventh of the images (at least one), drawn by a seed, is set apart.
    /// </summary>
    /// <param name="nameOrPath">
    /// A name of the catalogue; a folder with IDX files under MNIST's or EMNIST's names; a folder of PNG pictures, one with a folder of
    /// pictures for each class, or one with such folders <c>train</c> and <c>test</c> or <c>val</c>; an NPY file; an NPZ archive with one
    /// array, or with arrays named as training and test images (<c>x_train</c> and <c>x_test</c>, <c>train_images</c>, <c>val_images</c>
    /// and <c>test_images</c>, …), or one of its arrays, FILE:NAME; an IDX file, gzipped or not.
    /// </param>
    /// <param name="request">How to read arrays; null: by their type and shape.</param>
    /// <param name="split">How images are split; null: by seed 1, without validation images.</param>
    /// <param name="log">Receives one line for each operation of a fetch.</param>
    /// <param name="cancellation">Cancels a fetch.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    /// <exception cref="JouleException">A dataset cannot be fetched.</exception>
    public static TrainTest Open(
        string nameOrPath, ReadingRequest? request, ImageSplit? split, Action<string> log, CancellationToken cancellation) =>
        Open(nameOrPath, new DataFetcher(), DatasetCatalogue.All, log, cancellation, request, split);

    /// <summary>Opens images to score.</summary>
    /// <param name="input">
    /// As for <see cref="Open(string, ReadingRequest?, ImageSplit?, Action{string}, CancellationToken)"/>; a dataset's name may be followed
    /// by <c>:train</c> or <c>:test</c>. A dataset, or a folder or an archive with a test set, without that stands for its test set; any
    /// other file or folder for all of its images.
    /// </param>
    /// <param name="request">
    /// How to read arrays; null: by their type and shape. Grey and colour are made what its model takes.
    /// </param>
    /// <param name="log">Receives one line for each operation of a fetch.</param>
    /// <param name="cancellation">Cancels a fetch.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    /// <exception cref="JouleException">A dataset cannot be fetched.</exception>
    public static ImageSet OpenImages(string input, ReadingRequest? request, Action<string> log, CancellationToken cancellation) =>
        OpenImages(input, new DataFetcher(), DatasetCatalogue.All, log, cancellation, request);

    /// <summary>The name of the same images from any folder: a path becomes absolute, a dataset's name is kept.</summary>
    /// <param name="nameOrPath">As for <see cref="Open(string, ReadingRequest?, ImageSplit?, Action{string}, CancellationToken)"/>.</param>
    public static string FromAnyFolder(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (DatasetCatalogue.Find(nameOrPath) is not null)
            return nameOrPath;
        if (NpzFile.Choice(nameOrPath) is var (file, array))
            return $"{Path.GetFullPath(file)}:{array}";
        return Path.Exists(nameOrPath) ? Path.GetFullPath(nameOrPath) : nameOrPath;
    }

    internal static TrainTest Open(
        string nameOrPath, DataFetcher fetcher, IReadOnlyList<Dataset> known, Action<string> log, CancellationToken cancellation,
        ReadingRequest? request = null, ImageSplit? split = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        request ??= ReadingRequest.Default;
        Dataset? dataset = DatasetCatalogue.Find(nameOrPath, known);
        if (dataset is null && !Path.Exists(nameOrPath) && nameOrPath.LastIndexOf(':') is var colon and > 0
            && DatasetCatalogue.Find(nameOrPath[..colon], known) is { } whole)
        {
            throw new InvalidInputException($"\"{nameOrPath}\" is a part of the dataset {whole.Name}, and training and test images are "
                + $"taken from the dataset as a whole: give {whole.Name}. A part is for images to score: {whole.Name}:train or "
                + $"{whole.Name}:test.");
        }
        ImageParts parts = dataset is not null
            ? Fetched(dataset, fetcher, log, cancellation)
            : Parts(nameOrPath, request) ?? new ImageParts(nameOrPath, Single(nameOrPath, known, request), null, null);
        foreach (ImageSet set in new[] { parts.Train, parts.Test, parts.Validation }.OfType<ImageSet>())
        {
            if (request.Model is not { } model || model.Fits(set.Height, set.Width))
                continue;
            throw new InvalidInputException($"{set.Name} holds {ArrayLayout.Kind(set.Channels)} images of {set.Height}×{set.Width}; the "
                + $"model needs {model.Sizes}. Scale or cut them to that size.");
        }
        parts = parts with
        {
            Train = Fitting(parts.Train, request)!,
            Test = Fitting(parts.Test, request),
            Validation = Fitting(parts.Validation, request),
        };
        return (split ?? ImageSplit.Default).Share(parts with { Train = Told(parts.Train, request, dataset is not null) });
    }

    internal static ImageSet OpenImages(
        string input, DataFetcher fetcher, IReadOnlyList<Dataset> known, Action<string> log, CancellationToken cancellation,
        ReadingRequest? request = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        request ??= ReadingRequest.Default;
        return Fitting(Images(input, fetcher, known, request, log, cancellation), request)!;
    }

    /// <summary>
    /// Whether a source defines its own reading, so that range and layout have no effect: a named dataset, or a folder of pictures.
    /// </summary>
    /// <param name="nameOrPath">As for <see cref="Open(string, ReadingRequest?, ImageSplit?, Action{string}, CancellationToken)"/>.</param>
    internal static bool SaysHow(string nameOrPath) =>
        DatasetCatalogue.Find(nameOrPath) is not null || (Directory.Exists(nameOrPath) && !LocalIdxFolder.Matches(nameOrPath));

    /// <summary>
    /// Converts grey and colour to what a model takes. Images of another size are kept, so that the error names their size.
    /// </summary>
    private static ImageSet? Fitting(ImageSet? images, ReadingRequest request) =>
        images is not null && request.Model is { } model && model.Fits(images.Height, images.Width)
            ? images.AsChannels(model.Channels)
            : images;

    private static ImageSet Images(
        string input, DataFetcher fetcher, IReadOnlyList<Dataset> known, ReadingRequest request, Action<string> log,
        CancellationToken cancellation)
    {
        int colon = input.LastIndexOf(':');
        string part = colon > 0 ? input[(colon + 1)..] : "";
        if (DatasetCatalogue.Find(colon > 0 ? input[..colon] : input, known) is not Dataset dataset)
        {
            if (Parts(input, request) is not { } parts)
                return Told(Single(input, known, request), request, false);
            LeftOut[] beside = [new LeftOut { What = "training images", Count = parts.Train.Count },
                .. parts.Validation is { } other ? [new LeftOut { What = "validation images", Count = other.Count }] : (LeftOut[])[]];
            return parts.Test is { } test
                ? Told((parts with { Notes = [.. parts.Notes, "the test images"] }).Told(test, beside), request, false)
                : throw new InvalidInputException(
                $"{input} has training and validation images, and no test images. Name the ones that you mean: "
                    + $"{(Directory.Exists(input) ? Path.Combine(input, "val") : $"{input}:NAME")}.");
        }
        if (part is not ("" or "train" or "test") || (colon > 0 && part == ""))
            throw new InvalidInputException($"{dataset.Name} has no part \"{part}\". Name {dataset.Name}:train or {dataset.Name}:test.");
        ImageParts sets = Fetched(dataset, fetcher, log, cancellation);
        return Told(part == "train" ? sets.Train : sets.Test!, request, true);
    }

    private static ImageParts Fetched(Dataset dataset, DataFetcher fetcher, Action<string> log, CancellationToken cancellation) =>
        Named(LocalIdxFolder.ReadParts(fetcher.Fetch(dataset, log, cancellation), ReadingRequest.Default) with { Name = dataset.Name });

    private static ImageParts Named(ImageParts sets) =>
        sets with { Train = sets.Train.With(name: sets.Name + ":train"), Test = sets.Test!.With(name: sets.Name + ":test") };

    /// <summary>Adds warnings for options without effect.</summary>
    private static ImageSet Told(ImageSet images, ReadingRequest request, bool isDataset)
    {
        if (images.Reading is not { } reading || (!isDataset && reading.Layout != ImageReading.Pictures))
            return images;
        string[] unused = [.. new[] { request.Range is { } range && range != ValueRange.Bytes ? "--range" : null,
            request.Layout is null ? null : "--layout" }.OfType<string>()];
        if (unused.Length == 0)
            return images;
        return images.With(reading: reading with { Warnings = [.. reading.Warnings, NoEffect(unused, isDataset)] });
    }

    /// <summary>The warning of options that have no effect.</summary>
    internal static string NoEffect(string[] unused, bool isDataset) =>
        $"{string.Join(" and ", unused)} {(unused.Length > 1 ? "have" : "has")} no effect on "
        + (isDataset ? "a dataset that is known by its name" : "pictures: their files say how they are read");

    /// <summary>A folder or an archive with its own sets, or else null.</summary>
    private static ImageParts? Parts(string path, ReadingRequest request)
    {
        if (!Directory.Exists(path))
            return NpzFile.IsArchive(path) ? NpzFile.ReadParts(path, request) : null;
        if (!LocalIdxFolder.Matches(path))
            return PartFolders.Read(path);
        LocalIdxFolder.CheckLinks(path);
        return LocalIdxFolder.ReadParts(path, request);
    }

    private static ImageSet Single(string path, IReadOnlyList<Dataset> known, ReadingRequest request)
    {
        if (Directory.Exists(path))
            return ImageFolder.Read(path);
        if (!File.Exists(path))
            return Chosen(path, request) ?? throw Unknown(path, known);
        if (new FileInfo(path).Length == 0 && File.ResolveLinkTarget(path, returnFinalTarget: true) is null)
            throw InvalidInputException.At(
                path, 0, $"the file is empty or a pipe, neither an NPY file nor an IDX file nor an NPZ archive. {Expected(known)}");
        byte[] head = new byte[FileKind.HeadLength];
        long length;
        using (FileStream stream = InputFile.Open(path))
        {
            length = stream.Length;
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        if (head.Length >= 6 && head.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
            return NpyFile.ReadImages(path, request);
        if (NpzFile.Starts(head))
            return NpzFile.ReadImages(path, null, request);
        if (head is [0x1f, 0x8b, ..])
            CheckPacked(path);
        if (head is [0x1f, 0x8b, ..] or [0, 0, not (0 or 1), ..] or [0, 0, 1, not 0, ..] or [0, 0] or [0, 0, 1])
            return IdxFile.ReadImages(path, request);
        if (head is [_, (byte)'P', (byte)'N', (byte)'G', ..])
            throw new InvalidInputException($"{path} is a single picture. Put the pictures into a folder and name the folder.");
        if (FileKind.IsSafeTensors(head, length))
            throw InvalidInputException.At(
                path, 0,
                "this is a safetensors file, a model or a checkpoint and no images. The model comes first, then the images: joule score "
                    + "MODEL INPUT.");
        FileKind? kind = FileKind.Of(head);
        string advice = kind is { AsImages.Length: > 0 } ? $" {kind.AsImages}." : "";
        throw InvalidInputException.At(
            path, 0,
            $"the file is {(kind is null ? "" : $"{kind.Name}, ")}neither an NPY file nor an IDX file nor an NPZ archive.{advice} "
                + $"{Expected(known)}");
    }

    /// <summary>Refuses a gzipped file that is not IDX, and names its content.</summary>
    private static void CheckPacked(string path)
    {
        byte[] head = new byte[FileKind.HeadLength];
        FileKind? kind = InputFile.Read(path, stream =>
        {
            using GzipOrPlain content = new(stream, path);
            head = head[..content.ReadUpTo(head)];
            return head is [0, 0, ..] or [] ? null : FileKind.Of(head);
        });
        if (head is [0, 0, ..] or [])
            return;
        string plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path + ".unpacked";
        string unpack = plain.Length < path.Length ? $"gunzip -k {path}" : $"gunzip -c {path} > {plain}";
        string advice = kind is { IsTar: true } ? $"Unpack it, and name what was in it: tar xzf {path}"
            : kind is { AsImages: "" } or null ? $"Unpack it, and name what comes out, {plain}: {unpack}"
            : $"Unpack it: {unpack}. {kind.AsImages}";
        throw InvalidInputException.At(
            path, 0,
            $"the file is gzipped, and within it is {kind?.Name ?? "a file of a kind that is not known"}; only IDX files are read gzipped. "
                + $"{advice}.");
    }

    /// <summary>An array named as FILE:NAME; null if there is no such file.</summary>
    private static ImageSet? Chosen(string given, ReadingRequest request)
    {
        if (NpzFile.Choice(given) is not var (file, array))
            return null;
        return NpzFile.IsArchive(file)
            ? NpzFile.ReadImages(file, array, request)
            : throw new InvalidInputException($"\"{given}\": {file} is not an NPZ archive, so there is no array "
                + $"\"{MessageText.Of(array)}\" in it to choose. Give {file} by itself.");
    }

    private static InvalidInputException Unknown(string given, IReadOnlyList<Dataset> known)
    {
        int colon = given.LastIndexOf(':');
        string name = colon > 0 ? given[..colon] : given;
        string? nearest = NearestName.Find(name, known.Select(dataset => dataset.Name));
        string near = nearest is null ? "" : $" Did you mean \"{nearest}{(colon > 0 ? given[colon..] : "")}\"?";
        return new InvalidInputException($"\"{given}\" is neither a dataset nor a file or folder.{near} {Expected(known)}");
    }

    private static string Expected(IReadOnlyList<Dataset> known) =>
        $"Give a dataset ({string.Join(", ", known.Select(dataset => dataset.Name))}), a folder of PNG pictures or of one such folder for "
            + "each class, a folder with IDX files under MNIST's names, an NPY file, an NPZ archive or an IDX file.";
}
