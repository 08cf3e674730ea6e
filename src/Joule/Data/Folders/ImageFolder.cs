namespace Joule.Data;

/// <summary>A picture in a folder.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Length">Its file's size in bytes.</param>
/// <param name="Read">Reads it.</param>
internal sealed record PictureFile(string Name, long Length, Func<PngImage> Read);

/// <summary>A folder of PNG pictures of the same size: directly in it, or one folder per class.</summary>
public static class ImageFolder
{
    private const int MostNamed = 10;

    /// <summary>
    /// Reads every <c>*.png</c> of a folder, in ordinal order of the names; or, if the folder holds folders instead, those of each folder
    /// in it: a class, whose index in ordinal order is the label. Pictures are grey if all of them are (a colour picture whose red, green
    /// and blue are equal everywhere is grey); one real colour picture makes all of them colour. Other kinds of pictures, and folders that
    /// are not read, are counted in the reading's warnings.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">
    /// The folder is missing or has no PNG; a file is not a PNG or is a link out of the folder; two pictures differ in size; or all
    /// together unpack to more than twice their files and 63 MiB.
    /// </exception>
    public static ImageSet Read(string folder) => ReadClasses(folder, null);

    /// <summary>Reads a folder with given class numbers.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">The names of all classes, in order; null: those of this folder.</param>
    /// <param name="root">The folder that the user named; null: this one.</param>
    internal static ImageSet ReadClasses(string folder, IReadOnlyList<string>? classes, string? root = null)
    {
        PictureListing listing = PictureListing.Of(folder);
        if (listing.Pictures.Count > 0)
            return Flat(listing, root ?? folder);
        List<PictureListing> inside = Classes(listing, root ?? folder);
        if (inside.Count == 0)
            throw listing.None();
        // A class may have any name; a name that sets usually have is reported.
        string[] odd = classes is null && inside.Count > 1
            ? [.. inside.Select(kind => Path.GetFileName(kind.Folder)).Where(name => SplitParts.Find(name) is not null)]
            : [];
        classes ??= [.. inside.Select(kind => Path.GetFileName(kind.Folder))];
        List<PictureFile> files = [];
        List<byte> labels = [];
        foreach (PictureListing kind in inside)
        {
            string name = Path.GetFileName(kind.Folder);
            int label = classes.ToList().IndexOf(name);
            foreach (FileInfo file in kind.Pictures)
            {
                FolderEntry.Check(file, root ?? folder);
                files.Add(new PictureFile($"{name}/{file.Name}", Length(file), () => PngFile.Read(file.FullName)));
                labels.Add((byte)Math.Clamp(label, 0, byte.MaxValue));
            }
        }
        ImageSet images = Read(folder, files);
        PictureListing[] without = [.. listing.Folders.Where(sub => inside.All(kind => Path.GetFileName(kind.Folder) != sub.Name))
            .Select(sub => PictureListing.Of(sub.FullName))];
        string[] deeper = inside.SelectMany(kind => kind.Folders.Where(HasAny).Select(sub => $"{Path.GetFileName(kind.Folder)}/{sub.Name}"))
            .ToArray();
        string[] others = [.. listing.Others, .. inside.Concat(without).SelectMany(kind => kind.Others)];
        string kinds = inside.Count == 1 ? "1 class" : $"{inside.Count} classes";
        string[] empty = [.. without.Select(kind => Path.GetFileName(kind.Folder))];
        images = Described(images, folder, others, [
            .. Named(empty, "without PNG pictures in it: not read", "without PNG pictures in them: not read"),
            .. Named(deeper, "not read: a class is one folder")]);
        if (odd.Length > 0)
        {
            string warning = $"{MessageText.Printable(folder)}: {Named(odd, "is read as a class", "are read as classes")[0]}, "
                + "like the other folders; a training set is a folder train with only test or val next to it";
            images = images.With(reading: images.Reading! with { Warnings = [.. images.Reading.Warnings, warning] });
        }
        string names = string.Join(", ", inside.Take(MostNamed).Select(kind => MessageText.Of(Path.GetFileName(kind.Folder))));
        images = images.With(reading: images.Reading!.Noting($"{kinds}: {names}{(inside.Count > MostNamed ? ", …" : "")}"));
        return classes.Count <= byte.MaxValue + 1 ? images.With(labels: [.. labels]) : images;
    }

    /// <summary>The names of the classes of a folder; none if its pictures lie in it.</summary>
    internal static IReadOnlyList<string> ClassesOf(string folder, string root)
    {
        PictureListing listing = PictureListing.Of(folder);
        return listing.Pictures.Count > 0 ? [] : [.. Classes(listing, root).Select(kind => Path.GetFileName(kind.Folder))];
    }

    private static List<PictureListing> Classes(PictureListing listing, string root)
    {
        List<PictureListing> classes = [];
        foreach (DirectoryInfo folder in listing.Folders)
        {
            FolderEntry.Check(folder, root);
            if (PictureListing.Of(Path.Combine(listing.Folder, folder.Name)) is { Pictures.Count: > 0 } inside)
                classes.Add(inside);
        }
        if (classes.Count > 0)
            return classes;
        // The reason: pictures that are not PNG.
        string[] others = listing.Folders.SelectMany(folder => PictureListing.Of(Path.Combine(listing.Folder, folder.Name)).Others.Select(
            name => $"{folder.Name}/{name}")).ToArray();
        if (others.Length > 0 && listing.Others.Count == 0)
            throw (listing with { Others = others }).None();
        return classes;
    }

    private static ImageSet Flat(PictureListing listing, string root)
    {
        foreach (FileInfo file in listing.Pictures)
            FolderEntry.Check(file, root);
        ImageSet images = Read(listing.Folder, [.. listing.Pictures.Select(
            file => new PictureFile(file.Name, Length(file), () => PngFile.Read(Path.Combine(listing.Folder, file.Name))))]);
        string[] folders = [.. listing.Folders.Where(HasAny).Select(folder => folder.Name)];
        return Described(images, listing.Folder, listing.Others, Named(folders, "not read: there are pictures next to it"));
    }

    private static string[] Named(string[] folders, string why, string? whyMany = null) => folders.Length == 0
        ? []
        : [$"{(folders.Length == 1 ? "folder" : "folders")} "
            + $"{string.Join(", ", folders.Take(MostNamed).Select(MessageText.Of))}{(folders.Length > MostNamed ? ", …" : "")} "
            + $"{(folders.Length == 1 ? why : whyMany ?? why)}"];

    private static bool HasAny(DirectoryInfo folder) =>
        folder.LinkTarget is null && PictureListing.Of(folder.FullName) is var listing && listing.Pictures.Count + listing.Others.Count > 0;

    private static ImageSet Described(ImageSet images, string folder, IReadOnlyList<string> others, string[] folders)
    {
        IReadOnlyList<LeftOut> leftOut = PictureListing.Count(others);
        string[] counted = others.Count == 0
            ? []
            : [$"{MessageText.Printable(folder)}: {others.Count} of {others.Count + images.Count} {PictureListing.Kind(leftOut)} "
                + $"{(others.Count == 1 ? "is not PNG and was" : "are not PNG and were")} left out: {PictureListing.Text(leftOut)}; "
                + $"{PictureListing.Advice(leftOut)}"];
        return images.With(reading: images.Reading! with
        {
            LeftOut = leftOut,
            Warnings = [.. counted, .. folders.Select(named => $"{MessageText.Printable(folder)}: {named}")],
        });
    }

    /// <summary>Combines pictures of any origin to a set.</summary>
    internal static ImageSet Read(string folder, IReadOnlyList<PictureFile> files)
    {
        long most = Math.Min(Array.MaxLength, ReadLimit.Unpacked(files.Sum(file => file.Length)));
        PngImage? first = null;
        byte[] pixels = [];
        (int channels, int storedAsColour) = (1, 0);
        for (int i = 0; i < files.Count; i++)
        {
            PngImage read = files[i].Read();
            PngImage picture = GreyIfGrey(read);
            if (read.Channels == 3)
                storedAsColour++;
            if (first is null || (picture.Channels == 3 && channels == 1))
            {
                first ??= picture;
                pixels = Widened(pixels, i, first, channels, picture.Channels, files.Count, most, folder);
                channels = picture.Channels;
            }
            if (picture.Width != first.Width || picture.Height != first.Height)
            {
                throw new InvalidInputException(
                    $"{folder}: {MessageText.Printable(files[i].Name)} is {picture.Width}×{picture.Height} pixels (width×height), but "
                    + $"{MessageText.Printable(files[0].Name)} is {first.Width}×{first.Height}. "
                    + "All pictures must be of one size: scale or cut them first.");
            }
            int length = first.Width * first.Height * channels;
            Place(picture, channels, pixels.AsSpan(i * length, length));
        }
        ImageReading reading = new()
        {
            Type = "PNG",
            Shape = [files.Count, first!.Height, first.Width, channels],
            Layout = ImageReading.Pictures,
        };
        if (channels == 1 && storedAsColour > 0)
            reading = reading.Noting(
                storedAsColour == files.Count
                    ? "stored as colour, all grey: read as grey"
                    : $"{storedAsColour} stored as colour, all grey: read as grey");
        return ImageSet.FromBytes(folder, channels, first.Height, first.Width, pixels, [.. files.Select(file => file.Name)])
            .With(reading: reading);
    }

    /// <summary>Whether a folder holds a PNG file.</summary>
    internal static bool HasPictures(string folder) => PictureListing.Of(folder).Pictures.Count > 0;

    /// <summary>Memory for all pictures, with the existing ones copied: grey ones become colour.</summary>
    private static byte[] Widened(byte[] pixels, int have, PngImage size, int from, int to, int count, long most, string folder)
    {
        int plane = size.Width * size.Height;
        long total = (long)plane * to * count;
        if (total + pixels.Length > most)
        {
            throw new InvalidInputException(
                $"{folder}: {count} pictures of {size.Width}×{size.Height} pixels take {total} bytes; files of their size may unpack to "
                + $"{most}. "
                + "Take fewer, make them smaller, or save them as one array of bytes: numpy.save(path, array.astype('uint8')).");
        }
        byte[] wide = new byte[total];
        for (int i = 0; i < have * to; i++)
            pixels.AsSpan(i / to * from * plane, plane).CopyTo(wide.AsSpan(i * plane));
        return wide;
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException)
        {
            return 0; // missing, or a broken link: opening it reports that
        }
    }

    private static PngImage GreyIfGrey(PngImage picture)
    {
        if (picture.Channels == 1)
            return picture;
        byte[] colour = picture.Pixels;
        byte[] grey = new byte[colour.Length / 3];
        for (int i = 0; i < grey.Length; i++)
        {
            if (colour[3 * i] != colour[(3 * i) + 1] || colour[3 * i] != colour[(3 * i) + 2])
                return picture;
            grey[i] = colour[3 * i];
        }
        return new PngImage(picture.Width, picture.Height, 1, grey);
    }

    /// <summary>Converts rows of pixels, channels last, to [channels, height, width].</summary>
    private static void Place(PngImage picture, int channels, Span<byte> image)
    {
        int plane = picture.Width * picture.Height;
        for (int c = 0; c < channels; c++)
        {
            Span<byte> to = image.Slice(c * plane, plane);
            int from = picture.Channels == 1 ? 0 : c;
            for (int i = 0; i < plane; i++)
                to[i] = picture.Pixels[(i * picture.Channels) + from];
        }
    }
}
