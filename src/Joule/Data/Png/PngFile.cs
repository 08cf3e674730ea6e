namespace Joule.Data;

/// <summary>
/// PNG pictures. Every standard kind is read: grey, colour, palette and alpha, 1 to 16 bits, interlaced or not. Written: 8-bit grey or
/// colour.
/// </summary>
public static class PngFile
{
    private const int MaxFile = 1 << 28;

    /// <summary>Reads a picture. Alpha is blended over black; 16 bits become 8; a palette becomes colour.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is not a complete PNG.</exception>
    public static PngImage Read(string path) => PngDecoder.Decode(InputFile.Read(path, stream => Bytes(stream, path)), path);

    /// <summary>Reads a picture from the bytes of a PNG file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">It is not a complete PNG.</exception>
    public static PngImage Decode(ReadOnlySpan<byte> bytes, string name) => PngDecoder.Decode(bytes.ToArray(), name);

    /// <summary>Writes a picture, atomically.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, PngImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        AtomicFile.Write(path, stream => Encode(stream, image));
    }

    /// <summary>Writes a picture as PNG.</summary>
    /// <param name="stream">Receives the file's bytes.</param>
    /// <param name="image">The picture.</param>
    public static void Encode(Stream stream, PngImage image)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(image);
        PngChunks.WriteStart(stream, image);
        PngChunks.Write(stream, "IDAT"u8, PngEncoder.Compress(image));
        PngChunks.Write(stream, "IEND"u8, []);
    }

    private static byte[] Bytes(FileStream stream, string path)
    {
        if (stream.Length > MaxFile)
            throw InvalidInputException.At(
                path, MaxFile, $"{stream.Length} bytes are too many for a PNG; at most {MaxFile} are read. Make the picture smaller.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
