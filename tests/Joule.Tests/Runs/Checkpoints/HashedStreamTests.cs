using System.Security.Cryptography;
using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class HashedStreamTests
{
    [Fact]
    public void Words_come_back_bit_for_bit_and_the_hash_is_that_of_the_bytes_before_it()
    {
        // More than one piece of 16,384 words.
        float[] words = [.. Enumerable.Range(0, 40_000).Select(i => BitConverter.Int32BitsToSingle(i * 715_827_883))];
        using MemoryStream stream = new();
        using (HashedStream writer = new(stream))
        {
            writer.Write([1, 2, 3]);
            writer.WriteWords(words);
            writer.WriteHash();
            writer.Write([4]);
            writer.WriteHash();
        }
        byte[] bytes = stream.ToArray();
        Assert.Equal(SHA256.HashData(bytes.AsSpan(0, 160_003)), bytes.AsSpan(160_003, 32).ToArray());
        stream.Position = 0;
        using HashedStream reader = new(stream);
        byte[] head = new byte[3];
        float[] back = new float[words.Length];
        reader.Read(head);
        reader.ReadWords(back);
        Assert.True(reader.ReadHash());
        Assert.Equal([1, 2, 3], head);
        Assert.True(TestRows.SameBits(words, back));
        reader.Skip(1);
        Assert.True(reader.ReadHash());
        Assert.Throws<EndOfStreamException>(() => reader.Skip(1));
    }

    [Fact]
    public void Any_changed_bit_gives_another_hash()
    {
        using MemoryStream stream = new();
        using (HashedStream writer = new(stream))
        {
            writer.WriteWords([1, 2]);
            writer.WriteHash();
        }
        for (int bit = 0; bit < 8 * stream.Length; bit += 7)
        {
            byte[] bytes = stream.ToArray();
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            using HashedStream reader = new(new MemoryStream(bytes));
            reader.Skip(8);
            Assert.False(reader.ReadHash());
        }
    }
}
