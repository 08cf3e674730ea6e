using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Tar archives, as used by packages: changed directly, or with corrected checksums of their entries.</summary>
public sealed class TarFuzz : FuzzTarget
{
    private const int Block = 512;

    public override string Folder => "tar";

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        TarFiles tar = new(stream, File, 1 << 20);
        byte[] block = new byte[100];
        while (tar.Next() is var (name, content))
        {
            if (name.Contains('/'))
                throw new InvalidOperationException($"A path came out: {name}");
            while (content.Read(block) > 0 && !name.StartsWith('s'))
            {
            }
        }
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        byte[] changed = [.. Mutator.Change(seed, corpus, random, header: Block)];
        for (int at = 0; random.Below(4) > 0 && at + Block <= changed.Length; at += Block)
        {
            // Only blocks that look like headers; the others are content.
            if (!changed.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
                continue;
            changed.AsSpan(at + 148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in changed.AsSpan(at, Block))
                sum += value;
            System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(changed, at + 148);
        }
        return changed;
    }
}
