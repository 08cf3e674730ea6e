using System.IO.Compression;

namespace Joule.Data;

/// <summary>Reads a PNG file's bytes into pixels.</summary>
internal static class PngDecoder
{
    private const int DeflateMostRatio = 1032; // no deflate stream unpacks to more than this many times its size

    /// <summary>Reads a picture.</summary>
    /// <exception cref="InvalidInputException">It is no whole PNG.</exception>
    public static PngImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(PngChunks.Signature))
            throw new InvalidInputException($"{name}: this is no PNG picture (it does not start with the PNG signature). Convert it to PNG, whatever its name says.");
        var length = bytes.Length;
        bytes = bytes[8..];
        var data = PngChunks.Next(ref bytes, out var type, name);
        if (!type.SequenceEqual("IHDR"u8)) throw Bad(name, "the first chunk is not IHDR");
        var header = PngHeader.Parse(data, name);
        byte[] palette = [];
        byte[]? transparency = null;
        using var packed = new MemoryStream(length);
        var finishedData = false;
        while (true)
        {
            data = PngChunks.Next(ref bytes, out type, name);
            if (packed.Length > 0 && !type.SequenceEqual("IDAT"u8)) finishedData = true;
            if (type.SequenceEqual("IEND"u8)) break;
            if (type.SequenceEqual("IDAT"u8))
            {
                if (finishedData) throw Bad(name, "its IDAT chunks do not follow one another");
                packed.Write(data);
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                if (palette.Length > 0 || data.Length is 0 or > 768 || data.Length % 3 != 0) throw Bad(name, "its palette is damaged");
                palette = data.ToArray();
            }
            else if (type.SequenceEqual("tRNS"u8))
            {
                transparency = CheckedTransparency(data.ToArray(), header, name);
            }
            else if ((type[0] & 0x20) == 0)
            {
                throw Bad(name, $"it needs the chunk {System.Text.Encoding.Latin1.GetString(type)}, which is not known");
            }
        }
        if (header.Color == PngColor.Palette && palette.Length == 0) throw Bad(name, "it has no palette");
        packed.Position = 0;
        var pixels = new PngPixels(header, palette, transparency, name);
        Unpack(packed, header, pixels, name);
        return new PngImage(header.Width, header.Height, header.Channels, pixels.Result);
    }

    private static void Unpack(MemoryStream packed, PngHeader header, PngPixels pixels, string name)
    {
        var expected = header.Passes().Sum(pass => (1L + header.RowBytes(pass.Width)) * pass.Height);
        if (expected > packed.Length * DeflateMostRatio) throw Bad(name, "its pixels are cut short");
        pixels.Begin();
        try
        {
            using var raw = new ZLibStream(packed, CompressionMode.Decompress);
            foreach (var pass in header.Passes())
            {
                var size = header.RowBytes(pass.Width);
                var row = new byte[size + 1];
                var above = new byte[size];
                for (var y = 0; y < pass.Height; y++)
                {
                    raw.ReadExactly(row);
                    if (!PngFilter.Undo(row[0], row.AsSpan(1), above, Math.Max(1, header.PixelBits / 8))) throw Bad(name, $"a row has the filter {row[0]}, which PNG does not have");
                    pixels.Put(row.AsSpan(1), pass, y);
                    row.AsSpan(1).CopyTo(above);
                }
            }
            _ = raw.ReadByte(); // the end of the data, where the check sum is
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidInputException($"{name}: the pixels of the PNG file are damaged or cut short. Save it again.", error);
        }
    }

    private static byte[] CheckedTransparency(byte[] data, PngHeader header, string name)
    {
        var fits = header.Color switch
        {
            PngColor.Grey => data.Length == 2,
            PngColor.Rgb => data.Length == 6,
            PngColor.Palette => data.Length <= 256,
            _ => false,
        };
        return fits ? data : throw Bad(name, "its transparency does not fit its colours");
    }

    private static InvalidInputException Bad(string name, string why) => new($"{name}: the PNG file cannot be read: {why}. Save the picture again.");
}
