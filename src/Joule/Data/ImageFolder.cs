namespace Joule.Data;

/// <summary>A picture that a folder holds.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Length">Its file's size in bytes.</param>
/// <param name="Read">Reads it.</param>
internal sealed record PictureFile(string Name, long Length, Func<PngImage> Read);

/// <summary>A folder of PNG pictures of one size.</summary>
public static class ImageFolder
{
    /// <summary>Reads every <c>*.png</c> of a folder (not of its subfolders), in the ordinal order of the names. Pictures are grey where
    /// all of them are
    /// (a colour picture whose red, green and blue agree everywhere is grey); one real colour picture makes all of them colour.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">There is no such folder, no PNG in it, one is no PNG or a link out of the folder, two differ
    /// in size, or all together unpack to more than twice their files and 63 MiB.</exception>
    public static ImageSet Read(string folder)
    {
        var files = Files(folder);
        if (files.Count == 0) throw new InvalidInputException($"{folder}: there is no *.png file in this folder. Put the pictures there, all of one size.");
        foreach (var file in files) FolderEntry.Check(file);
        return Read(folder, [.. files.Select(file => new PictureFile(file.Name, Length(file), () => PngFile.Read(Path.Combine(folder, file.Name))))]);
    }

    /// <summary>Joins pictures to a set, wherever they come from.</summary>
    internal static ImageSet Read(string folder, IReadOnlyList<PictureFile> files)
    {
        var most = Math.Min(Array.MaxLength, ReadLimit.Unpacked(files.Sum(file => file.Length)));
        PngImage? first = null;
        byte[] pixels = [];
        var channels = 1;
        for (var i = 0; i < files.Count; i++)
        {
            var picture = GreyIfGrey(files[i].Read());
            if (first is null || (picture.Channels == 3 && channels == 1))
            {
                first ??= picture;
                pixels = Widened(pixels, i, first, channels, picture.Channels, files.Count, most, folder);
                channels = picture.Channels;
            }
            if (picture.Width != first.Width || picture.Height != first.Height)
            {
                throw new InvalidInputException(
                    $"{folder}: {MessageText.Printable(files[i].Name)} is {picture.Width}×{picture.Height} pixels (width×height), but {MessageText.Printable(files[0].Name)} is {first.Width}×{first.Height}. "
                    + "All pictures must be of one size: scale or cut them first.");
            }
            var length = first.Width * first.Height * channels;
            Place(picture, channels, pixels.AsSpan(i * length, length));
        }
        return ImageSet.FromBytes(folder, channels, first!.Height, first.Width, pixels, [.. files.Select(file => file.Name)]);
    }

    /// <summary>Whether a folder holds a PNG file.</summary>
    internal static bool HasPictures(string folder) => Files(folder).Count > 0;

    /// <summary>Memory for all the pictures, those that are there taken over: grey ones become colour.</summary>
    private static byte[] Widened(byte[] pixels, int have, PngImage size, int from, int to, int count, long most, string folder)
    {
        var plane = size.Width * size.Height;
        var total = (long)plane * to * count;
        if (total + pixels.Length > most)
        {
            throw new InvalidInputException(
                $"{folder}: {count} pictures of {size.Width}×{size.Height} pixels take {total} bytes; files of their size may unpack to {most}. "
                + "Take fewer, make them smaller, or save them as one array of bytes: numpy.save(path, array.astype('uint8')).");
        }
        var wide = new byte[total];
        for (var i = 0; i < have * to; i++) pixels.AsSpan(i / to * from * plane, plane).CopyTo(wide.AsSpan(i * plane));
        return wide;
    }

    private static List<FileInfo> Files(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            var files = new DirectoryInfo(folder).EnumerateFiles()
                .Where(file => file.Extension.Equals(".png", StringComparison.OrdinalIgnoreCase) && !file.Name.StartsWith('.'))
                .ToList();
            files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            return files;
        }
        catch (DirectoryNotFoundException error)
        {
            throw new InvalidInputException($"There is no folder {folder}. Check the name and the folder you are in.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be listed: {error.Message.TrimEnd('.')}. Name a folder that you may read.", error);
        }
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException)
        {
            return 0; // it is gone, or a link to nothing: opening it says so
        }
    }

    private static PngImage GreyIfGrey(PngImage picture)
    {
        if (picture.Channels == 1) return picture;
        var colour = picture.Pixels;
        var grey = new byte[colour.Length / 3];
        for (var i = 0; i < grey.Length; i++)
        {
            if (colour[3 * i] != colour[(3 * i) + 1] || colour[3 * i] != colour[(3 * i) + 2]) return picture;
            grey[i] = colour[3 * i];
        }
        return new PngImage(picture.Width, picture.Height, 1, grey);
    }

    /// <summary>From rows of pixels with the channel fastest to [channels, height, width].</summary>
    private static void Place(PngImage picture, int channels, Span<byte> image)
    {
        var plane = picture.Width * picture.Height;
        for (var c = 0; c < channels; c++)
        {
            var to = image.Slice(c * plane, plane);
            var from = picture.Channels == 1 ? 0 : c;
            for (var i = 0; i < plane; i++) to[i] = picture.Pixels[(i * picture.Channels) + from];
        }
    }
}
