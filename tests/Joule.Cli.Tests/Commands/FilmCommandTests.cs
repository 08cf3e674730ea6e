using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class FilmCommandTests(TinyPoints points, TinyRun images)
{
    [Fact]
    public void Of_points_it_shows_the_landscape_of_every_epoch()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("film.png");
        (int code, string output, string error) = JouleProgramTests.Invoke("film", points.Run, "--out", file, "--quiet");
        Assert.Equal((0, $"{file}: 2 frames\n", ""), (code, output, error));
        PngImage first = PngFile.Read(file);
        Assert.Equal(600, first.Width);
        Assert.Equal(2, Frames(file));
    }

    [Fact]
    public void Of_images_it_shows_the_samples_of_every_epoch()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("film.png");
        string output = JouleProgramTests.Invoke("film", images.Run, "--out", file, "--json", "--quiet").Output;
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal((file, 2), (json.GetProperty("out").GetString(), json.GetProperty("frames").GetInt32()));
        PngImage samples = PngFile.Read(Path.Combine(images.Run, "samples", "epoch-0001.png")), first = PngFile.Read(file);
        Assert.Equal(samples.Pixels, first.Pixels);
        Assert.Equal(2, Frames(file));
    }

    [Fact]
    public void By_default_it_goes_into_the_run_s_folder()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, images.Train("--out", folder.File("run"), "--epochs", "1").Code);
        Assert.Equal(0, JouleProgramTests.Invoke("film", folder.File("run"), "--quiet").Code);
        Assert.True(File.Exists(folder.File("run/film.png")));
    }

    [Fact]
    public void A_run_that_kept_nothing_is_an_error_that_says_so()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        Assert.Equal(0, JouleProgramTests.Invoke(TinyPoints.Line("--out", run, "--epochs", "0")).Code);
        (int code, string output, string error) = JouleProgramTests.Invoke("film", run);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains("kept no models of its epochs", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.InvalidInput, JouleProgramTests.Invoke("film", folder.File("nowhere")).Code);
        Assert.Equal(ExitCodes.InvalidInput, JouleProgramTests.Invoke("film", points.Run, "--out", folder.File("film.gif")).Code);
    }

    // An animated PNG has one fcTL chunk for every frame.
    private static int Frames(string file) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)).Split("fcTL").Length - 1;
}
