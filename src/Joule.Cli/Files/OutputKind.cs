using System.Buffers.Binary;

namespace Joule.Cli.Files;

/// <summary>What a file holds, judged by its first bytes.</summary>
/// <param name="Words">A description, with an article.</param>
internal sealed record OutputKind(string Words)
{
    /// <summary>A table written by <c>joule score</c>.</summary>
    public static readonly OutputKind Table = new("a table of energies");

    /// <summary>A table written by <c>joule impute</c>; it looks like any table, so that it replaces no file.</summary>
    public static readonly OutputKind CompletedTable = new("a completed table");

    /// <summary>A picture.</summary>
    public static readonly OutputKind Picture = new("a PNG picture");

    /// <summary>An array.</summary>
    public static readonly OutputKind Array = new("an NPY array");

    /// <summary>What a file of samples with an extension holds.</summary>
    /// <param name="extension">The extension, for example <c>.png</c>.</param>
    public static OutputKind For(string extension) => extension switch { ".png" => Picture, ".npy" => Array, _ => Table };

    private const int HeadLength = 512;

    /// <summary>Tells what a file holds; null if it is empty or of no known kind.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static OutputKind? Of(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            byte[] head = new byte[HeadLength];
            int count = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
            return Of(head.AsSpan(0, count), stream.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"{path} already exists and cannot be read, so it is unknown what would be lost: {e.Message.TrimEnd('.')}. Give "
                    + "another name.", e);
        }
    }

    /// <summary>Tells what a file with given first bytes holds.</summary>
    /// <param name="head">The first bytes.</param>
    /// <param name="length">The length of the whole file.</param>
    public static OutputKind? Of(ReadOnlySpan<byte> head, long length)
    {
        if (head.Length >= 4 && head[0] == 0x89 && head[1..4].SequenceEqual("PNG"u8))
            return Picture;
        if (head.Length >= 6 && head[0] == 0x93 && head[1..6].SequenceEqual("NUMPY"u8))
            return Array;
        if (head.Length >= 4 && head[0] == 0x89 && head[1..4].SequenceEqual("HDF"u8))
            return new("an HDF5 file");
        if (head.Length >= 4 && head[..2].SequenceEqual("PK"u8) && head[2] < 8 && head[3] < 9)
            return new("a ZIP or NPZ archive");
        if (head.StartsWith<byte>([0x1f, 0x8b]))
            return new("a gzipped file");
        if (head.StartsWith<byte>([0xff, 0xd8, 0xff]))
            return new("a JPEG picture");
        if (head.Length >= 4 && head[0] == 0 && head[1] == 0 && head[2] is >= 8 and <= 14 && head[3] is >= 1 and <= 8)
            return new("an IDX file");
        if (head.Length >= 9 && head[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and var header
            && header <= (ulong)Math.Max(0, length - 8))
            return new("a safetensors file: a model, a checkpoint or a replay buffer");
        return OfText(head);
    }

    private static OutputKind? OfText(ReadOnlySpan<byte> head)
    {
        // UTF-8 with a byte order mark, or UTF-16 (as PowerShell writes it), where every second byte is 0.
        if (head.StartsWith<byte>([0xef, 0xbb, 0xbf]))
            head = head[3..];
        Span<byte> text = stackalloc byte[head.Length];
        int count = 0;
        foreach (byte b in head.StartsWith<byte>([0xff, 0xfe]) || head.StartsWith<byte>([0xfe, 0xff]) ? head[2..] : head)
            if (b != 0 && (count > 0 || b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')))
                text[count++] = b;
        text = text[..count];
        if (text.StartsWith("{\"index\":"u8))
            return Table;
        if (text.StartsWith("{"u8) || text.StartsWith("["u8))
            return new("JSON: a configuration, or a file of a run");
        if (text.StartsWith("index,name,energy"u8))
            return Table;
        return text.StartsWith("epoch,step,"u8) ? new("the metrics of a run") : null;
    }
}
