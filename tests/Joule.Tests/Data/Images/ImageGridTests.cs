using Joule.Data;
using Joule.States;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageGridTests
{
    private const byte Line = 60;

    [Fact]
    public void States_are_laid_out_in_rows_with_lines_between_them()
    {
        // Three states of one pixel on [−1, 1]: black, white, and the middle.
        PngImage picture = ImageGrid.Draw([-1, 1, 0], StateSpace.Box(new Shape(1, 1, 1), -1, 1), columns: 2, scale: 1);
        Assert.Equal((5, 5, 1), (picture.Width, picture.Height, picture.Channels));
        byte[] expected =
        [
            Line, Line, Line, Line, Line,
            Line, 0, Line, 255, Line,
            Line, Line, Line, Line, Line,
            Line, 128, Line, Line, Line,
            Line, Line, Line, Line, Line,
        ];
        Assert.Equal(expected, picture.Pixels);
    }

    [Fact]
    public void Channels_become_colours_and_values_outside_the_box_are_clipped()
    {
        PngImage picture = ImageGrid.Draw([5, 0, -5], StateSpace.Box(new Shape(3, 1, 1), 0, 1), scale: 1);
        Assert.Equal([255, 0, 0], picture.Pixels.AsSpan((3 + 1) * 3, 3).ToArray());
    }

    [Fact]
    public void A_small_picture_is_doubled_and_a_large_one_is_not()
    {
        StateSpace space = StateSpace.Box(new Shape(1, 10, 10), 0, 1);
        Assert.Equal(2 * (2 * 10 + 1) + 1, ImageGrid.Draw(new float[4 * 100], space).Width);
        Assert.Equal(100 * (10 + 1) + 1, ImageGrid.Draw(new float[10_000 * 100], space).Width); // 2,101 pixels if doubled
    }

    [Fact]
    public void States_that_are_not_images_and_pictures_that_are_too_large_are_refused()
    {
        Assert.True(ImageGrid.CanDraw(StateSpace.Box(new Shape(3, 2, 2), 0, 1)));
        Assert.False(ImageGrid.CanDraw(StateSpace.Box(new Shape(2, 2, 2), 0, 1)));
        Assert.False(ImageGrid.CanDraw(StateSpace.Real(new Shape(1, 2, 2))));
        Assert.Throws<InvalidInputException>(() => ImageGrid.Draw(new float[8], StateSpace.Box(new Shape(2, 2, 2), 0, 1)));
        StateSpace large = StateSpace.Box(new Shape(1, 1000, 1000), 0, 1);
        ImageGrid.Check(large, 1);
        string message = Assert.Throws<InvalidInputException>(() => ImageGrid.Check(large, 1_000_000)).Message;
        Assert.Contains("1,001,001", message, StringComparison.Ordinal);
    }
}
