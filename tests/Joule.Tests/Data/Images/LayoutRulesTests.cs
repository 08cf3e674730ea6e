using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class LayoutRulesTests
{
    private static readonly ModelImages Grey = new(1, 8, 6, 0), Colour = new(3, 8, 6, 0), Padded = new(1, 8, 8, 1), Six = new(6, 8, 6, 0);

    [Theory]
    [InlineData(new[] { 5, 8, 6, 1 }, "nhwc 5 1 8 6")]
    [InlineData(new[] { 5, 1, 8, 6 }, "nchw 5 1 8 6")]
    [InlineData(new[] { 5, 8, 6, 3 }, "nhwc 5 3 8 6")]
    [InlineData(new[] { 5, 3, 8, 6 }, "nchw 5 3 8 6")]
    [InlineData(new[] { 5, 1, 1, 1 }, "nchw 5 1 1 1")]
    [InlineData(new[] { 5, 8, 6 }, "nhw 5 1 8 6")]
    [InlineData(new[] { 3, 8, 6 }, "nhw 3 1 8 6")]
    [InlineData(new[] { 200, 3, 3 }, "nhw 200 1 3 3")]
    [InlineData(new[] { 200, 4, 1 }, "nhw 200 1 4 1")]
    [InlineData(new[] { 5, 49 }, "nd 5 1 7 7")]
    [InlineData(new[] { 5, 48 }, "nd 5 1 1 48")]
    public void Without_a_model_the_shape_decides(int[] shape, string expected) => Assert.Equal(expected, Text(Find(shape, null)));

    [Theory]
    [InlineData(new[] { 5, 3, 8, 3 }, "nchw: 5 colour images of 8×3", "nhwc: 5 colour images of 3×8", "--layout nchw or --layout nhwc")]
    [InlineData(new[] { 5, 1, 8, 1 }, "nchw: 5 grey images of 8×1", "nhwc: 5 grey images of 1×8", "--layout nchw")]
    [InlineData(new[] { 5, 1, 8, 3 }, "nchw: 5 grey", "nhwc: 5 colour", "--layout nhwc")]
    [InlineData(new[] { 8, 6, 3 }, "nhw: 8 grey images of 6×3", "hwc: one colour image of 8×6", "--layout nhw or --layout hwc")]
    [InlineData(new[] { 8, 6, 1 }, "nhw: 8 grey images of 6×1", "hwc: one grey image of 8×6", "--layout hwc")]
    [InlineData(new[] { 5, 8, 6, 4 }, "nchw: 5 8-channel", "nhwc: 5 4-channel", "array[..., :3]")]
    [InlineData(new[] { 5, 2, 8, 6 }, "nchw: 5 2-channel", "nhwc: 5 6-channel", "neither 1 nor 3")]
    [InlineData(new[] { 5 }, "(5,)", "not a set of images", "array.reshape")]
    [InlineData(new[] { 1, 1, 1, 1, 1 }, "(1, 1, 1, 1, 1)", "not a set of images", "array.reshape")]
    [InlineData(new[] { 0, 8, 6 }, "(0, 8, 6)", "is empty", "At least one image")]
    public void Ambiguous_shapes_and_shapes_of_no_image_are_refused(int[] shape, params string[] words) =>
        Refused.With(() => Find(shape, null), words);

    [Theory]
    [InlineData(new[] { 9, 9, 3 }, "nhw: 9 grey images of 9×3; or hwc: one colour image of 9×9")]
    [InlineData(new[] { 4, 9, 9 }, "nhw: 4 grey images of 9×9")]
    [InlineData(new[] { 4, 9, 3, 3 }, "nhwc: 4 colour images of 9×3")]
    [InlineData(new[] { 4, 8, 6, 4 }, "nhwc: 4 4-channel images of 8×6", "array[..., :3]")]
    [InlineData(new[] { 4, 8, 6, 2 }, "nchw: 4 8-channel images of 6×2; or nhwc: 4 2-channel images of 8×6")]
    public void A_shape_that_does_not_fit_the_model_is_refused_with_both_sizes(int[] shape, params string[] words)
    {
        InvalidInputException error = Refused.With(
            () => Find(shape, Grey), [.. words, "does not fit the model, which takes grey images of 8×6"]);
        Assert.DoesNotContain("--layout", error.Message, StringComparison.Ordinal); // no layout would help
    }

    public static TheoryData<int[], string, string> Fitting => new()
    {
        { [5, 1, 8, 6], "grey", "nchw 5 1 8 6" },
        { [8, 1, 8, 6], "grey", "nchw 8 1 8 6" },
        { [5, 8, 6, 1], "grey", "nhwc 5 1 8 6" },
        { [5, 8, 6, 3], "grey", "nhwc 5 3 8 6" },
        { [5, 8, 6], "grey", "nhw 5 1 8 6" },
        { [3, 8, 6], "grey", "nhw 3 1 8 6" },
        { [8, 6, 1], "grey", "hwc 1 1 8 6" },
        { [8, 6, 3], "grey", "hwc 1 3 8 6" },
        { [8, 6], "grey", "hw 1 1 8 6" },
        { [5, 48], "grey", "nd 5 1 8 6" },
        { [5, 64], "padded", "nd 5 1 8 8" },
        { [5, 36], "padded", "nd 5 1 6 6" },
        { [6, 6], "padded", "hw 1 1 6 6" },
        { [5, 3, 8, 6], "colour", "nchw 5 3 8 6" },
        { [5, 8, 6], "colour", "nhw 5 1 8 6" },
        { [8, 6, 3], "colour", "hwc 1 3 8 6" },
        { [8, 6], "colour", "hw 1 1 8 6" },
        { [5, 144], "colour", "nd 5 3 8 6" },
        { [5, 48], "colour", "nd 5 1 8 6" },
        { [5, 6, 8, 6], "six", "nchw 5 6 8 6" },
        { [5, 8, 6, 6], "six", "nhwc 5 6 8 6" },
    };

    [Theory]
    [MemberData(nameof(Fitting))]
    public void A_model_decides_by_its_size(int[] shape, string model, string expected) =>
        Assert.Equal(expected, Text(Find(shape, Of(model))));

    [Fact]
    public void A_shape_that_fits_the_model_in_two_ways_needs_a_layout()
    {
        Refused.With(
            () => Find([3, 8, 6], Colour), "nhw: 3 grey images of 8×6", "chw: one colour image of 8×6", "--layout nhw or --layout chw");
        Assert.Equal("chw 1 3 8 6", Text(Find([3, 8, 6], Colour, ImageLayout.Chw)));
        ModelImages square = new(3, 3, 3, 0);
        Refused.With(() => Find([5, 3, 3, 3], square), "nchw", "nhwc");
        Assert.Equal("nhwc 5 3 3 3",
            Text(LayoutRules.Find([5, 3, 3, 3], new ReadingRequest { Model = square, ModelLayout = ImageLayout.Nhwc }, Error)));
        Refused.With(() => Find([4, 5], new ModelImages(1, 4, 4, 0)), "does not fit the model", "rows of 16 values", "4×4");
    }

    [Fact]
    public void A_set_is_not_a_single_picture()
    {
        foreach (ModelImages? model in (ModelImages?[])[null, Colour])
            Assert.Equal("nhw 8 1 6 3", Text(LayoutRules.Find([8, 6, 3], new ReadingRequest { Model = model, AreSets = true }, Error)));
    }

    [Fact]
    public void A_requested_layout_must_have_the_dimensions_of_the_array()
    {
        Assert.Equal("nhwc 5 6 8 2", Text(Find([5, 8, 2, 6], null, ImageLayout.Nhwc)));
        Assert.Equal("hw 1 1 5 49", Text(Find([5, 49], null, ImageLayout.Hw)));
        Refused.With(() => Find([5, 8, 6], null, ImageLayout.Nchw), "layout nchw has 4 dimensions", "(5, 8, 6) has 3", "nhw, chw, hwc");
    }

    [Fact]
    public void A_position_refers_to_the_stored_array()
    {
        Assert.Equal("row 1, column 27 (image 1, channel 1, pixel row 1, pixel column 2)",
            ArrayLayout.Of(ImageLayout.Nchw, [2, 3, 4, 5]).Place(60 + 27));
        Assert.Equal("row 1, column 22 (image 1, channel 1, pixel row 1, pixel column 2)",
            ArrayLayout.Of(ImageLayout.Nhwc, [2, 4, 5, 3]).Place(60 + 22));
    }

    private static ModelImages Of(string model) => model switch { "grey" => Grey, "colour" => Colour, "padded" => Padded, _ => Six };

    private static ArrayLayout Find(int[] shape, ModelImages? model, ImageLayout? layout = null) =>
        LayoutRules.Find(shape, new ReadingRequest { Model = model, Layout = layout }, Error);

    private static InvalidInputException Error(string problem) => new(problem);

    private static string Text(ArrayLayout layout) =>
        $"{layout.Layout.Name()} {layout.Count} {layout.Channels} {layout.Height} {layout.Width}";
}
