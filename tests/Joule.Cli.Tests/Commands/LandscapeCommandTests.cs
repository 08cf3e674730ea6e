using System.Text.Json;
using Joule.Data;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class LandscapeCommandTests(TinyPoints points, TinyRun images)
{
    [Fact]
    public void A_training_on_points_draws_its_landscape_and_measures_the_divergence()
    {
        Assert.True(points.First.Code == 0, points.First.Error);
        JsonElement printed = JsonDocument.Parse(points.First.Output).RootElement.GetProperty("divergence");
        JsonElement kept = JsonDocument.Parse(File.ReadAllText(Path.Combine(points.Run, "summary.json"))).RootElement
            .GetProperty("divergence");
        Assert.InRange(printed.GetProperty("kl").GetDouble(), 0, 10);
        Assert.InRange(printed.GetProperty("error").GetDouble(), 0, 5e-4);
        Assert.Equal(string.Concat(kept.GetRawText().Where(c => !char.IsWhiteSpace(c))), printed.GetRawText());
        // Two rows of two maps below the title.
        PngImage picture = PngFile.Read(Path.Combine(points.Run, "landscape.png"));
        Assert.Equal(1200, picture.Width);
        Assert.InRange(picture.Height, 600, 1200);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(points.Run, "epochs")).Length);
    }

    [Fact]
    public void The_divergence_is_also_printed_for_readers()
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = JouleProgramTests.Invoke(TinyPoints.Line("--out", folder.File("run"), "--epochs", "1"));
        Assert.True(code == 0, error);
        Assert.Matches(@"\nKL\(truth‖model\) \d+\.\d{4} nats, by quadrature to ±0\.000\d", output);
    }

    [Fact]
    public void The_landscape_of_points_can_be_drawn_again()
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = JouleProgramTests.Invoke("landscape", points.Run, "--out", folder.File("l.png"));
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^.*l\.png\nKL\(truth‖model\) .* nats, by quadrature to .*\n$", output);
        Assert.Equal(File.ReadAllBytes(Path.Combine(points.Run, "landscape.png")), File.ReadAllBytes(folder.File("l.png")));
        JsonElement json = JsonDocument.Parse(
            JouleProgramTests.Invoke("landscape", points.Run, "--out", folder.File("l.png"), "--json").Output).RootElement;
        Assert.True(json.GetProperty("divergence").GetProperty("kl").GetDouble() > 0);
        Assert.Empty(json.GetProperty("states").EnumerateArray());
    }

    [Fact]
    public void Of_images_the_plane_through_three_states_is_drawn()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("plane.png"), state = folder.File("one.png");
        PngFile.Write(state, new PngImage(TinyRun.Side, TinyRun.Side, 1, [.. Enumerable.Range(0, 36).Select(i => (byte)(7 * i))]));
        (int code, string output, string error) = JouleProgramTests.Invoke(
            "landscape", images.Run, "--through", "0", "3", state, "--out", file, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement json = JsonDocument.Parse(output).RootElement;
        JsonElement[] states = [.. json.GetProperty("states").EnumerateArray()];
        Assert.Equal(["row 0", "row 3", "one.png"], states.Select(s => s.GetProperty("name").GetString()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("divergence").ValueKind);
        // The energies read from the grid are those of the states, but for the grid's spacing.
        string csv = JouleProgramTests.Invoke("score", images.Model, state, "--quiet").Output;
        double scored = double.Parse(csv.Split('\n')[1].Split(',')[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(scored, states[2].GetProperty("energy").GetDouble(), 0.05);
        using SKBitmap picture = SKBitmap.Decode(file);
        Assert.Equal(1200, picture.Width);
    }

    [Fact]
    public void Without_states_the_first_rows_are_taken_and_the_picture_goes_into_the_run()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, images.Train("--out", folder.File("run"), "--epochs", "1").Code);
        (int code, string output, string error) = JouleProgramTests.Invoke("landscape", folder.File("run"));
        Assert.Equal((0, folder.File("run/landscape.png") + "\n", ""), (code, output, error));
        Assert.True(File.Exists(folder.File("run/landscape.png")));
    }

    [Theory]
    [InlineData("lie on a line", "--through", "1", "1", "2")]
    [InlineData("rows 0 to 15", "--through", "0", "1", "99")]
    [InlineData("no.png", "--through", "0", "1", "no.png")]
    [InlineData("*.png", "--out", "plane.jpg")]
    public void Errors_say_what_is_wrong(string expected, params string[] further)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(["landscape", images.Run, .. further]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_need_no_plane()
    {
        (int code, _, string error) = JouleProgramTests.Invoke("landscape", points.Run, "--through", "0", "1", "2");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("--through", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_run_are_not_replaced()
    {
        (int code, _, string error) = JouleProgramTests.Invoke(
            "landscape", points.Run, "--out", Path.Combine(points.Run, "loss.png"));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("is a file of the run", error, StringComparison.Ordinal);
    }
}
