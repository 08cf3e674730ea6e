using Joule.Data;
using Joule.States;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageStateSetTests
{
    private static readonly ImageSet Colour = ImageSet.FromBytes(
        "colour", 3, 2, 3, [.. Enumerable.Range(1, 36).Select(i => (byte)i)], ["a.png", "b.png"], [9, 4]);

    [Fact]
    public void A_state_is_the_transformed_image()
    {
        ImageTransform transform = new() { Pad = 1, Low = -1, High = 1 };
        ImageStateSet set = new(Colour, transform);
        Assert.Equal(StateSpace.Box(new Shape(3, 4, 5), -1, 1), set.Space);
        Assert.Equal(("colour", 2, "image"), (set.Name, set.Count, set.Noun));
        Assert.True(set.IsAlwaysFinite);
        float[] expected = new float[60], actual = new float[60];
        transform.Read(Colour, 1, expected);
        set.Read(1, actual);
        Assert.Equal(expected, actual);
        Assert.False(new ImageStateSet(ImageSet.FromFloats("floats", 1, 1, 1, [0.5f]), transform).IsAlwaysFinite);
    }

    [Fact]
    public void Labels_are_the_present_classes_in_order()
    {
        StateLabels labels = new ImageStateSet(Colour, new ImageTransform()).Labels!;
        Assert.Equal(["4", "9"], labels.Levels);
        Assert.Equal([1, 0], labels.Values);
        Assert.Null(new ImageStateSet(ImageSet.FromBytes("x", 1, 1, 1, [0]), new ImageTransform()).Labels);
    }

    [Fact]
    public void A_row_is_named_by_its_file_and_a_number_by_its_position_in_the_image()
    {
        ImageStateSet set = new(Colour, new ImageTransform { Pad = 1 });
        Assert.Equal("b.png", set.RowName(1));
        // Channel 1, row 2 and column 3 of the padded 4×5 plane: row 1 and column 2 of the image.
        Assert.Equal("channel 1, row 1, column 2", set.Place(20 + 2 * 5 + 3));
        Assert.Equal("1", new ImageStateSet(ImageSet.FromBytes("x", 1, 1, 1, [0, 1]), new ImageTransform()).RowName(1));
    }

    [Fact]
    public void Images_fit_with_or_without_their_padding()
    {
        ImageTransform transform = new() { Pad = 1 };
        Assert.Equal(1, ImageStateSet.For(StateSpace.Box(new Shape(3, 4, 5), 0, 1), transform, Colour).Transform.Pad);
        Assert.Equal(0, ImageStateSet.For(StateSpace.Box(new Shape(3, 2, 3), 0, 1), transform, Colour).Transform.Pad);
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => ImageStateSet.For(StateSpace.Box(new Shape(1, 28, 28), 0, 1), new ImageTransform(), Colour));
        Assert.Contains("3×2×3", e.Message, StringComparison.Ordinal);
        Assert.Contains("1×28×28", e.Message, StringComparison.Ordinal);
    }
}
