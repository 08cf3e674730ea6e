using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class PngFileTests
{
    private static readonly byte[] Grey2x2 = PngWorkshop.Picture(2, 2, 8, 0, 1, [0, 100, 200, 255], false);

    public static TheoryData<int, int, int, bool> Kinds()
    {
        TheoryData<int, int, int, bool> kinds = new();
        foreach (bool interlaced in new[] { false, true })
        {
            foreach (int depth in new[] { 1, 2, 4, 8, 16 })
                kinds.Add(0, 1, depth, interlaced);
            foreach (int depth in new[] { 1, 2, 4, 8 })
                kinds.Add(3, 1, depth, interlaced);
            foreach ((int color, int samples) in new[] { (2, 3), (4, 2), (6, 4) })
                foreach (int depth in new[] { 8, 16 })
                    kinds.Add(color, samples, depth, interlaced);
        }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_pixel_is_read(int color, int samples, int depth, bool interlaced)
    {
        foreach ((int width, int height) in new[] { (1, 1), (13, 11), (3, 9), (8, 8), (1, 5), (6, 1) })
        {
            XorShift random = new(77);
            int most = (1 << depth) - 1;
            int[] values = Enumerable.Range(0, width * height * samples).Select(_ => random.Next(most + 1)).ToArray();
            byte[] palette = random.Bytes(3 * (most + 1));
            (string, byte[])[] before = color == 3 ? [("gAMA", [0, 0, 0, 1]), ("PLTE", palette)] : [];
            PngImage image = PngFile.Decode(PngWorkshop.Picture(width, height, depth, color, samples, values, interlaced, before), "test");
            Assert.Equal((width, height, color is 0 or 4 ? 1 : 3), (image.Width, image.Height, image.Channels));
            int shown = samples is 2 or 4 ? samples - 1 : samples;
            for (int i = 0; i < width * height; i++)
            {
                double alpha = samples is 2 or 4 ? values[(i * samples) + shown] / (double)most : 1;
                for (int c = 0; c < image.Channels; c++)
                {
                    double expected = color == 3 ? palette[(values[i] * 3) + c] : values[(i * samples) + c] * 255.0 / most * alpha;
                    Assert.Equal((byte)Math.Round(expected, MidpointRounding.AwayFromZero), image.Pixels[(i * image.Channels) + c]);
                }
            }
        }
    }

    [Fact]
    public void A_file_of_another_program_is_read()
    {
        // One half-transparent red RGBA pixel, written by another encoder.
        byte[] bytes = Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==");
        PngImage image = PngFile.Decode(bytes, "test");
        Assert.Equal((1, 1, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal([127, 0, 0], image.Pixels);
    }

    [Fact]
    public void Transparent_colours_become_black()
    {
        byte[] palette = PngWorkshop.Picture(
            3, 1, 8, 3, 1, [0, 1, 2], false, ("PLTE", [255, 255, 255, 200, 100, 50, 9, 9, 9]), ("tRNS", [0, 128]));
        Assert.Equal([0, 0, 0, 100, 50, 25, 9, 9, 9], PngFile.Decode(palette, "test").Pixels);
        byte[] grey = PngWorkshop.Picture(2, 1, 8, 0, 1, [7, 8], false, ("tRNS", [0, 7]));
        Assert.Equal([0, 8], PngFile.Decode(grey, "test").Pixels);
        byte[] colour = PngWorkshop.Picture(2, 1, 8, 2, 3, [1, 2, 3, 1, 2, 4], false, ("tRNS", [0, 1, 0, 2, 0, 3]));
        Assert.Equal([0, 0, 0, 1, 2, 4], PngFile.Decode(colour, "test").Pixels);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(28, 28, 1)]
    [InlineData(17, 5, 3)]
    [InlineData(300, 200, 3)]
    public void Written_pictures_are_read_back(int width, int height, int channels)
    {
        using TempFolder folder = new();
        byte[] pixels = new XorShift(5).Bytes(width * height * channels);
        for (int i = 0; i < pixels.Length / 2; i++)
            pixels[i] = (byte)(i / channels); // smooth above, noise below, so that all filters are used
        PngFile.Write(folder["a.png"], new PngImage(width, height, channels, pixels));
        PngImage back = PngFile.Read(folder["a.png"]);
        Assert.Equal((width, height, channels), (back.Width, back.Height, back.Channels));
        Assert.Equal(pixels, back.Pixels);
    }

    [Fact]
    public void A_file_that_is_not_a_PNG_is_refused()
    {
        Refused.With(() => PngFile.Decode("GIF89a, no PNG at all"u8, "a.png"), "a.png", "not a PNG");
        Refused.With(() => PngFile.Decode([], "a.png"), "a.png", "not a PNG");
        using TempFolder folder = new();
        Refused.With(() => PngFile.Read(folder["none.png"]), "There is no file");
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        for (int length = 0; length < Grey2x2.Length; length++)
        {
            byte[] cut = Grey2x2[..length];
            Refused.With(() => PngFile.Decode(cut, "a.png"), "a.png");
        }
    }

    [Fact]
    public void A_flipped_bit_is_noticed_by_the_CRC()
    {
        byte[] bytes = [.. Grey2x2];
        bytes[45] ^= 1;
        Refused.With(() => PngFile.Decode(bytes, "a.png"), "a.png", "CRC", "IDAT");
    }

    [Fact]
    public void Sizes_are_checked_before_memory_is_taken()
    {
        (string, byte[]) data = ("IDAT", PngWorkshop.Zlib(new byte[100]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach ((int width, int height,
            string word) in new[] { (0, 1, "0×1"), (1, -1, "4294967295"), (16385, 1, "16385×1"), (16384, 16384, "16384×16384"),
                (4097, 4096, "4097×4096"), (4096, 4096, "cut short") })
            Refused.With(() => PngFile.Decode(PngWorkshop.File(PngWorkshop.Header(width, height, 8, 6), data), "a.png"), "a.png", word);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Damaged_structures_are_refused()
    {
        (string, byte[]) data = ("IDAT", PngWorkshop.Zlib([0, 1, 0, 2])); // two rows of one grey pixel
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 3, 0), data), "3 bits");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 4, 2), data), "colour type 2");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 5), data), "colour type 5");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0, 2), data), "interlace");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0)[..12], data), "12 bytes");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 3), data), "no palette");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 3), ("PLTE", [1, 2, 3]), data), "the palette has 1");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 3), ("PLTE", [1, 2]), data), "palette is damaged");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0), ("tRNS", [1]), data), "transparency");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0), ("ABCD", []), data), "ABCD");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0), data, ("tEXt", [1]), data), "follow one another");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0)), "cut short");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 3, 8, 0), data), "cut short");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0), ("IDAT", PngWorkshop.Zlib([5, 1, 0, 2]))), "filter 5");
        Refuse(PngWorkshop.File(PngWorkshop.Header(1, 2, 8, 0), ("IDAT", [1, 2, 3, 4, 5, 6, 7, 8])), "damaged");

        static void Refuse(byte[] bytes, string word) => Refused.With(() => PngFile.Decode(bytes, "a.png"), "a.png", word);
    }

    [Fact]
    public void A_picture_whose_sizes_do_not_fit_is_refused() =>
        Refused.With(() => new PngImage(2, 2, 2, new byte[8]), "2×2", "2 channels");

    [Fact]
    public void Mutations_give_a_value_or_a_JouleException()
    {
        Fuzz.Run(Grey2x2, bytes => PngFile.Decode(bytes, "fuzzed"));
        Fuzz.Run(Grey2x2, bytes => PngFile.Decode(WithRightCrcs(bytes), "fuzzed"));
        byte[] interlaced = PngWorkshop.Picture(
            9, 9, 4, 3, 1, [.. Enumerable.Range(0, 81).Select(i => i % 16)], true, ("PLTE", new byte[48]), ("tRNS", [1, 2]));
        Fuzz.Run(interlaced, bytes => PngFile.Decode(WithRightCrcs(bytes), "fuzzed"));
    }

    /// <summary>Corrects the CRCs of a mutated file, so that mutations reach the code behind the check.</summary>
    private static byte[] WithRightCrcs(byte[] bytes)
    {
        if (bytes.Length < 8)
            return bytes;
        List<byte> result = [.. bytes[..8]];
        int at = 8;
        while (at + 12 <= bytes.Length)
        {
            uint length = (uint)((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
            if (length > bytes.Length - at - 12)
                break;
            string type = new([.. bytes.AsSpan(at + 4, 4).ToArray().Select(letter => (char)letter)]);
            result.AddRange(PngWorkshop.Chunk(type, bytes[(at + 8)..(at + 8 + (int)length)]));
            at += 12 + (int)length;
        }
        return [.. result, .. bytes[at..]];
    }
}
