using System.Buffers.Binary;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;

namespace Joule.Runs;

/// <summary>
/// The recorded draws of a run of chains on disk. Pieces are appended: each has its first draw, its number of draws, their states and
/// energies in float32, little-endian, and the SHA-256 of all that. What lies behind the draws of the checkpoint that a run goes on from
/// is of a later, lost state, and is overwritten.
/// </summary>
/// <param name="path">The file; it need not exist.</param>
/// <param name="draws">The draws in memory.</param>
internal sealed class DrawFile(string path, DrawRecorder draws)
{
    private const int HeaderLength = 24;
    private static readonly byte[] s_mark = "JOULEDRW"u8.ToArray();

    private long _end;

    /// <summary>How many draws of each chain the file holds.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of a draw of all chains.</summary>
    public long BytesPerDraw => 4L * draws.Chains * (draws.Width + 1);

    /// <summary>Appends the draws that the file lacks, and flushes them to the disk.</summary>
    /// <param name="upTo">How many draws of each chain the file then holds.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Append(int upTo)
    {
        if (upTo == Count && _end > 0)
            return;
        try
        {
            using (FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1 << 16))
            {
                if (stream.Length < _end)
                    throw new IOException($"it was cut to {stream.Length} bytes while the chains ran");
                stream.SetLength(_end);
                stream.Position = _end;
                if (upTo > Count)
                    Write(stream, Count, upTo - Count);
                stream.Flush(flushToDisk: true);
                (_end, Count) = (stream.Position, upTo);
            }
            FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    /// <summary>Reads the first draws into memory. The file is not changed; the next piece is appended behind them.</summary>
    /// <param name="count">How many draws of each chain.</param>
    /// <exception cref="InvalidInputException">The file lacks draws, is damaged or belongs to another run.</exception>
    public void Read(int count)
    {
        (_end, Count) = (0, 0);
        draws.Restore(0);
        if (count == 0)
            return;
        InputFile.Read(path, stream =>
        {
            using HashedStream hashed = new(stream);
            while (Count < count)
            {
                long start = stream.Position;
                try
                {
                    Read(hashed, start, count);
                }
                catch (EndOfStreamException e)
                {
                    throw InvalidInputException.At(path, stream.Length,
                        $"the file ends here, within or before draw {Count + 1}; the checkpoint was written after draw {count}.", e);
                }
            }
            _end = stream.Position;
            return true;
        });
        draws.Restore(count);
    }

    private void Write(Stream stream, int first, int count)
    {
        byte[] header = new byte[HeaderLength];
        s_mark.CopyTo(header, 0);
        ReadOnlySpan<int> numbers = [first, count, draws.Chains, draws.Width];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8 + 4 * i), numbers[i]);
        using HashedStream hashed = new(stream);
        hashed.Write(header);
        hashed.WriteWords(draws.StatesOf(first, count));
        hashed.WriteWords(draws.EnergiesOf(first, count));
        hashed.WriteHash();
    }

    private void Read(HashedStream hashed, long start, int most)
    {
        byte[] header = new byte[HeaderLength];
        hashed.Read(header);
        int[] numbers = new int[4];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8 + 4 * i));
        int count = numbers[1];
        if (!header.AsSpan(0, 8).SequenceEqual(s_mark) || numbers[0] != Count || numbers[2] != draws.Chains || numbers[3] != draws.Width
            || count < 1 || count > most - Count)
        {
            throw InvalidInputException.At(path, start, $"this is not a piece of draws from number {Count + 1} on, of {draws.Chains} "
                + $"chains of {draws.Width} numbers, that ends at draw {most} or before. The file is damaged, or belongs to another run.");
        }
        hashed.ReadWords(draws.StatesOf(Count, count));
        hashed.ReadWords(draws.EnergiesOf(Count, count));
        if (!hashed.ReadHash())
        {
            throw InvalidInputException.At(path, start,
                $"the checksum of the piece that starts here, draws {Count + 1} to {Count + count}, does not match: the file is damaged.");
        }
        Count += count;
    }
}
