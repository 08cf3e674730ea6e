using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Networks;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The format of a checkpoint: a model file with additional tensors. The model's weights have the same names as in
/// <c>model.safetensors</c>. Every other block and list of the <see cref="Snapshot"/> is called <c>training/…</c>; whole numbers take 4
/// bytes, the real numbers of the lists 8 bytes, little-endian. The last 32 bytes, the tensor <c>training/sha256</c>, are the SHA-256 of
/// all bytes before them.
/// </summary>
public sealed class CheckpointFile
{
    /// <summary>Prefix of the tensors that a model file does not have.</summary>
    internal const string Prefix = "training/";

    private const int FormatVersion = 2;
    private const string Checksum = Prefix + "sha256";
    private const string NotesKey = "joule.checkpoint";
    private const int ChecksumLength = 32;
    private const int LargestHeader = 4 << 20;
    private const int LargestList = 1 << 23; // numbers: about 600,000 epochs
    private const int Piece = 1 << 16; // bytes: small enough for the garbage collector to reclaim soon

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly SortedDictionary<string, string> _modelMetadata;
    private readonly string _columns;

    /// <summary>Creates the format of one run's checkpoints.</summary>
    /// <param name="model">The model being trained.</param>
    /// <param name="figures">The run's figures.</param>
    public CheckpointFile(Model model, RunFigures figures)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(figures);
        _parameters = model.Trained.Tensors;
        _modelMetadata = model.Metadata();
        _columns = figures.Columns.Header;
    }

    /// <summary>Writes a checkpoint atomically and flushes it to the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">The content.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path, Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        JsonObject notes = new() { ["version"] = FormatVersion, ["update"] = Trainer.UpdateOf(checkpoint.Numbers), ["columns"] = _columns };
        SortedDictionary<string, string> metadata = new(_modelMetadata, StringComparer.Ordinal) { [NotesKey] = notes.ToJsonString() };
        string[] lists = [.. checkpoint.Numbers.Names];
        (string Name, int Length)[] lengths = [.. lists.Select(name => (Prefix + name, checkpoint.Numbers[name].Length))];
        byte[] header = new SafeTensorsHeader(Entries(checkpoint, lengths), metadata).ToBytes();
        if (header.Length > LargestHeader)
        {
            throw new JouleException(
                $"{path}: the header of the checkpoint takes {header.Length} bytes; the largest size is {LargestHeader}.");
        }
        AtomicFile.Write(path, stream =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] piece = new byte[Piece];
            byte[] length = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            Put(stream, hash, length);
            Put(stream, hash, header);
            foreach (int block in Order(checkpoint))
                PutWords(stream, hash, checkpoint.Words(block), piece);
            foreach (string name in lists)
                Put(stream, hash, Bytes(checkpoint.Numbers[name]));
            stream.Write(hash.GetHashAndReset());
        });
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">Receives the content; undefined after an error.</param>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or belongs to another run.</exception>
    public void Read(string path, Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        InputFile.Read(path, stream =>
        {
            Read(stream, path, checkpoint);
            return true;
        });
    }

    /// <summary>Reads a checkpoint from a seekable stream that ends where the file ends.</summary>
    internal void Read(Stream stream, string path, Snapshot checkpoint)
    {
        VerifyChecksum(stream, path);
        ReadContent(stream, path, checkpoint);
    }

    /// <summary>
    /// The update in the header of a checkpoint, or −1 if it cannot be read. The rest of the file is not checked;
    /// <see cref="Read(string, Snapshot)"/> does that.
    /// </summary>
    public static long UpdateOf(string path)
    {
        try
        {
            return InputFile.Read(path, stream => Notes(ReadHeader(stream, path), path).Update ?? -1);
        }
        catch (InvalidInputException)
        {
            return -1;
        }
    }

    // Version, update and columns; null where missing or of another type.
    private static (string? Version, long? Update, string? Columns) Notes(SafeTensorsHeader header, string path)
    {
        if (header.Metadata.GetValueOrDefault(NotesKey) is not { } text)
            throw InvalidInputException.At(path, header.MetadataOffset, "this is not a checkpoint: its metadata have no notes.");
        try
        {
            JsonDocumentOptions options = new() { MaxDepth = 4, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(text, options);
            JsonElement notes = document.RootElement;
            return (notes.TryGetProperty("version", out JsonElement version) ? version.GetRawText() : null,
                notes.TryGetProperty("update", out JsonElement update) && update.TryGetInt64(out long number) ? number : null,
                notes.TryGetProperty("columns", out JsonElement columns) ? columns.GetString() : null);
        }
        // A root that is not an object, a number or string of another type, an unpaired surrogate.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw InvalidInputException.At(path, header.MetadataOffset,
                $"the notes of the checkpoint cannot be read: {MessageText.Of(e.Message.TrimEnd('.'))}. The file is damaged.", e);
        }
    }

    private void CheckNotes(SafeTensorsHeader header, string path)
    {
        (string? version, _, string? columns) = Notes(header, path);
        if (version != FormatVersion.ToString(CultureInfo.InvariantCulture))
        {
            throw InvalidInputException.At(path, header.MetadataOffset,
                    $"this is a checkpoint of format version {MessageText.Of(version ?? "?")}. This Joule reads version {FormatVersion}. "
                    + "Start the run again in a new folder.");
        }
        if (columns != _columns)
        {
            throw InvalidInputException.At(path, header.MetadataOffset,
                $"the checkpoint's metrics have other columns than this run, {_columns}. It belongs to another run.");
        }
    }

    private void ReadContent(Stream stream, string path, Snapshot snapshot)
    {
        SafeTensorsHeader header = ReadHeader(stream, path);
        CheckNotes(header, path);
        // The run knows its blocks; lists of any number and length follow.
        int blocks = _parameters.Count + snapshot.Layout.Count - 1;
        List<(string Name, int Length)> lists = [];
        for (int i = blocks; i < header.Entries.Count - 1; i++)
        {
            SafeTensorsHeader.Entry list = header.Entries[i];
            string name = list.Name.StartsWith(Prefix, StringComparison.Ordinal) ? list.Name : Prefix;
            lists.Add((name, list.Type == "U8" && list.Shape is [<= LargestList and int n, 8] ? n : -1));
        }
        List<SafeTensorsHeader.Entry> expected = Entries(snapshot, lists);
        if (header.Entries.Count != expected.Count)
        {
            throw InvalidInputException.At(path, 8, $"it holds {header.Entries.Count} tensors; a checkpoint of this run holds "
                + $"at least {expected.Count}. It belongs to another run.");
        }
        for (int i = 0; i < expected.Count; i++)
        {
            SafeTensorsHeader.Entry given = header.Entries[i], wanted = expected[i];
            if (given.Name != wanted.Name || given.Type != wanted.Type || given.Begin != wanted.Begin
                || !given.Shape.AsSpan().SequenceEqual(wanted.Shape))
            {
                throw InvalidInputException.At(path, given.Offset, $"tensor {i} is \"{MessageText.Of(given.Name)}\", "
                    + $"{MessageText.Of(given.Type)} {MessageText.Of(string.Join('×', given.Shape))} at byte {given.Begin} of the data; "
                    + $"a checkpoint of this run has \"{MessageText.Of(wanted.Name)}\", {wanted.Type} {string.Join('×', wanted.Shape)} "
                    + $"at byte {wanted.Begin} there. It belongs to another run.");
            }
        }
        byte[] piece = new byte[(int)Math.Min(stream.Length + 3 & ~3L, Piece)];
        foreach (int block in Order(snapshot))
        {
            long start = stream.Position;
            ReadWords(stream, snapshot.Words(block), piece);
            CheckNumbers(snapshot, block, path, start);
        }
        long listsAt = stream.Position;
        snapshot.Numbers.Clear();
        foreach ((string name, int length) in lists)
            snapshot.Numbers.Set(name[Prefix.Length..], Numbers(stream, length));
        try
        {
            snapshot.Check();
        }
        catch (InvalidInputException e)
        {
            throw InvalidInputException.At(path, listsAt, $"the numbers of the checkpoint cannot be used: {e.Message.TrimEnd('.')}. "
                + "The file is damaged, or belongs to another run.", e);
        }
    }

    // The model's weights first, one tensor per parameter, as in a model file; then the other blocks and the lists.
    private List<SafeTensorsHeader.Entry> Entries(Snapshot snapshot, IReadOnlyList<(string Name, int Length)> lists)
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
        foreach ((string name, int length) in lists)
            Add(name, "U8", [length, 8], 8L * length);
        Add(Checksum, "U8", [ChecksumLength], ChecksumLength);
        return entries;
    }

    // The blocks in file order, the model's weights first.
    private static IEnumerable<int> Order(Snapshot snapshot)
    {
        int[] blocks = [.. Enumerable.Range(0, snapshot.Layout.Count)];
        int model = Array.FindIndex(blocks, b => snapshot.Layout[b].Name == Trainer.AverageName);
        if (model < 0)
            model = Array.FindIndex(blocks, b => snapshot.Layout[b].Name == Trainer.WeightsName);
        return blocks.Where(b => b == model).Concat(blocks.Where(b => b != model));
    }

    private static byte[] Bytes(ReadOnlySpan<double> numbers)
    {
        byte[] bytes = new byte[8 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        return bytes;
    }

    private static double[] Numbers(Stream stream, int length)
    {
        byte[] bytes = new byte[8 * length];
        stream.ReadExactly(bytes);
        double[] numbers = new double[length];
        for (int i = 0; i < length; i++)
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i));
        return numbers;
    }

    private static void VerifyChecksum(Stream stream, string path)
    {
        long length = stream.Length;
        if (length < 8 + 2 + ChecksumLength)
            throw InvalidInputException.At(path, length, "the file ends here: the checkpoint is incomplete.");
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
        {
            throw InvalidInputException.At(path, length - ChecksumLength,
                "the checksum does not match the bytes before it: the checkpoint is damaged.");
        }
        stream.Position = 0;
    }

    private static SafeTensorsHeader ReadHeader(Stream stream, string path)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (stream.ReadAtLeast(bytes, 8, throwOnEndOfStream: false) < 8)
            throw InvalidInputException.At(path, stream.Length, "the file ends here: the checkpoint is incomplete.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > LargestHeader || (long)length > stream.Length - 8)
        {
            throw InvalidInputException.At(path, 0, $"the header claims {length} bytes; {stream.Length - 8} follow, "
                + $"and a checkpoint's header has at most {LargestHeader}.");
        }
        byte[] json = new byte[length];
        stream.ReadExactly(json);
        return SafeTensorsHeader.Parse(json, 8, stream.Length - 8 - json.Length, path);
    }

    private static void CheckNumbers(Snapshot snapshot, int block, string path, long start)
    {
        StateMemory memory = snapshot.Layout[block];
        if (!memory.IsWhole)
            return;
        ReadOnlySpan<int> numbers = MemoryMarshal.Cast<float, int>(snapshot.Words(block));
        int bad = numbers.IndexOfAnyExceptInRange(0, memory.Most);
        if (bad >= 0)
        {
            throw InvalidInputException.At(path, start + 4L * bad,
                $"the number {numbers[bad]}, of {memory.Name}, must lie between 0 and {memory.Most}. The file is damaged.");
        }
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
