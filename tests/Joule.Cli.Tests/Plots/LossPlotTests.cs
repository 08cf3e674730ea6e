using Joule.Cli.Plots;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class LossPlotTests
{
    [Fact]
    public void The_title_is_drawn()
    {
        using Sheet with = LossPlot.Draw(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "seed: the loss");
        using Sheet without = LossPlot.Draw(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "");
        Assert.True(Pixels.Dark(with.Picture, 90, 15, 500, 52) > 500);
        Assert.Equal(0, Pixels.Dark(without.Picture, 90, 15, 500, 52));
    }

    [Fact]
    public void Axis_labels_are_drawn()
    {
        using Sheet picture = LossPlot.Draw(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded, "title");
        Assert.True(Pixels.Dark(picture.Picture, 10, 160, 50, 520) > 300, "the vertical label of the upper panel");
        Assert.True(Pixels.Dark(picture.Picture, 560, 1005, 640, 1038) > 40, "the word epoch under the lower panel");
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
            using Sheet picture = LossPlot.Draw(rows, MadeUpRuns.Figures.Recorded, "title");
            Assert.Equal((LossPlot.Width, LossPlot.Height), (picture.Picture.Width, picture.Picture.Height));
        }
    }

    [Fact]
    public void Missing_values_are_left_out()
    {
        MetricsRow[] rows = [.. from row in MadeUpRuns.Balanced(5)
            select new[] { "val_cd", "val_energy_noise", "cd" }.Aggregate(row, (r, name) => MadeUpRuns.With(r, name, double.NaN))];
        using Sheet picture = LossPlot.Draw(rows, MadeUpRuns.Figures.Recorded, "title");
        Assert.Equal(LossPlot.Width, picture.Picture.Width);
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
}
