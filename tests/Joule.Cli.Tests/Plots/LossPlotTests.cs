using Joule.Cli.Plots;
using Joule.Runs;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class LossPlotTests
{
    [Fact]
    public void The_title_is_drawn()
    {
        using SKBitmap with = LossPlot.Draw(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "seed: the loss");
        using SKBitmap without = LossPlot.Draw(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "");
        Assert.True(Dark(with, 90, 15, 500, 52) > 500);
        Assert.Equal(0, Dark(without, 90, 15, 500, 52));
    }

    [Fact]
    public void Axis_labels_are_drawn()
    {
        using SKBitmap picture = LossPlot.Draw(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "title");
        Assert.True(Dark(picture, 10, 160, 50, 520) > 300, "the vertical label of the upper panel");
        Assert.True(Dark(picture, 560, 1005, 640, 1038) > 40, "the word epoch under the lower panel");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(120)]
    [InlineData(5000)]
    public void Any_number_of_epochs_makes_a_picture_of_one_size(int epochs)
    {
        IReadOnlyList<MetricsRow>[] runs = [MadeUpRuns.Drifting(epochs), MadeUpRuns.Balanced(epochs), MadeUpRuns.WildStart(epochs)];
        foreach (IReadOnlyList<MetricsRow> rows in runs)
        {
            using SKBitmap picture = LossPlot.Draw(rows, MadeUpRuns.Figures.Recorded, "title");
            Assert.Equal((LossPlot.Width, LossPlot.Height), (picture.Width, picture.Height));
        }
    }

    [Fact]
    public void Missing_values_are_left_out()
    {
        MetricsRow[] rows = [.. from row in MadeUpRuns.Balanced(5)
            select new[] { "val_cd", "val_energy_noise", "cd" }.Aggregate(row, (r, name) => MadeUpRuns.With(r, name, double.NaN))];
        using SKBitmap picture = LossPlot.Draw(rows, MadeUpRuns.Figures.Recorded, "title");
        Assert.Equal(LossPlot.Width, picture.Width);
    }

    [Fact]
    public void The_file_is_a_PNG_and_no_other_file_is_left()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("loss.png");
        File.WriteAllText(path, "old");
        LossPlot.Save(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "title", path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void No_epochs_are_an_error() =>
        Assert.Throws<InvalidInputException>(() => LossPlot.Draw([], MadeUpRuns.Figures.Recorded, "title"));

    [Fact]
    public void A_place_that_cannot_be_written_is_an_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "missing", "loss.png");
        InvalidInputException error = Assert.Throws<InvalidInputException>(
            () => LossPlot.Save(MadeUpRuns.Balanced(1), MadeUpRuns.Figures.Recorded, "title", path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static int Dark(SKBitmap picture, int left, int top, int right, int bottom)
    {
        int count = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                SKColor c = picture.GetPixel(x, y);
                if (c.Red + c.Green + c.Blue < 300)
                    count++;
            }
        }

        return count;
    }
}
