using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Networks;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The container of checkpoints: a safetensors file with all blocks and lists of a <see cref="Snapshot"/>. Whole numbers take 4 bytes, the
/// real numbers of the lists 8 bytes, little-endian. The last 32 bytes, the tensor <c>sha256</c>, are the SHA-256 of all bytes before
/// them. Notes, an object in the metadata, say what the checkpoint is of.
/// </summary>
/// <param name="prefix">What comes before the names of all tensors, for example <c>training/</c>, except those of a model.</param>
/// <param name="notesKey">The key of the notes in the metadata.</param>
internal sealed class SnapshotFile(string prefix, string notesKey)
{
    private const int LargestHeader = 4 << 20;
    private const int LargestList = 1 << 23; // numbers: about 600,000 epochs

    private readonly string _checksum = prefix + "sha256";

    /// <summary>The metadata besides the notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The tensors of a model, which come first under names of their own; empty where there is no model.</summary>
    public IReadOnlyList<Parameter> Model { get; init; } = [];

    /// <summary>The names of the block that holds the model's weights; the first that exists counts.</summary>
    public IReadOnlyList<string> ModelBlocks { get; init; } = [];

    /// <summary>Writes a checkpoint atomically and flushes it to the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="snapshot">The content.</param>
    /// <param name="notes">The notes.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path, Snapshot snapshot, JsonObject notes)
    {
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal) { [notesKey] = notes.ToJsonString() };
        foreach ((string key, string value) in Metadata)
            metadata.Add(key, value);
        string[] lists = [.. snapshot.Numbers.Names];
        (string Name, int Length)[] lengths = [.. lists.Select(name => (prefix + name, snapshot.Numbers[name].Length))];
        byte[] header = new SafeTensorsHeader(Entries(snapshot, lengths), metadata).ToBytes();
        if (header.Length > LargestHeader)
        {
            throw new JouleException(
                $"{path}: the header of the checkpoint takes {header.Length} bytes; the largest size is {LargestHeader}.");
        }
        AtomicFile.Write(path, stream =>
        {
            using HashedStream hashed = new(stream);
            byte[] length = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            hashed.Write(length);
            hashed.Write(header);
            foreach (int block in Order(snapshot))
                hashed.WriteWords(snapshot.Words(block));
            foreach (string name in lists)
                hashed.Write(Bytes(snapshot.Numbers[name]));
            hashed.WriteHash();
        });
    }

    /// <summary>Reads a checkpoint from a seekable stream that ends where the file ends.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="path">The file's name in messages.</param>
    /// <param name="snapshot">Receives the content; undefined after an error.</param>
    /// <param name="check">Checks the header before anything else is read.</param>
    /// <exception cref="InvalidInputException">The file is damaged, or belongs to another run.</exception>
    public void Read(Stream stream, string path, Snapshot snapshot, Action<SafeTensorsHeader> check)
    {
        VerifyChecksum(stream, path);
        SafeTensorsHeader header = ReadHeader(stream, path);
        check(header);
        // The run knows its blocks; lists of any number and length follow.
        int blocks = Model.Count + snapshot.Layout.Count - (Model.Count > 0 ? 1 : 0);
        List<(string Name, int Length)> lists = [];
        for (int i = blocks; i < header.Entries.Count - 1; i++)
        {
            SafeTensorsHeader.Entry list = header.Entries[i];
            string name = list.Name.StartsWith(prefix, StringComparison.Ordinal) ? list.Name : prefix;
            lists.Add((name, list.Type == "U8" && list.Shape is [<= LargestList and int n, 8] ? n : -1));
        }
        CheckEntries(header, Entries(snapshot, lists), path);
        using HashedStream content = new(stream);
        foreach (int block in Order(snapshot))
        {
            long start = stream.Position;
            content.ReadWords(snapshot.Words(block));
            CheckNumbers(snapshot, block, path, start);
        }
        long listsAt = stream.Position;
        snapshot.Numbers.Clear();
        foreach ((string name, int length) in lists)
            snapshot.Numbers.Set(name[prefix.Length..], Numbers(content, length));
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

    /// <summary>Reads the header, at the start of a stream.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public static SafeTensorsHeader ReadHeader(Stream stream, string path)
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

    /// <summary>Reads the notes of a header.</summary>
    /// <exception cref="InvalidInputException">There are none, or they are not an object of JSON.</exception>
    public T Notes<T>(SafeTensorsHeader header, string path, Func<JsonElement, T> read)
    {
        if (header.Metadata.GetValueOrDefault(notesKey) is not { } text)
            throw InvalidInputException.At(path, header.MetadataOffset, "this is not a checkpoint: its metadata have no notes.");
        try
        {
            JsonDocumentOptions options = new() { MaxDepth = 4, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(text, options);
            return read(document.RootElement);
        }
        // A root that is not an object, a number or string of another type, an unpaired surrogate.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw InvalidInputException.At(path, header.MetadataOffset,
                $"the notes of the checkpoint cannot be read: {MessageText.Of(e.Message.TrimEnd('.'))}. The file is damaged.", e);
        }
    }

    private static void VerifyChecksum(Stream stream, string path)
    {
        long length = stream.Length;
        if (length < 8 + 2 + HashedStream.HashLength)
            throw InvalidInputException.At(path, length, "the file ends here: the checkpoint is incomplete.");
        using HashedStream hashed = new(stream);
        hashed.Skip(length - HashedStream.HashLength);
        if (!hashed.ReadHash())
        {
            throw InvalidInputException.At(path, length - HashedStream.HashLength,
                "the checksum does not match the bytes before it: the checkpoint is damaged.");
        }
        stream.Position = 0;
    }

    private static void CheckEntries(SafeTensorsHeader header, List<SafeTensorsHeader.Entry> expected, string path)
    {
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

        foreach (Parameter parameter in Model)
            Add(parameter.Name, "F32", [.. parameter.Dimensions], 4L * parameter.Length);
        foreach (int block in Order(snapshot).Skip(Model.Count > 0 ? 1 : 0))
        {
            StateMemory memory = snapshot.Layout[block];
            Add(prefix + memory.Name, memory.IsWhole ? "U8" : "F32", [memory.Count, memory.IsWhole ? 4 : memory.Width], 4L * memory.Length);
        }
        foreach ((string name, int length) in lists)
            Add(name, "U8", [length, 8], 8L * length);
        Add(_checksum, "U8", [HashedStream.HashLength], HashedStream.HashLength);
        return entries;
    }

    // The blocks in file order, the model's weights first.
    private IEnumerable<int> Order(Snapshot snapshot)
    {
        int[] blocks = [.. Enumerable.Range(0, snapshot.Layout.Count)];
        int model = ModelBlocks.Select(name => Array.FindIndex(blocks, b => snapshot.Layout[b].Name == name)).FirstOrDefault(b => b >= 0, -1);
        return blocks.Where(b => b == model).Concat(blocks.Where(b => b != model));
    }

    private static byte[] Bytes(ReadOnlySpan<double> numbers)
    {
        byte[] bytes = new byte[8 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        return bytes;
    }

    private static double[] Numbers(HashedStream stream, int length)
    {
        byte[] bytes = new byte[8 * length];
        stream.Read(bytes);
        double[] numbers = new double[length];
        for (int i = 0; i < length; i++)
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i));
        return numbers;
    }
}
