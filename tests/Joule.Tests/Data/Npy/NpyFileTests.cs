using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class NpyFileTests
{
    [Fact]
    public void The_bytes_written_are_those_of_NumPy()
    {
        using TempFolder folder = new();
        NpyFile.Write(folder["a.npy"], [2, 3], new float[] { 0, 1, 2, 3, 4, 5 });
        // numpy.save('a.npy', numpy.arange(6, dtype='float32').reshape(2, 3)) writes these 128 bytes of header.
        string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n";
        byte[] expected = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(text),
            0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0xa0, 0x40];
        Assert.Equal(expected, File.ReadAllBytes(folder["a.npy"]));
    }

    [Theory]
    [InlineData(new int[0], 1)]
    [InlineData(new[] { 5 }, 5)]
    [InlineData(new[] { 2, 0, 3 }, 0)]
    [InlineData(new[] { 2, 3, 4 }, 24)]
    public void Written_arrays_are_read_back(int[] shape, int count)
    {
        using TempFolder folder = new();
        float[] values = Enumerable.Range(0, count).Select(i => i * 0.5f).ToArray();
        NpyFile.Write(folder["f"], shape, values);
        NpyFile.Write(folder["b"], shape, values.Select(value => (byte)value).ToArray());
        Assert.Equal(shape, NpyFile.Read(folder["f"]).Shape);
        Assert.Equal(values, NpyFile.Read(folder["f"]).Floats);
        Assert.Equal(values.Select(value => (byte)value), NpyFile.Read(folder["b"]).Bytes!);
        Assert.Equal(0, new FileInfo(folder["f"]).Length % 64 - (count * 4 % 64));
    }

    [Fact]
    public void Large_arrays_are_written_and_read_in_blocks()
    {
        using TempFolder folder = new();
        float[] values = new float[(2 << 20) + 3];
        for (int i = 0; i < values.Length; i++)
            values[i] = i;
        NpyFile.Write(folder["f"], [values.Length], values);
        Assert.Equal(values, NpyFile.Read(folder["f"]).Floats);
    }

    [Fact]
    public void All_versions_of_the_header_are_read()
    {
        foreach (byte version in new byte[] { 1, 2, 3 })
            Assert.Equal([7, 8], Read(Npy("|u1", false, "(2,)", [7, 8], version)).Bytes!);
        Refused.With(() => Read(Npy("|u1", false, "(2,)", [7, 8], 4)), "version 4.0");
    }

    [Fact]
    public void Fortran_order_becomes_C_order()
    {
        // A Fortran-order file stores [[0,1,2],[3,4,5]] column by column.
        Assert.Equal([0, 1, 2, 3, 4, 5], Read(Npy("|u1", true, "(2, 3)", [0, 3, 1, 4, 2, 5])).Bytes!);
        byte[] three = new byte[24];
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 4; k++)
                    three[i + (2 * j) + (6 * k)] = (byte)((i * 12) + (j * 4) + k);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (byte)i), Read(Npy("|u1", true, "(2, 3, 4)", three)).Bytes!);
        Assert.Equal([1, 2], Read(Npy("|u1", true, "(2,)", [1, 2])).Bytes!);
    }

    [Fact]
    public void Float64_becomes_float32()
    {
        byte[] body = [.. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-2.5)];
        Assert.Equal([0.1f, -2.5f], Read(Npy("<f8", false, "(2,)", body)).Floats!);
        double[] many = Enumerable.Range(0, 20_000).Select(i => i / 3.0).ToArray();
        float[] values = Read(Npy("<f8", false, "(20000,)", [.. many.SelectMany(BitConverter.GetBytes)])).Floats!;
        Assert.Equal(many.Select(value => (float)value), values);
    }

    [Theory]
    [InlineData("|O", "Python objects", "numpy.stack(list(array)).astype('uint8')")]
    [InlineData("<U3", "holds text", "astype('uint8')")]
    [InlineData("<c8", "complex numbers", "astype('float32')")]
    [InlineData("<f16", "some machines only", "astype('float64')")]
    [InlineData("<M8[ns]", "dates or times", "array of images")]
    [InlineData("|V4", "raw bytes", "array.view('uint8')")]
    [InlineData("<u3", "not known", "astype('uint8')")]
    [InlineData("|i8", "not known", "astype('uint8')")]
    [InlineData("", "not known", "astype('uint8')")]
    public void Another_type_is_named_with_the_way_to_convert_it(string descr, string word, string advice) =>
        Refused.With(() => Read(Npy(descr, false, "(1,)", new byte[8])), "test", $"'{descr}'", word, advice);

    [Fact]
    public void A_structure_is_refused() =>
        Refused.With(() => Read(Raw("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new byte[4])), "structure");

    [Theory]
    [InlineData("(3,)", "cut short")]
    [InlineData("(1,)", "damaged")]
    [InlineData("(2147483647, 2147483647, 2147483647)", "cut short")]
    [InlineData("(2147483648,)", "dimension")]
    [InlineData("(-1,)", "dimension")]
    [InlineData("(1, 2", "dimension")]
    public void A_shape_that_does_not_fit_the_file_is_refused(string shape, string word) =>
        Refused.With(() => Read(Npy("|u1", false, shape, [1, 2])), "test", word);

    [Fact]
    public void Damaged_headers_are_refused()
    {
        Refused.With(() => Read([]), "not an NPY file");
        Refused.With(() => Read([0x93, .. "NUMPY"u8]), "cut short");
        Refused.With(() => Read([0x93, .. "NUMPY"u8, 1, 0, 200, 0, 1]), "cut short");
        Refused.With(() => Read([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, 1]), "4294967295 bytes");
        Refused.With(() => Read(Raw("{'descr': '<f4', 'shape': (1,)}", new byte[4])), "missing");
        Refused.With(() => Read(Raw("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}", new byte[4])), "neither True nor False");
        Refused.With(() => Read(Raw("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", new byte[4])), "text follows");
        Refused.With(
            () => Read(Raw("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", new byte[4])),
            "'descr' is not expected");
        Refused.With(() => Read(Raw("import os", [])), "'{' is missing");
    }

    [Fact]
    public void Shapes_become_images()
    {
        Assert.Equal((2, 1, 3, 4), Sizes([2, 3, 4]));
        Assert.Equal((2, 3, 4, 5), Sizes([2, 3, 4, 5]));
        Assert.Equal((3, 1, 28, 28), Sizes([3, 784]));
        Assert.Equal((3, 1, 1, 10), Sizes([3, 10]));
        Refused.With(() => Sizes([3]), "(3,)");
        Refused.With(() => Sizes([1, 1, 1, 1, 1]), "(1, 1, 1, 1, 1)");
        Refused.With(() => Sizes([0, 28, 28]), "empty");
        Refused.With(
            () => Sizes([2, 3, 4, 3]), "2 ways", "nchw: 2 colour images of 4×3", "nhwc: 2 colour images of 3×4",
            "--layout nchw or --layout nhwc");
    }

    [Fact]
    public void Floats_are_brightness_unless_another_range_is_requested()
    {
        Assert.Equal([0f, 0.5f, 1f], SmallImages.Values(new NpyArray([1, 3], [0f, 0.5f, 1f]).ToImages("a"), 0));
        Assert.Equal([0f, 0.5f, 1f],
            SmallImages.Values(new NpyArray([1, 3], [-1f, 0f, 1f]).ToImages("a", new ReadingRequest { Range = new(-1, 1) }), 0));
        Refused.With(() => new NpyArray([1, 3], [-1f, 0f, 1f]).ToImages("a"), "a:", "the value -1", "row 0, column 0", "--range -1..1");
        Refused.With(() => new NpyArray([2, 2], [0f, 1f, 0.5f, 255f]).ToImages("a"), "a:", "255", "row 1, column 1");
        Refused.With(() => new NpyArray([2, 2], [0f, -1.5f, 0.5f, 1f]).ToImages("a"), "-1.5", "row 0, column 1");
        Refused.With(() => new NpyArray([2, 2], [0f, 0f, float.NaN, 1f]).ToImages("a"), "NaN", "row 1, column 0");
        Refused.With(() => new NpyArray([2, 2], [0f, 0f, 0f, float.NegativeInfinity]).ToImages("a"), "row 1, column 1");
    }

    [Fact]
    public void The_position_of_a_value_is_its_image_and_pixel()
    {
        float[] values = new float[2 * 3 * 4 * 5];
        values[60 + 20 + 5 + 2] = float.PositiveInfinity; // image 1, channel 1, row 1, column 2
        Refused.With(
            () => new NpyArray([2, 3, 4, 5], values).ToImages("a"), "row 1, column 27 (image 1, channel 1, pixel row 1, pixel column 2)");
        Refused.With(() => Read(Npy("<f8", false, "(1, 2)", [.. new byte[8], .. BitConverter.GetBytes(1e300)])), "1E+300", "float32");
        Refused.With(() => Read(Npy("|u1", false, "(3,)", [1, 2, 3])).ToImages("a"), "a, byte ", "(3,)");
    }

    [Fact]
    public void A_shape_that_does_not_hold_the_values_is_refused()
    {
        Refused.With(() => new NpyArray([2, 2], new float[3]), "(2, 2)", "3 values");
        Refused.With(() => new NpyArray([-1, -3], new float[3]), "3 values");
        Refused.With(() => NpyFile.Write("never", [2, 2], new float[3]), "(2, 2)");
    }

    [Fact]
    public void Mutations_give_a_value_or_a_JouleException()
    {
        Fuzz.Run(Npy("<f4", false, "(2, 3)", new byte[24]), bytes => NpyFile.Read(new MemoryStream(bytes), "fuzzed"));
        Fuzz.Run(Npy("<f8", true, "(3, 2)", new byte[48], 2), bytes => NpyFile.Read(new MemoryStream(bytes), "fuzzed"));
    }

    private static NpyArray Read(byte[] bytes) => NpyFile.Read(new MemoryStream(bytes), "test");

    private static (int, int, int, int) Sizes(int[] shape)
    {
        ImageSet images = new NpyArray(shape, new byte[shape.Aggregate(1, (a, b) => a * b)]).ToImages("test");
        return (images.Count, images.Channels, images.Height, images.Width);
    }

    private static byte[] Npy(string descr, bool fortran, string shape, byte[] body, byte version = 1) =>
        Raw($"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}", body, version);

    private static byte[] Raw(string header, byte[] body, byte version = 1)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. body];
    }
}
