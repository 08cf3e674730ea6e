using System.Globalization;
using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

/// <summary>How arrays become images depends on type, shape, model and options, never on their values.</summary>
public sealed class ArrayImagesTests
{
    private static readonly double[] Bytes = [0, 1, 7, 100, 127, 90];
    private static readonly string[] Whole = ["|u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8",
        ">i8"];
    private static readonly string[] Floats = ["<f4", ">f4", "<f8", ">f8"];

    [Fact]
    public void Whole_numbers_of_any_width_have_the_bits_of_bytes()
    {
        float[] expected = Values(Read("|u1", Bytes));
        foreach (string descr in Whole)
        {
            ImageSet images = Read(descr, Bytes);
            Assert.Equal(expected, Values(images));
            Assert.Equal((0d, 255d), (images.Reading!.Low, images.Reading.High));
        }
        // The same numbers in Fortran order: [[0, 1, 7], [100, 127, 90]] is stored column by column.
        Assert.Equal(expected, Values(Read("<i8", [0, 100, 1, 127, 7, 90], fortran: true)));
    }

    [Fact]
    public void Another_range_gives_the_same_bits_for_every_width()
    {
        ReadingRequest request = new() { Range = new(0, 127) };
        float[] expected = [.. Bytes.Select(b => (float)(b / 127))];
        foreach (string descr in Whole)
            Assert.Equal(expected, Values(Read(descr, Bytes, request)));
    }

    [Fact]
    public void Masks_are_bool_or_requested()
    {
        double[] mask = [0, 1, 1, 0, 0, 1];
        float[] expected = [0, 1, 1, 0, 0, 1];
        Assert.Equal(expected, Values(Read("|b1", mask)));
        foreach (string descr in Whole)
        {
            Assert.Equal(expected, Values(Read(descr, mask, new ReadingRequest { Range = ValueRange.Unit })));
            Assert.Contains("--range 0..1", Assert.Single(Read(descr, mask).Reading!.Warnings), StringComparison.Ordinal);
        }
        Assert.Equal(Values(Read("|u1", [0, 255, 255, 0, 0, 255])), Values(Read("|b1", mask)));
        Assert.Empty(Read("|u1", [0, 0, 0, 0, 0, 0]).Reading!.Warnings); // black is 0 in every reading
        Refused.With(() => Read("|b1", [0, 1, 2, 0, 0, 0]), "the value 2 at row 0, column 2");
    }

    [Fact]
    public void Advised_ranges_hold_every_value()
    {
        // Two values are outside; the range -1..1 would hold only the first.
        InvalidInputException error = Refused.With(
            () => Read("<f4", [0, -0.5, 0, 0, 200, 0]), "the value -0.5 at row 0, column 1", "go from -0.5 to 200", "--range -0.5..200");
        Assert.DoesNotContain("-1..1", error.Message, StringComparison.Ordinal);
        Read("<f4", [0, -0.5, 0, 0, 200, 0], new ReadingRequest { Range = new(-0.5, 200) });
        error = Refused.With(() => Read("<f4", [0, 0.5, 0, 0, 3, 255]), "--range 0..255");
        Assert.DoesNotContain("65535", error.Message, StringComparison.Ordinal);
        Refused.With(() => Read("<i2", [0, -300, 0, 0, 200, 0]), "the value -300", "--range -32768..32767");
        Refused.With(() => Read("<i4", [0, -300, 0, 0, 200, 0]), "--range -300..200");
        Refused.With(() => Read("<f4", [0, 0, 0, 0, -1.5, 0]), "--range -1.5..0");
    }

    [Fact]
    public void For_overshooting_values_clipping_is_advised_and_no_range()
    {
        foreach (string descr in Floats)
        {
            InvalidInputException error = Refused.With(() => Read(descr, [0, -0.02, 1.05, 0, 1, 0]), "numpy.clip(array, 0, 1)");
            Assert.DoesNotContain("--range", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_advised_range_is_refused()
    {
        Refused.With(() => Read("<f4", [0, 3e37, 0, 0, 0, 0]), "--range 0..3E+37");
        Assert.True(ValueRange.TryParse("0..3E+37", out ValueRange large));
        Assert.Equal(1f, Values(Read("<f4", [0, 3e37, 0, 0, 0, 0], new ReadingRequest { Range = large }))[1]);
        InvalidInputException error = Refused.With(() => Read("<f8", [0, 1e200, 0, 0, 0, 0]), "scale the array");
        Assert.DoesNotContain("--range", error.Message, StringComparison.Ordinal);
        Refused.With(() => Read("<f4", [0, double.NaN, 0, 0, 0, 0]), "the value NaN at row 0, column 1", "is not a number");
        // If the reading is fixed by the training, no option can be given.
        error = Refused.With(() => Read("<f4", [0, 9, 0, 0, 0, 0], new ReadingRequest { IsSettled = true }), "their training images");
        Assert.DoesNotContain("--range", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_float16_may_be_outside_by_its_rounding()
    {
        double next = 1 + 1.0 / 1024; // the float16 after 1
        Assert.Equal(1f, Values(ArrayImages.Read(new MemoryStream([.. BitConverter.GetBytes((Half)next),
            .. BitConverter.GetBytes((Half)0.5)]), new ArrayOrigin("a", 0), ElementType.OfNumpy("<f2")!, [1, 1, 2], false,
            ReadingRequest.Default))[0]);
        Refused.With(() => Read("<f4", [0, next, 0, 0, 0, 0]), "numpy.clip");
    }

    [Fact]
    public void A_model_s_range_applies_to_types_that_hold_both_its_ends()
    {
        ReadingRequest request = new() { ModelRange = new(-128, 127), ModelRangeOfFloats = false };
        foreach (string descr in Whole)
            Assert.Equal(descr.Contains('u', StringComparison.Ordinal) ? ValueRange.Bytes : new ValueRange(-128, 127),
                request.RangeOf(ElementType.OfNumpy(descr)!));
        Assert.Equal(ValueRange.Unit, request.RangeOf(ElementType.OfNumpy("|b1")!));
        request = new() { ModelRange = new(0, 1e6), ModelRangeOfFloats = true };
        Assert.Equal(ValueRange.Unit, request.RangeOf(ElementType.OfNumpy("<f2")!));
        Assert.Equal(new ValueRange(0, 1e6), request.RangeOf(ElementType.OfNumpy("<f4")!));
    }

    [Fact]
    public void Nearly_black_images_of_any_type_are_reported()
    {
        ReadingRequest wide = new() { Range = new(0, 65535) };
        foreach (string descr in (string[])[.. Floats, "<u2", "<i4"])
            Assert.Contains(
                "nearly black", Assert.Single(Read(descr, [0, 1, 0, 0, 1, 0], wide).Reading!.Warnings), StringComparison.Ordinal);
        Assert.Contains("a: no value", Assert.Single(Read(
            "<f4", [0, 0.5, 0, 0, 1, 0], new ReadingRequest { Range = ValueRange.Bytes }).Reading!.Warnings), StringComparison.Ordinal);
        Assert.Empty(Read("<f4", [0, 0.5, 0, 0, 1, 0]).Reading!.Warnings);
        foreach (string descr in (string[])["|u1", "<u2", ">i4", "<f4"])
            Assert.Contains("If the values are bytes, give --range 0..255",
                Assert.Single(Read(descr, [0, 200, 0, 0, 255, 0], wide).Reading!.Warnings), StringComparison.Ordinal);
        Assert.Empty(Read("<u2", [0, 300, 0, 0, 255, 0], wide).Reading!.Warnings);
        Assert.Empty(Read("<u2", [0, 200, 0, 0, 255, 0], new ReadingRequest { Range = new(0, 1023) }).Reading!.Warnings);
        Assert.Empty(Read("<f4", [0, 0.5, 0, 0, 1, -1], new ReadingRequest { Range = new(-1, 2) }).Reading!.Warnings);
    }

    [Fact]
    public void Whole_numbers_outside_are_refused_with_advice()
    {
        foreach (string descr in Whole.Where(d => d[2] != '1'))
        {
            InvalidInputException error = Refused.With(
                () => Read(descr, [0, 0, 0, 0, 256, 0]), "the value 256 at row 1, column 1", "outside 0..255", "--range 0..65535");
            Assert.Equal("a", error.File);
        }
        Refused.With(() => Read("|i1", [0, 0, -1, 0, 0, 0]), "the value -1 at row 0, column 2", "--range -1..1");
        Refused.With(() => Read("<i4", [0, 0, 1_000_000, 0, 0, 0]), "--range LO..HI, for example --range 0..1000000");
        // The advised options read the images.
        Assert.Equal(256f / 65535, Values(Read("<i4", [0, 0, 0, 0, 256, 0], new ReadingRequest { Range = new(0, 65535) }))[4]);
        Assert.Equal(1f, Values(Read("<i4", [0, 0, 1_000_000, 0, 0, 0], new ReadingRequest { Range = new(0, 1_000_000) }))[2]);
    }

    [Theory]
    [InlineData(-1e-7)]
    [InlineData(-1e-17)]
    [InlineData(-9e-6)]
    public void Rounding_errors_are_clipped_to_the_wall_and_nothing_else_changes(double value)
    {
        double[] clean = [0, 0.25, 0.5, 1, 0.75, 0.125];
        foreach (string descr in Floats)
        {
            Assert.Equal(Values(Read(descr, clean)), Values(Read(descr, [value, .. clean[1..]])));
            Assert.Equal(Values(Read(descr, clean)), Values(Read(descr, [0, 0.25, 0.5, 1 - value, 0.75, 0.125])));
        }
    }

    [Theory]
    [InlineData(-2e-5, "-2E-05", "numpy.clip(array, 0, 1)")]
    [InlineData(-1, "-1", "--range -1..1")]
    [InlineData(1.001, "1.001", "numpy.clip(array, 0, 1)")]
    [InlineData(200, "200", "--range 0..255")]
    [InlineData(300, "300", "--range 0..300")]
    [InlineData(1e6, "1000000", "--range 0..1000000")]
    public void Floats_outside_are_refused_with_value_row_and_options(double value, string shown, string option)
    {
        foreach (string descr in Floats)
            Refused.With(
                () => Read(descr, [0, 0, 0, 0, value, 0]), "a, byte ", $"the value {shown} at row 1, column 1", "outside 0..1", option);
    }

    [Theory]
    [InlineData(double.NaN, "the value NaN at row 1, column 1", "is not a number")]
    [InlineData(double.PositiveInfinity, "the value Infinity at row 1, column 1", "is not finite")]
    public void A_number_that_is_not_finite_is_refused_as_such(double value, string shown, string why)
    {
        foreach (string descr in Floats)
            Assert.DoesNotContain("outside", Refused.With(
                () => Read(descr, [0, 9, 0, 0, value, 0]), "a, byte ", shown, why, "correct the array").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Floats_are_read_in_the_model_s_domain_and_bytes_are_not()
    {
        ReadingRequest book = new() { Domain = new(-1, 1) };
        Assert.Equal([0, 0.5f, 1, 0.25f, 0.75f, 0.5f], Values(Read("<f4", [-1, 0, 1, -0.5, 0.5, 0], book)));
        Assert.Equal(Values(Read("|u1", Bytes)), Values(Read("|u1", Bytes, book)));
        // Values do not decide: brightness is read in the domain too, with a warning.
        ImageSet bright = Read("<f4", [0, 0.5, 1, 0, 0, 0], book);
        Assert.Equal([0.5f, 0.75f, 1, 0.5f, 0.5f, 0.5f], Values(bright));
        Assert.Contains("--range 0..1", Assert.Single(bright.Reading!.Warnings), StringComparison.Ordinal);
        Assert.Empty(Read("<f4", [0, 0.5, 1, 0, 0, 0], book with { Range = ValueRange.Unit }).Reading!.Warnings);
    }

    [Fact]
    public void States_of_the_domain_go_in_without_rounding()
    {
        float[] states = [-1, 1e-8f, 0.1f, -0.33333334f, 0.9999999f, 1];
        ImageTransform book = new() { Low = -1, High = 1 };
        ImageSet images = new NpyArray([1, 6], states).ToImages("a", new ReadingRequest { Domain = new(-1, 1) });
        float[] state = new float[6];
        book.Read(images, 0, state);
        Assert.Equal(states, state);
    }

    [Fact]
    public void A_model_s_range_is_used_for_its_own_kind_of_array()
    {
        ReadingRequest of = new() { ModelRange = new(0, 65535), ModelRangeOfFloats = false };
        Assert.Equal(100f / 65535, Values(Read("<u2", Bytes, of))[3]);
        Assert.Equal(100f / 65535, Values(Read("<i8", Bytes, of))[3]);
        Assert.Equal(Values(Read("|u1", Bytes)), Values(Read("|u1", Bytes, of))); // a type that cannot hold 65535
        Assert.Equal(0.5f, Values(Read("<f4", [0, 0.5, 0, 0, 0, 0], of))[1]);
        Assert.Equal(0.5f,
            Values(Read("<f4", [0, 127.5, 0, 0, 0, 0], new ReadingRequest { ModelRange = new(0, 255), ModelRangeOfFloats = true }))[1]);
        Assert.Equal(Values(Read("<u2", Bytes)), Values(Read("<u2", Bytes, of with { Range = ValueRange.Bytes })));
    }

    [Fact]
    public void Channels_last_becomes_channels_first()
    {
        double[] last = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]; // (1, 2, 2, 3): pixel (y, x) has red 1 + 3·(2y + x)
        float[] expected = [.. new[] { 1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12 }.Select(v => v * (1f / 255f))];
        foreach (string descr in new[] { "|u1", "<i8" })
            Assert.Equal(expected, Values(Read(descr, last, null, "(1, 2, 2, 3)")));
        Assert.Equal(expected.Select(v => v * 255f / 16), Values(Read("<f4", [.. last.Select(v => v / 16)], null, "(1, 2, 2, 3)")),
            (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Float16_is_read_as_a_float() =>
        Assert.Equal([0f, 0.5f, 0.25f, 1f, 0.75f, 0f], Values(Read("<f2", [0, 0.5, 0.25, 1, 0.75, 0])));

    private static float[] Values(ImageSet images)
    {
        float[] values = new float[images.Count * images.Length];
        images.Read([.. Enumerable.Range(0, images.Count)], values);
        return values;
    }

    private static ImageSet Read(
        string descr, double[] values, ReadingRequest? request = null, string shape = "(2, 3)", bool fortran = false)
    {
        byte[] text = Encoding.ASCII.GetBytes(
            $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n");
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)text.Length), .. text,
            .. values.SelectMany(value => Encoded(descr, value))];
        return NpyFile.ReadImagesSized(new MemoryStream(file), "a", request ?? ReadingRequest.Default);
    }

    private static byte[] Encoded(string descr, double value)
    {
        byte[] bytes = descr[1..] switch
        {
            "u1" or "b1" => [(byte)value],
            "i1" => [(byte)(sbyte)value],
            "u2" => BitConverter.GetBytes((ushort)value),
            "i2" => BitConverter.GetBytes((short)value),
            "u4" => BitConverter.GetBytes((uint)value),
            "i4" => BitConverter.GetBytes((int)value),
            "u8" => BitConverter.GetBytes((ulong)value),
            "i8" => BitConverter.GetBytes((long)value),
            "f2" => BitConverter.GetBytes((Half)value),
            "f4" => BitConverter.GetBytes((float)value),
            "f8" => BitConverter.GetBytes(value),
            _ => throw new ArgumentException(descr.ToString(CultureInfo.InvariantCulture)),
        };
        return descr[0] == '>' ? [.. bytes.Reverse()] : bytes;
    }
}
