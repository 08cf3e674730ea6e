using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>
/// NPZ archives, read as images: changed directly, with the CRCs of stored members corrected, or with a member unpacked, changed and
/// packed again.
/// </summary>
public sealed class NpzFuzz : FuzzTarget
{
    private readonly Dictionary<byte[], (string Name, byte[] Content)[]> _unpacked = [];

    public override string Folder => "npz";

    protected override Action<string> ReadFile => path => _ = NpzFile.ReadParts(path)?.Train ?? NpzFile.ReadImages(path);

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        NpzArchive archive = new(stream, File);
        _ = archive.ReadParts(ReadingRequest.Default)?.Train ?? archive.ReadImages(null, ReadingRequest.Default);
    }

    internal override bool IsPlaced(JouleException error) => error is InvalidInputException { Offset: >= 0, File: { } file }
        && (file == File || file.StartsWith(File + ":", StringComparison.Ordinal))
        && error.Message.StartsWith(file + ", ", StringComparison.Ordinal);

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => random.Below(4) switch
    {
        0 => Mutator.Change(seed, corpus, random),
        1 => Repaired([.. Mutator.Change(seed, corpus, random)]),
        2 => Mutator.Change(seed, corpus, random, header: seed.Length) is var changed && random.OneIn(2) ? Repaired([.. changed]) : changed,
        _ => Repacked(seed, corpus, random),
    };

    /// <summary>The archive with correct CRCs of its stored members, as far as its directory can be read.</summary>
    private static byte[] Repaired(byte[] file)
    {
        using MemoryStream stream = new(file);
        if (Directory(stream) is not { } directory)
            return file;
        foreach (ZipMember member in directory.Members)
        {
            if (member.Method != 0 || member.Offset > (ulong)file.Length - 30)
                continue;
            int header = (int)member.Offset;
            int start = header + 30 + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(header + 26))
                + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(header + 28));
            if (start > file.Length || member.Packed > (ulong)(file.Length - start))
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(
                file.AsSpan((int)member.Place + 16), Crc32.HashToUInt32(file.AsSpan(start, (int)member.Packed)));
        }
        return file;
    }

    private static ZipDirectory? Directory(Stream stream)
    {
        try
        {
            return ZipDirectory.Read(stream, File);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private byte[] Repacked(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        if (!_unpacked.TryGetValue(seed, out (string Name, byte[] Content)[]? members))
            members = _unpacked[seed] = Unpacked(seed);
        if (members.Length == 0)
            return Mutator.Change(seed, corpus, random);
        int changed = random.Below(members.Length);
        bool deflate = random.OneIn(2);
        List<ZipBytes.Member> packed = [];
        for (int i = 0; i < members.Length; i++)
        {
            byte[] content = i == changed ? Mutator.Change(members[i].Content, corpus, random, header: 128) : members[i].Content;
            packed.Add(deflate ? ZipBytes.Deflated(members[i].Name, content) : ZipBytes.Stored(members[i].Name, content));
        }
        return ZipBytes.Archive(packed, large: random.OneIn(4));
    }

    private static (string, byte[])[] Unpacked(byte[] seed)
    {
        try
        {
            using ZipArchive archive = new(new MemoryStream(seed));
            return [.. archive.Entries.Select(entry => (entry.FullName, Content(entry)))];
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            return []; // a damaged file of the corpus, which is changed directly
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using MemoryStream content = new();
        using Stream stream = entry.Open();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
