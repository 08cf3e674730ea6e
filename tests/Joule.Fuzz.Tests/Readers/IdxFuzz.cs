using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>IDX files of images and labels.</summary>
public sealed class IdxFuzz : FuzzTarget
{
    public override string Folder => "idx";

    protected override Action<string> ReadFile => path =>
    {
        if (IsLabels(System.IO.File.ReadAllBytes(path)))
            IdxFile.ReadLabels(path, 10);
        else
            IdxFile.ReadImages(path);
    };

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        if (IsLabels(input))
            IdxFile.ReadLabels(stream, File, 10);
        else
            IdxFile.ReadImages(stream, File);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) =>
        Mutator.Change(seed, corpus, random, header: 16);

    private static bool IsLabels(byte[] input) => input.Length > 3 && input[3] == 1;
}
