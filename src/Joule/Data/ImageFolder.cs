namespace Joule.Data;

/// <summary>A folder of PNG pictures of one size.</summary>
public static class ImageFolder
{
    /// <summary>Reads every <c>*.png</c> of a folder (not of its subfolders), in the ordinal order of the names. Pictures are grey where
    /// all of them are
    /// (a colour picture whose red, green and blue agree everywhere is grey); one real colour picture makes all of them colour.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">There is no such folder, no PNG in it, one is no PNG, or two differ in size.</exception>
    public static ImageSet Read(string folder)
    {
        var paths = Files(folder);
        if (paths.Count == 0) throw new InvalidInputException($"{folder}: there is no *.png file in this folder. Put the pictures there, all of one size.");
        PngImage? first = null;
        var pictures = new List<PngImage>(paths.Count);
        foreach (var path in paths)
        {
            var picture = GreyIfGrey(PngFile.Read(path));
            first ??= picture;
            if (picture.Width != first.Width || picture.Height != first.Height)
            {
                throw new InvalidInputException(
                    $"{folder}: {Path.GetFileName(path)} is {picture.Width}×{picture.Height} pixels (width×height), but {Path.GetFileName(paths[0])} is {first.Width}×{first.Height}. "
                    + "All pictures must be of one size: scale or cut them first.");
            }
            pictures.Add(picture);
        }
        var channels = pictures.Max(picture => picture.Channels);
        var plane = first!.Width * first.Height;
        var total = (long)plane * channels * pictures.Count;
        if (total > Array.MaxLength)
            throw new InvalidInputException($"{folder}: {pictures.Count} pictures take {total} bytes; at most {Array.MaxLength} can be held. Take fewer, or make them smaller.");
        var pixels = new byte[total];
        for (var i = 0; i < pictures.Count; i++)
        {
            Place(pictures[i], channels, pixels.AsSpan(i * plane * channels, plane * channels));
        }
        return ImageSet.FromBytes(folder, channels, first.Height, first.Width, pixels, [.. paths.Select(path => Path.GetFileName(path))]);
    }

    /// <summary>Whether a folder holds a PNG file.</summary>
    internal static bool HasPictures(string folder) => Files(folder).Count > 0;

    private static List<string> Files(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            var paths = Directory.EnumerateFiles(folder)
                .Where(path => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase) && !Path.GetFileName(path).StartsWith('.'))
                .ToList();
            paths.Sort((a, b) => string.CompareOrdinal(Path.GetFileName(a), Path.GetFileName(b)));
            return paths;
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
