using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>NPY arrays, read as images. In half of the inputs the header's length is corrected.</summary>
public sealed class NpyFuzz : FuzzTarget
{
    public override string Folder => "npy";

    protected override Action<string> ReadFile => path => NpyFile.ReadImages(path);

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        NpyFile.ReadImagesSized(stream, File, ReadingRequest.Default);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        byte[] changed = Mutator.Change(seed, corpus, random, header: 100);
        int end = changed.AsSpan().IndexOf((byte)'\n');
        if (end < 10 || end > ushort.MaxValue || changed[6] != 1 || random.OneIn(2))
            return changed;
        (changed[8], changed[9]) = ((byte)(end - 9), (byte)((end - 9) >> 8));
        return changed;
    }
}
