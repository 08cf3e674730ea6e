using System.Buffers.Binary;
using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Folders of PNG pictures. One input is a whole folder: every picture, preceded by its length.</summary>
public sealed class PngFolderFuzz : FuzzTarget
{
    public override string Folder => "png-folder";

    public override void Read(byte[] input) =>
        ImageFolder.Read(File,
            [.. Pictures(input).Select((picture, i) => new PictureFile($"{i}.png", picture.Length, () => PngFile.Decode(picture, File)))]);

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        List<byte[]> pictures = Pictures(seed);
        byte[][] others = [.. corpus.SelectMany(Pictures)];
        int changed = random.Below(pictures.Count);
        pictures[changed] = random.Below(4) switch
        {
            0 => random.Pick(others),
            _ => PngFuzz.Change(pictures[changed], others, random),
        };
        return [.. pictures.SelectMany<byte[], byte>(picture => [.. Checksums.Big((uint)picture.Length), .. picture])];
    }

    /// <summary>If a picture has another size than the rest, the position is its name.</summary>
    internal override bool IsPlaced(JouleException error) =>
        base.IsPlaced(error)
            || (error.Message.StartsWith(File + ": ", StringComparison.Ordinal)
                && error.Message.Contains("pixels", StringComparison.Ordinal));

    private static List<byte[]> Pictures(byte[] input)
    {
        List<byte[]> pictures = [];
        for (int at = 0; at + 4 <= input.Length;)
        {
            int length = Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(input.AsSpan(at)), 0, input.Length - at - 4);
            pictures.Add(input[(at + 4)..(at + 4 + length)]);
            at += 4 + length;
        }
        return pictures;
    }
}
