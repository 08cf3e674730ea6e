using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Joule.Runs;

/// <summary>Writes or reads bytes and 32-bit words, little-endian, and the SHA-256 of all of them.</summary>
/// <param name="stream">The stream; it is not disposed.</param>
internal sealed class HashedStream(Stream stream) : IDisposable
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = 32;

    private const int Piece = 1 << 16; // bytes: small enough for the garbage collector to reclaim soon

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _piece = new byte[Piece];

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        stream.Write(bytes);
    }

    /// <summary>Writes words.</summary>
    public void WriteWords(ReadOnlySpan<float> words)
    {
        for (; words.Length > 0; words = words[Math.Min(words.Length, Piece / 4)..])
        {
            ReadOnlySpan<float> part = words[..Math.Min(words.Length, Piece / 4)];
            Span<byte> bytes = _piece.AsSpan(0, 4 * part.Length);
            MemoryMarshal.AsBytes(part).CopyTo(bytes);
            ToLittleEndian(bytes);
            Write(bytes);
        }
    }

    /// <summary>Writes the hash of all bytes written since the last one.</summary>
    public void WriteHash() => stream.Write(_hash.GetHashAndReset());

    /// <summary>Reads bytes.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before them.</exception>
    public void Read(Span<byte> bytes)
    {
        stream.ReadExactly(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Reads words.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before them.</exception>
    public void ReadWords(Span<float> words)
    {
        for (; words.Length > 0; words = words[Math.Min(words.Length, Piece / 4)..])
        {
            Span<float> part = words[..Math.Min(words.Length, Piece / 4)];
            Span<byte> bytes = _piece.AsSpan(0, 4 * part.Length);
            Read(bytes);
            ToLittleEndian(bytes);
            bytes.CopyTo(MemoryMarshal.AsBytes(part));
        }
    }

    /// <summary>Reads past bytes.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before them.</exception>
    public void Skip(long count)
    {
        for (; count > 0; count -= Piece)
            Read(_piece.AsSpan(0, (int)Math.Min(count, Piece)));
    }

    /// <summary>Reads a hash. Returns whether it is that of all bytes read since the last one.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before it.</exception>
    public bool ReadHash()
    {
        Span<byte> given = stackalloc byte[HashLength];
        stream.ReadExactly(given);
        return given.SequenceEqual(_hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static void ToLittleEndian(Span<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
    }
}
