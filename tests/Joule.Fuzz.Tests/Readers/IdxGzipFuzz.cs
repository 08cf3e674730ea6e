using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Gzipped IDX files: changed as they are, or unpacked, changed and packed again.</summary>
public sealed class IdxGzipFuzz : FuzzTarget
{
    public override string Folder => "idx-gzip";

    protected override Action<string> ReadFile => path => IdxFile.ReadImages(path);

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        IdxFile.ReadImages(stream, File);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => random.OneIn(2)
        ? Mutator.Change(seed, corpus, random)
        : Checksums.Gzip(Mutator.Change(Checksums.Gunzip(seed), corpus, random, header: 16));
}
