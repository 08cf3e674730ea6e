using System.Buffers.Binary;
using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ApngWriterTests
{
    private static readonly PngImage[] Frames = [.. Enumerable.Range(0, 3)
        .Select(i => new PngImage(4, 3, 1, new XorShift((ulong)i + 1).Bytes(12)))];

    [Fact]
    public void Chunks_sequence_numbers_and_delays_follow_the_format()
    {
        List<(string Type, byte[] Data)> chunks = Chunks(Encoded());
        Assert.Equal(["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 0], chunks[1].Data);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 3, 232, 0, 0], chunks[2].Data);
        Assert.Equal([0, 1, 2, 3, 4],
            chunks.Where(chunk => chunk.Type is "fcTL" or "fdAT").Select(chunk => BinaryPrimitives.ReadInt32BigEndian(chunk.Data)));
        Assert.Equal(1500, BinaryPrimitives.ReadUInt16BigEndian(chunks[6].Data.AsSpan(20)));
    }

    [Fact]
    public void As_a_plain_picture_it_is_the_first_frame() => Assert.Equal(Frames[0].Pixels, PngFile.Decode(Encoded(), "test").Pixels);

    [Fact]
    public void Every_frame_is_written()
    {
        List<(string Type, byte[] Data)> chunks = Chunks(Encoded());
        byte[][] late = chunks.Where(chunk => chunk.Type == "fdAT").Select(chunk => chunk.Data[4..]).ToArray();
        for (int i = 0; i < 2; i++)
            Assert.Equal(Frames[i + 1].Pixels, PngFile.Decode(PngWorkshop.File(chunks[0].Data, ("IDAT", late[i])), "test").Pixels);
    }

    [Fact]
    public void Frames_that_cannot_be_an_animation_are_refused()
    {
        Refused.With(() => ApngWriter.Write("never", [], 40), "at least one frame");
        Refused.With(() => ApngWriter.Write("never", Frames, 0), "0 ms");
        Refused.With(() => ApngWriter.Write("never", Frames, 40, 70000), "70000 ms");
        Refused.With(
            () => ApngWriter.Write("never", [.. Frames, new PngImage(3, 4, 1, new byte[12])], 40), "Frame 3 is 3×4", "frame 0 is 4×3");
    }

    [Fact]
    public void It_is_written_to_a_file()
    {
        using TempFolder folder = new();
        ApngWriter.Write(folder["a.png"], Frames, 40, 1500);
        Assert.Equal(Encoded(), File.ReadAllBytes(folder["a.png"]));
    }

    private static byte[] Encoded()
    {
        using MemoryStream stream = new();
        ApngWriter.Encode(stream, Frames, 40, 1500);
        return stream.ToArray();
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] bytes)
    {
        List<(string, byte[])> chunks = [];
        for (int at = 8; at < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            byte[] data = bytes[(at + 8)..(at + 8 + length)];
            string type = Encoding.ASCII.GetString(bytes, at + 4, 4);
            Assert.Equal(PngWorkshop.Chunk(type, data), bytes[at..(at + 12 + length)]);
            chunks.Add((type, data));
            at += 12 + length;
        }
        return chunks;
    }
}
