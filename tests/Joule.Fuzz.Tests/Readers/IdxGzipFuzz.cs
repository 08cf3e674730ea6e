using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Gzipped IDX files, changed directly, or unpacked, changed and packed again.</summary>
public sealed class IdxGzipFuzz : FuzzTarget
{
    private readonly Dictionary<byte[], byte[]> _unpacked = [];

    public override string Folder => "idx-gzip";

    protected override Action<string> ReadFile => path => IdxFile.ReadImages(path);

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        IdxFile.ReadImages(stream, File);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => random.OneIn(2)
        ? Mutator.Change(seed, corpus, random)
        : Checksums.Gzip(Mutator.Change(Unpacked(seed), corpus, random, header: 16));

    private byte[] Unpacked(byte[] seed) =>
        _unpacked.TryGetValue(seed, out byte[]? content) ? content : _unpacked[seed] = Checksums.Gunzip(seed);
}
