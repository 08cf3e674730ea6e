using System.IO.Compression;

namespace Joule.Data;

/// <summary>Reads a PNG file's bytes into pixels.</summary>
internal static class PngDecoder
{

    /// <summary>Reads a picture.</summary>
    /// <exception cref="InvalidInputException">It is not a complete PNG.</exception>
    public static PngImage Decode(ReadOnlyMemory<byte> file, string name)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (!bytes.StartsWith(PngChunks.Signature))
            throw InvalidInputException.At(
                name, 0, "this is not a PNG picture (it does not start with the PNG signature). Convert it to PNG, whatever its name.");
        int at = PngChunks.Signature.Length;
        ReadOnlySpan<byte> data = PngChunks.Next(bytes, ref at, out ReadOnlySpan<byte> type, name);
        if (!type.SequenceEqual("IHDR"u8))
            throw Bad(name, 8, "the first chunk is not IHDR");
        PngHeader header = PngHeader.Parse(data, name);
        byte[] palette = [];
        byte[]? transparency = null;
        (int first, long packed, bool finishedData) = (0, 0L, false);
        while (true)
        {
            int start = at;
            data = PngChunks.Next(bytes, ref at, out type, name);
            if (first > 0 && !type.SequenceEqual("IDAT"u8))
                finishedData = true;
            if (type.SequenceEqual("IEND"u8))
                break;
            if (type.SequenceEqual("IDAT"u8))
            {
                if (finishedData)
                    throw Bad(name, start, "its IDAT chunks do not follow one another");
                if (first == 0)
                    first = start;
                packed += data.Length;
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                if (palette.Length > 0 || data.Length is 0 or > 768 || data.Length % 3 != 0)
                    throw Bad(name, start, "its palette is damaged");
                palette = data.ToArray();
            }
            else if (type.SequenceEqual("tRNS"u8))
            {
                if (transparency is not null || !Fits(data, header))
                    throw Bad(name, start, "its transparency does not fit its colours");
                transparency = data.ToArray();
            }
            else if ((type[0] & 0x20) == 0)
            {
                throw Bad(name, start, $"it needs the chunk {PngChunks.TypeName(type)}, which is not known");
            }
        }
        if (header.Color == PngColor.Palette && palette.Length == 0)
            throw Bad(name, at - 12, "it has no palette");
        long expected = header.Passes().Sum(pass => (1L + header.RowBytes(pass.Width)) * pass.Height);
        if (expected > packed * ReadLimit.DeflateMostRatio)
            throw Bad(name, first > 0 ? first : at - 12, "its pixels are cut short");
        if (expected > ReadLimit.Unpacked(file.Length))
            throw Bad(
                name, first,
                $"its pixels unpack to {expected} bytes, and a file of {file.Length} bytes may unpack to "
                    + $"{ReadLimit.Unpacked(file.Length)}: make the picture smaller, or store it with 8 bits");
        PngPixels pixels = new(header, palette, transparency);
        Unpack(new PngData(file, first), first, header, pixels, name);
        return new PngImage(header.Width, header.Height, header.Channels, pixels.Result);
    }

    private static void Unpack(PngData packed, int first, PngHeader header, PngPixels pixels, string name)
    {
        pixels.Begin();
        int line = 0;
        try
        {
            using ZLibStream raw = new(packed, CompressionMode.Decompress);
            foreach (PngPass pass in header.Passes())
            {
                int size = header.RowBytes(pass.Width);
                byte[] row = new byte[size + 1];
                byte[] above = new byte[size];
                for (int y = 0; y < pass.Height; y++, line++)
                {
                    raw.ReadExactly(row);
                    if (!PngFilter.Undo(row[0], row.AsSpan(1), above, Math.Max(1, header.PixelBits / 8)))
                        throw Bad(name, first, $"line {line} of its pixels has the filter {row[0]}, which PNG does not have");
                    if (pixels.Put(row.AsSpan(1), pass, y) is string problem)
                        throw Bad(name, first, $"line {line} of its pixels has {problem}");
                    row.AsSpan(1).CopyTo(above);
                }
            }
            _ = raw.ReadByte(); // the end of the data, where the check sum is
        }
        catch (Exception error) when (error is InvalidDataException or IOException) // the file itself is in memory
        {
            throw InvalidInputException.At(
                name, first, $"the pixels of the PNG file are damaged or cut short at line {line}. Save it again.", error);
        }
    }

    private static bool Fits(ReadOnlySpan<byte> transparency, PngHeader header) => header.Color switch
    {
        PngColor.Grey => transparency.Length == 2,
        PngColor.Rgb => transparency.Length == 6,
        PngColor.Palette => transparency.Length <= 256,
        _ => false,
    };

    private static InvalidInputException Bad(string name, long offset, string why) =>
        InvalidInputException.At(name, offset, $"the PNG file cannot be read: {why}. Save the picture again.");
}
