using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.Networks;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The format of a checkpoint: a safetensors file that is a model file with more in it. The weights of the model have the names that they have in
/// <c>model.safetensors</c>; everything else is called <c>training/…</c>, whole numbers as 4 bytes little-endian. The last 32 bytes, the tensor
/// <c>training/sha256</c>, are the SHA-256 of all bytes before them.
/// </summary>
public sealed class CheckpointFile
{
    /// <summary>What the names of tensors begin with that a model file does not have.</summary>
    internal const string Prefix = "training/";

    private const string Metrics = Prefix + "metrics", Checksum = Prefix + "sha256";
    private const string NotesKey = "joule.checkpoint";
    private const int ChecksumLength = 32;
    private const int LargestHeader = 4 << 20;
    private const int Piece = 1 << 16; // small enough that the collector takes it back soon

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly SortedDictionary<string, string> _modelMetadata;

    /// <summary>Prepares for the checkpoints of one run.</summary>
    /// <param name="model">The model that it trains.</param>
    public CheckpointFile(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _parameters = model.Energy.Network.Plan.Parameters;
        _modelMetadata = model.Metadata();
    }

    /// <summary>Writes a checkpoint at once: all of it, on the disk, or nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">What it shall hold.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public void Write(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        byte[] rows = Encoding.UTF8.GetBytes(MetricsTable.Format(checkpoint.Run.Figures.Columns, checkpoint.Run.Rows));
        SortedDictionary<string, string> metadata = new(_modelMetadata, StringComparer.Ordinal) { [NotesKey] = CheckpointNotes.Write(checkpoint) };
        byte[] header = new SafeTensorsHeader(Entries(checkpoint.Trainer, rows.Length), metadata).ToBytes();
        if (header.Length > LargestHeader)
            throw new JouleException($"{path}: the notes of the checkpoint take {header.Length} bytes; at most {LargestHeader} are written.");
        AtomicFile.Write(path, stream =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] piece = new byte[Piece];
            byte[] length = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            Put(stream, hash, length);
            Put(stream, hash, header);
            foreach (int block in Order(checkpoint.Trainer))
                PutWords(stream, hash, checkpoint.Trainer.Words(block), piece);
            Put(stream, hash, rows);
            stream.Write(hash.GetHashAndReset());
        });
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">Receives it; what it holds after an error is worth nothing.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is damaged, or it belongs to another run.</exception>
    public void Read(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        InputFile.Read(path, stream =>
        {
            Read(stream, path, checkpoint);
            return true;
        });
    }

    /// <summary>Reads a checkpoint from a stream that can seek and ends where the file ends.</summary>
    internal void Read(Stream stream, string path, Checkpoint checkpoint)
    {
        VerifyChecksum(stream, path);
        ReadContent(stream, path, checkpoint);
    }

    /// <summary>The update of a checkpoint as its header says, or −1 where it cannot be read. Only <see cref="Read(string, Checkpoint)"/> says whether the file is whole.</summary>
    public static long UpdateOf(string path)
    {
        try
        {
            return InputFile.Read(path, stream => CheckpointNotes.UpdateOf(ReadHeader(stream, path).Metadata.GetValueOrDefault(NotesKey)));
        }
        catch (InvalidInputException)
        {
            return -1;
        }
    }

    private void ReadContent(Stream stream, string path, Checkpoint checkpoint)
    {
        SafeTensorsHeader header = ReadHeader(stream, path);
        TrainerSnapshot snapshot = checkpoint.Trainer;
        int metrics = header.Entries.Count >= 2 && header.Entries[^2] is { Name: Metrics, Type: "U8" } entry ? (int)Math.Min(entry.End - entry.Begin, Array.MaxLength) : 0;
        List<SafeTensorsHeader.Entry> expected = Entries(snapshot, metrics);
        if (header.Entries.Count != expected.Count)
            throw InvalidInputException.At(path, 8, $"it holds {header.Entries.Count} tensors; a checkpoint of this run holds {expected.Count}. It belongs to another run.");
        for (int i = 0; i < expected.Count; i++)
        {
            SafeTensorsHeader.Entry given = header.Entries[i], wanted = expected[i];
            if (given.Name != wanted.Name || given.Type != wanted.Type || given.Begin != wanted.Begin || !given.Shape.AsSpan().SequenceEqual(wanted.Shape))
            {
                throw InvalidInputException.At(path, given.Offset, $"tensor {i} is \"{MessageText.Of(given.Name)}\", {MessageText.Of(given.Type)} {MessageText.Of(string.Join('×', given.Shape))} at byte {given.Begin} of the data; a checkpoint of "
                    + $"this run has \"{wanted.Name}\", {wanted.Type} {string.Join('×', wanted.Shape)} at byte {wanted.Begin} there. It belongs to another run.");
            }
        }
        byte[] piece = new byte[(int)Math.Min(stream.Length + 3 & ~3L, Piece)];
        foreach (int block in Order(snapshot))
        {
            long start = stream.Position;
            ReadWords(stream, snapshot.Words(block), piece);
            CheckNumbers(snapshot, block, path, start);
        }
        long metricsAt = stream.Position;
        byte[] text = new byte[metrics];
        stream.ReadExactly(text);
        string rows = Encoding.UTF8.GetString(text);
        CheckpointNotes.Read(header.Metadata.GetValueOrDefault(NotesKey), Rows(rows, checkpoint.Run.Figures.Columns, path, metricsAt), checkpoint, path, header.MetadataOffset);
    }

    private static IReadOnlyList<MetricsRow> Rows(string text, MetricsColumns columns, string path, long at)
    {
        try
        {
            IReadOnlyList<MetricsRow> rows = MetricsTable.ParseAll(text, "the table", out MetricsColumns given);
            return given.Equals(columns) ? rows
                : throw InvalidInputException.At(path, at, $"the metrics of the checkpoint have the columns {given.Header}; this run has {columns.Header}. It belongs to another run.");
        }
        catch (InvalidInputException e) when (e.File != path)
        {
            throw InvalidInputException.At(path, at, $"the metrics of the checkpoint cannot be read: {e.Message}", e);
        }
    }

    // The weights of the model first, one tensor a parameter, as in a model file; then the rest.
    private List<SafeTensorsHeader.Entry> Entries(TrainerSnapshot snapshot, int metrics)
    {
        List<SafeTensorsHeader.Entry> entries = [];
        long at = 0;
        void Add(string name, string type, int[] shape, long bytes)
        {
            entries.Add(new SafeTensorsHeader.Entry(name, type, shape, at, at + bytes));
            at += bytes;
        }

        foreach (Parameter parameter in _parameters)
            Add(parameter.Name, "F32", [.. parameter.Dimensions], 4L * parameter.Length);
        foreach (int block in Order(snapshot).Skip(1))
        {
            StateMemory memory = snapshot.Layout[block];
            Add(Prefix + memory.Name, memory.IsWhole ? "U8" : "F32", [memory.Count, memory.IsWhole ? 4 : memory.Width], 4L * memory.Length);
        }
        Add(Metrics, "U8", [metrics], metrics);
        Add(Checksum, "U8", [ChecksumLength], ChecksumLength);
        return entries;
    }

    // The blocks in the order of the file: the weights that make the model first.
    private static IEnumerable<int> Order(TrainerSnapshot snapshot)
    {
        int[] blocks = [.. Enumerable.Range(0, snapshot.Layout.Count)];
        int model = Array.FindIndex(blocks, b => snapshot.Layout[b].Name == Trainer.AverageName);
        if (model < 0)
            model = Array.FindIndex(blocks, b => snapshot.Layout[b].Name == Trainer.WeightsName);
        return blocks.Where(b => b == model).Concat(blocks.Where(b => b != model));
    }

    private static void VerifyChecksum(Stream stream, string path)
    {
        long length = stream.Length;
        if (length < 8 + 2 + ChecksumLength)
            throw InvalidInputException.At(path, length, "the file ends here: it is no whole checkpoint.");
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[(int)Math.Min(stream.Length + 3 & ~3L, Piece)];
        for (long left = length - ChecksumLength; left > 0;)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(left, Piece));
            stream.ReadExactly(part);
            hash.AppendData(part);
            left -= part.Length;
        }
        Span<byte> given = piece.AsSpan(0, ChecksumLength);
        stream.ReadExactly(given);
        if (!given.SequenceEqual(hash.GetHashAndReset()))
            throw InvalidInputException.At(path, length - ChecksumLength, "the checksum is not that of the bytes before it: the checkpoint is damaged.");
        stream.Position = 0;
    }

    private static SafeTensorsHeader ReadHeader(Stream stream, string path)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (stream.ReadAtLeast(bytes, 8, throwOnEndOfStream: false) < 8)
            throw InvalidInputException.At(path, stream.Length, "the file ends here: it is no whole checkpoint.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > LargestHeader || (long)length > stream.Length - 8)
            throw InvalidInputException.At(path, 0, $"the header claims {length} bytes; {stream.Length - 8} follow, and a checkpoint's header has at most {LargestHeader}.");
        byte[] json = new byte[length];
        stream.ReadExactly(json);
        return SafeTensorsHeader.Parse(json, 8, stream.Length - 8 - json.Length, path);
    }

    private static void CheckNumbers(TrainerSnapshot snapshot, int block, string path, long start)
    {
        StateMemory memory = snapshot.Layout[block];
        if (!memory.IsWhole)
            return;
        ReadOnlySpan<int> numbers = MemoryMarshal.Cast<float, int>(snapshot.Words(block));
        int bad = numbers.IndexOfAnyExceptInRange(0, memory.Most);
        if (bad >= 0)
            throw InvalidInputException.At(path, start + 4L * bad, $"the number {numbers[bad]}, of {memory.Name}, must lie between 0 and {memory.Most}. The file is damaged.");
    }

    private static void Put(Stream stream, IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        stream.Write(bytes);
    }

    private static void PutWords(Stream stream, IncrementalHash hash, ReadOnlySpan<float> words, byte[] piece)
    {
        for (; words.Length > 0; words = words[Math.Min(words.Length, Piece / 4)..])
        {
            ReadOnlySpan<float> part = words[..Math.Min(words.Length, Piece / 4)];
            Span<byte> bytes = piece.AsSpan(0, 4 * part.Length);
            MemoryMarshal.AsBytes(part).CopyTo(bytes);
            ToLittleEndian(bytes);
            Put(stream, hash, bytes);
        }
    }

    private static void ReadWords(Stream stream, Span<float> words, byte[] piece)
    {
        for (; words.Length > 0; words = words[Math.Min(words.Length, Piece / 4)..])
        {
            Span<float> part = words[..Math.Min(words.Length, Piece / 4)];
            Span<byte> bytes = piece.AsSpan(0, 4 * part.Length);
            stream.ReadExactly(bytes);
            ToLittleEndian(bytes);
            bytes.CopyTo(MemoryMarshal.AsBytes(part));
        }
    }

    private static void ToLittleEndian(Span<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
    }
}
