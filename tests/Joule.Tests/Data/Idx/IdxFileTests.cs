using System.IO.Compression;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class IdxFileTests
{
    private static readonly byte[] TwoImages = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 1, 2, 3];
    private static readonly byte[] ThreeLabels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9];

    public static TheoryData<string, byte[], string> BadImages => new()
    {
        { "empty", [], "cut short" },
        { "header cut", TwoImages[..9], "cut short" },
        { "body cut", TwoImages[..^1], "cut short" },
        { "trailing", [.. TwoImages, 0], "bytes follow" },
        { "labels", ThreeLabels, "That is a file of labels" },
        { "other type", With(2, 0x07), "another element type" },
        { "too short for floats", With(2, 0x0d), "cut short" },
        { "other dimensions", With(3, 5), "another element type or dimension" },
        { "no IDX", "Hello, world, I am a text."u8.ToArray(), "magic number is 0x48656c6c" },
        { "2^31 images", With(4, 0x80), "2147483650 images" },
        { "most images", With(4, 0xff, 0xff, 0xff, 0xff), "4294967295 images" },
        { "no images", With(7, 0), "no images" },
        { "no rows", With(11, 0), "0×3 pixels" },
        { "wide", With(12, 0x7f), "2130706435 pixels" },
    };

    [Fact]
    public void Images_are_read_exactly()
    {
        ImageSet images = Read(TwoImages);
        Assert.Equal((2, 1, 1, 3), (images.Count, images.Channels, images.Height, images.Width));
        Assert.Equal([0f, 51 * (1f / 255f), 1f], SmallImages.Values(images, 0));
    }

    [Fact]
    public void Labels_are_read_exactly() => Assert.Equal([7, 0, 9], IdxFile.ReadLabels(new MemoryStream(ThreeLabels), "l"));

    [Theory]
    [MemberData(nameof(BadImages))]
    public void A_bad_file_is_refused_raw_and_gzipped(string name, byte[] bytes, string word)
    {
        Refused.With(() => IdxFile.ReadImages(new MemoryStream(bytes), name), name, word);
        Refused.With(() => IdxFile.ReadImages(new MemoryStream(Gzip(bytes)), name), name,
            bytes.Length == TwoImages.Length && word.Contains('2') ? "images" : word);
    }

    [Fact]
    public void A_false_count_takes_no_memory()
    {
        byte[] claims = With(4, 0x7f); // 2130706434 images
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused.With(() => Read(claims), "cut short");
        Refused.With(() => Read(Gzip(claims)), "cut short");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Damaged_gzip_is_refused()
    {
        byte[] packed = Gzip(TwoImages);
        Refused.With(() => Read(packed[..^12]), "cut short");
        packed[^5] ^= 1;
        Refused.With(() => Read(packed), "test");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Written_images_are_read_back(bool gzip)
    {
        using TempFolder folder = new();
        ImageSet images = SmallImages.Grey(11, 5, 3);
        IdxFile.WriteImages(folder["i"], images, gzip);
        IdxFile.WriteLabels(folder["l"], [1, 2, 3], gzip);
        ImageSet back = IdxFile.ReadImages(folder["i"]);
        for (int i = 0; i < 11; i++)
            Assert.Equal(SmallImages.Values(images, i), SmallImages.Values(back, i));
        Assert.Equal([1, 2, 3], IdxFile.ReadLabels(folder["l"]));
        Assert.Equal(gzip, File.ReadAllBytes(folder["i"])[0] == 0x1f);
    }

    [Fact]
    public void Every_byte_survives_the_round_trip()
    {
        using TempFolder folder = new();
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        IdxFile.WriteImages(folder["i"], ImageSet.FromBytes("all", 1, 16, 16, all));
        Assert.Equal(all, File.ReadAllBytes(folder["i"])[16..]);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        using TempFolder folder = new();
        Refused.With(() => IdxFile.ReadImages(folder["none"]), "There is no file", folder["none"]);
        Refused.With(() => IdxFile.ReadImages(folder.Path), "is a folder");
    }

    [Fact]
    public void A_compressed_file_may_unpack_to_twice_its_size_and_63_MiB()
    {
        Assert.Equal(1000, Read(Gzip(Black(1000))).Count);
        byte[] bomb = Gzip(Black(90_000)); // 70 MB from about 70 kB
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused.With(() => Read(bomb), "test, byte 16 of the unpacked content", "90000 images", "gunzip -k");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(90_000, Read(Black(90_000)).Count);
    }

    [Fact]
    public void A_pipe_is_refused() => Refused.With(() => IdxFile.ReadImages(new OneWay(TwoImages), "pipe"), "pipe", "regular file");

    [Fact]
    public void Errors_name_the_byte()
    {
        Assert.Equal(16, OffsetOf(TwoImages[..^1]));
        Assert.Equal(9, OffsetOf(TwoImages[..9]));
        Assert.Equal(4, OffsetOf(With(7, 0)));
        Assert.Equal(TwoImages.Length, OffsetOf([.. TwoImages, 0]));

        static long? OffsetOf(byte[] bytes) => Assert.Throws<InvalidInputException>(() => Read(bytes)).Offset;
    }

    [Fact]
    public void A_label_out_of_range_is_named_with_its_row()
    {
        Refused.With(
            () => IdxFile.ReadLabels(new MemoryStream(ThreeLabels), "l", classes: 9), "l, byte 10", "label 9 at row 2, column 0", "0 to 8");
        Assert.Equal([7, 0, 9], IdxFile.ReadLabels(new MemoryStream(ThreeLabels), "l", classes: 10));
    }

    [Fact]
    public void An_empty_or_irregular_file_is_not_opened()
    {
        using TempFolder folder = new();
        Refused.With(() => IdxFile.ReadImages(folder.Write("empty", [])), "the file is empty");
        if (!OperatingSystem.IsWindows())
            Refused.With(() => IdxFile.ReadImages("/dev/zero"), "not a regular file");
    }

    [Fact]
    public void Mutations_give_a_value_or_a_JouleException()
    {
        Fuzz.Run(TwoImages, bytes => IdxFile.ReadImages(new MemoryStream(bytes), "fuzzed"));
        Fuzz.Run(ThreeLabels, bytes => IdxFile.ReadLabels(new MemoryStream(bytes), "fuzzed"));
        Fuzz.Run(Gzip(TwoImages), bytes => IdxFile.ReadImages(new MemoryStream(bytes), "fuzzed"));
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Black(int count)
    {
        byte[] bytes = new byte[16 + (count * 784)];
        TwoImages.AsSpan(0, 4).CopyTo(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), count);
        bytes[11] = bytes[15] = 28;
        return bytes;
    }

    private static ImageSet Read(byte[] bytes) => IdxFile.ReadImages(new MemoryStream(bytes), "test");

    private static byte[] With(int at, params byte[] values)
    {
        byte[] bytes = [.. TwoImages];
        values.CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>A stream that cannot seek, like a pipe.</summary>
    private sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
