using System.Text;

namespace Joule.Data;

// System.Formats.Tar is not used because its reader allocates what the header of a long name or of extended attributes claims, before it
// reads on. A header of 512 bytes makes it allocate 2 GB (measured with .NET 10.0), and no stream in front of it can bound that.

/// <summary>
/// Reads the regular files of a tar archive (POSIX ustar). It uses names, never paths, so that an archive cannot choose where its files go.
/// Other entries (links, long names, attributes) are skipped without memory.
/// </summary>
/// <param name="archive">The unpacked archive.</param>
/// <param name="name">Its name in messages.</param>
/// <param name="most">The largest number of bytes to read, which bounds archives that unpack without end.</param>
internal sealed class TarFiles(Stream archive, string name, long most)
{
    private const int Block = 512;
    private readonly byte[] _header = new byte[Block];
    private readonly byte[] _skipped = new byte[1 << 13];
    private long _at;
    private long _left; // of the current entry's content
    private long _padding;

    /// <summary>The next regular file.</summary>
    /// <returns>Its name without folders, and its content, to be read before the next call; null at the end.</returns>
    /// <exception cref="InvalidInputException">The archive is damaged, cut short or larger than the limit.</exception>
    public (string Name, Stream Content)? Next()
    {
        while (true)
        {
            Skip(_left + _padding);
            (_left, _padding) = (0, 0);
            long start = _at;
            if (ReadUpTo(_header) < Block)
                throw Bad(start, "the archive is cut short");
            if (!_header.AsSpan().ContainsAnyExcept((byte)0))
                return null;
            if (Octal(_header.AsSpan(148, 8)) != Sum())
                throw Bad(start, "the check sum of an entry is wrong: the archive is damaged");
            long size = Octal(_header.AsSpan(124, 12));
            if (size < 0)
                throw Bad(
                    start + 124, "the size of an entry is not an octal number: the archive is damaged, or has an entry of 8 GiB or more");
            if (size > most - _at)
                throw Bad(start + 124, $"an entry claims {size} bytes; the archive may unpack to {most}");
            (_left, _padding) = (size, (Block - (size % Block)) % Block);
            if (_header[156] is 0 or (byte)'0')
                return (Encoding.Latin1.GetString(LastName()), new TarContent(this));
        }
    }

    private ReadOnlySpan<byte> LastName()
    {
        Span<byte> path = _header.AsSpan(0, 100);
        int end = path.IndexOf((byte)0);
        if (end >= 0)
            path = path[..end];
        return path[(path.LastIndexOf((byte)'/') + 1)..];
    }

    // Its own eight bytes count as spaces.
    private long Sum()
    {
        long sum = 0L;
        for (int i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : _header[i];
        return sum;
    }

    /// <summary>An octal number that ends with a space or a zero byte; −1 if it is not one.</summary>
    private static long Octal(ReadOnlySpan<byte> digits)
    {
        long value = 0L;
        foreach (byte digit in digits.TrimStart((byte)' '))
        {
            if (digit is 0 or (byte)' ')
                return value;
            if (digit is < (byte)'0' or > (byte)'7')
                return -1;
            value = (value * 8) + digit - '0';
        }
        return value;
    }

    private void Skip(long count)
    {
        while (count > 0)
        {
            int got = ReadUpTo(_skipped.AsSpan(0, (int)Math.Min(count, _skipped.Length)));
            if (got == 0)
                throw Bad(_at, "the archive is cut short");
            count -= got;
        }
    }

    private int ReadContent(Span<byte> buffer)
    {
        if (_left == 0 || buffer.Length == 0)
            return 0;
        int got = ReadUpTo(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (got == 0)
            throw Bad(_at, "the archive is cut short");
        _left -= got;
        return got;
    }

    private int ReadUpTo(Span<byte> buffer)
    {
        if (_at + buffer.Length > most)
            throw Bad(_at, $"the archive unpacks to more than {most} bytes");
        try
        {
            int got = archive.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _at += got;
            return got;
        }
        catch (Exception error) when (GzipOrPlain.IsDamage(error))
        {
            throw Bad(_at, "the gzip data of the archive are damaged", error);
        }
    }

    private InvalidInputException Bad(long offset, string problem, Exception? inner = null) =>
        InvalidInputException.At(name, $"byte {offset} of the unpacked content", offset, problem + ".", inner);

    /// <summary>The bytes of the current entry.</summary>
    private sealed class TarContent(TarFiles owner) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => owner.ReadContent(buffer);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
