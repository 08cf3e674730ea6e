using System.Buffers.Binary;

namespace Joule.Data;

/// <summary>Converts plain rows of any PNG kind to 8-bit pixels, grey or colour, with alpha blended over black.</summary>
internal sealed class PngPixels(PngHeader header, byte[] palette, byte[]? transparency)
{
    private readonly byte[]? _levels = header.Depth <= 8 && header.Color is (PngColor.Grey or PngColor.Rgb) && transparency is null
        ? LevelsOf(header.Depth)
        : null;
    private readonly byte[] _colours = header.Color == PngColor.Palette ? ColoursOf(palette, transparency) : [];
    private byte[] _pixels = [];

    /// <summary>height × width × channels bytes.</summary>
    public byte[] Result => _pixels;

    /// <summary>Allocates the memory; called once the file is known to be large enough.</summary>
    public void Begin() => _pixels = new byte[header.Width * header.Height * header.Channels];

    /// <summary>Puts one row of a pass in its place.</summary>
    /// <returns>Null, or what is wrong with a pixel.</returns>
    public string? Put(ReadOnlySpan<byte> row, PngPass pass, int y)
    {
        int line = (pass.Y + (y * pass.StepY)) * header.Width;
        if (header.Depth == 8 && header.Color is (PngColor.Grey or PngColor.Rgb) && pass.StepX == 1 && transparency is null)
        {
            row.CopyTo(_pixels.AsSpan((line + pass.X) * header.Channels));
            return null;
        }
        if (_levels is not null)
        {
            PutLevels(row, pass, line);
            return null;
        }
        for (int x = 0; x < pass.Width; x++)
        {
            Span<byte> to = _pixels.AsSpan((line + pass.X + (x * pass.StepX)) * header.Channels, header.Channels);
            if (header.Color != PngColor.Palette)
                PutSamples(row, x * header.Samples, to);
            else if (!PutIndex(Sample(row, x), to))
                return $"a pixel with the palette's colour {Sample(row, x)}, but the palette has {palette.Length / 3}";
        }
        return null;
    }

    // The common kinds, with few levels: no division per sample.
    private void PutLevels(ReadOnlySpan<byte> row, PngPass pass, int line)
    {
        int samples = header.Samples;
        for (int x = 0; x < pass.Width; x++)
        {
            int to = (line + pass.X + (x * pass.StepX)) * samples;
            for (int c = 0; c < samples; c++)
                _pixels[to + c] = _levels![Sample(row, (x * samples) + c)];
        }
    }

    private bool PutIndex(int index, Span<byte> to)
    {
        if (index * 3 >= _colours.Length)
            return false;
        (to[0], to[1], to[2]) = (_colours[index * 3], _colours[(index * 3) + 1], _colours[(index * 3) + 2]);
        return true;
    }

    private void PutSamples(ReadOnlySpan<byte> row, int first, Span<byte> to)
    {
        int most = (1 << header.Depth) - 1;
        bool hidden = transparency is not null;
        for (int c = 0; c < to.Length && hidden; c++)
            hidden = Sample(row, first + c) == (BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(c * 2)) & most);
        if (hidden)
        {
            to.Clear();
            return;
        }
        bool whole = header.Samples == to.Length;
        long alpha = whole ? 1 : Sample(row, first + to.Length);
        long scale = whole ? most : (long)most * most;
        for (int c = 0; c < to.Length; c++)
            to[c] = (byte)(((Sample(row, first + c) * alpha * 255) + (scale / 2)) / scale);
    }

    /// <summary>The palette over black.</summary>
    private static byte[] ColoursOf(byte[] palette, byte[]? transparency)
    {
        byte[] colours = new byte[palette.Length];
        for (int i = 0; i < colours.Length; i++)
        {
            int alpha = transparency is not null && i / 3 < transparency.Length ? transparency[i / 3] : 255;
            colours[i] = (byte)(((palette[i] * alpha) + 127) / 255);
        }
        return colours;
    }

    private static byte[] LevelsOf(int depth)
    {
        int most = (1 << depth) - 1;
        return [.. Enumerable.Range(0, most + 1).Select(level => (byte)(((level * 255) + (most / 2)) / most))];
    }

    private int Sample(ReadOnlySpan<byte> row, int index) => header.Depth switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]),
        var depth => (row[index * depth / 8] >> (8 - depth - (index * depth % 8))) & ((1 << depth) - 1),
    };
}
