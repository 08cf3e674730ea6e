using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class SampleCommandTests(TinyRun tiny)
{
    private const int Padded = TinyRun.Side + 2;

    [Fact]
    public void An_array_holds_the_states_and_depends_on_the_seed_alone()
    {
        using TemporaryFolder folder = new();
        float[] Draw(string name, params string[] args)
        {
            (int code, _, string error) = JouleProgramTests.Invoke(
                ["sample", tiny.Run, "--count", "5", "--out", folder.File(name), "--quiet", .. args]);
            Assert.True(code == 0, error);
            NpyArray array = NpyFile.Read(folder.File(name));
            Assert.Equal([5, 1, Padded, Padded], array.Shape);
            return array.Floats!;
        }

        float[] one = Draw("a.npy", "--threads", "1", "--steps", "7");
        Assert.Equal(one, Draw("b.npy", "--threads", "2", "--steps", "7", "--film", folder.File("film.png")));
        Assert.NotEqual(one, Draw("c.npy", "--steps", "7", "--seed", "2"));
        Assert.NotEqual(one, Draw("d.npy", "--steps", "8"));
        Assert.All(one, value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void A_picture_shows_all_chains_and_json_is_one_line()
    {
        using TemporaryFolder folder = new();
        (int code, string output, _) = JouleProgramTests.Invoke(
            "sample", tiny.Model, "--count", "9", "--out", folder.File("s.png"), "--json");
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal((9, 3), (json.GetProperty("count").GetInt32(), json.GetProperty("steps").GetInt32()));
        JsonElement distance = json.GetProperty("distance");
        Assert.InRange(distance.GetProperty("nearest").GetDouble(), 0.01, distance.GetProperty("mean").GetDouble());
        Assert.Equal(3 * (Padded * 2 + 1) + 1, PngFile.Read(folder.File("s.png")).Width);
    }

    [Theory]
    [InlineData("mala", "step_size=0.001")]
    [InlineData("hmc", "step_size=0.05")]
    public void Another_sampler_is_named_and_its_acceptance_is_reported(string sampler, string setting)
    {
        using TemporaryFolder folder = new();
        string[] line = ["sample", tiny.Run, "--sampler", sampler, "--set", setting, "--set", "temperature=0.5", "--count", "10", "--steps",
            "20", "--out", folder.File("s.npy"), "--quiet"];
        JsonElement json = JsonDocument.Parse(JouleProgramTests.Invoke([.. line, "--json"]).Output).RootElement;
        Assert.Equal(sampler, json.GetProperty("sampler").GetString());
        double acceptance = json.GetProperty("acceptance").GetDouble();
        Assert.InRange(acceptance, 0.3, 1);
        Assert.Equal(Math.Round(acceptance * 200), acceptance * 200, 1e-9);
        Assert.Equal(0, json.GetProperty("divergent").GetInt32());
        Assert.InRange(json.GetProperty("energy_error").GetDouble(), 1e-6, 3);
        string text = JouleProgramTests.Invoke(line).Output;
        Assert.Contains($"acceptance {acceptance:0.###}; 0 divergent proposals of 200; mean |energy error| ", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_s_own_sampler_is_changed_by_set_and_has_no_acceptance()
    {
        using TemporaryFolder folder = new();
        string[] line = ["sample", tiny.Run, "--count", "3", "--steps", "4", "--quiet", "--out"];
        JsonElement json = JsonDocument.Parse(JouleProgramTests.Invoke([.. line, folder.File("a.npy"), "--json"]).Output).RootElement;
        Assert.Equal("langevin", json.GetProperty("sampler").GetString());
        Assert.All(["acceptance", "divergent", "energy_error"], key => Assert.Equal(JsonValueKind.Null, json.GetProperty(key).ValueKind));
        Assert.DoesNotContain("acceptance", JouleProgramTests.Invoke([.. line, folder.File("a.npy")]).Output, StringComparison.Ordinal);
        // Without a gradient step and without noise, 4 steps leave the starting states unchanged.
        JouleProgramTests.Invoke([.. line, folder.File("still.npy"), "--set", "step_size=1e-30", "--set", "noise_scale=0"]);
        JouleProgramTests.Invoke(["sample", tiny.Run, "--count", "3", "--steps", "0", "--quiet", "--out", folder.File("start.npy")]);
        Assert.Equal(NpyFile.Read(folder.File("start.npy")).Floats!, NpyFile.Read(folder.File("still.npy")).Floats!);
        Assert.NotEqual(NpyFile.Read(folder.File("start.npy")).Floats!, NpyFile.Read(folder.File("a.npy")).Floats!);
    }

    [Fact]
    public void Chains_start_from_images_or_from_the_buffer()
    {
        using TemporaryFolder folder = new();
        foreach (string from in (string[])["data", "buffer"])
        {
            (int code, _, string error) = JouleProgramTests.Invoke(
                "sample", tiny.Run, "--count", "16", "--from", from, "--steps", "0", "--out", folder.File(from + ".npy"));
            Assert.True(code == 0, error);
        }
        // Without steps, the 16 chains are the 16 test images in some order.
        float[] states = NpyFile.Read(folder.File("data.npy")).Floats!;
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (255 - i) * (1f / 255)).Order(),
            states.Chunk(Padded * Padded).Select(s => s.Max()).Order());
        float[] buffer = SafeTensors.Read(Path.Combine(tiny.Run, "buffer.safetensors")).Tensors.Single().Floats!;
        Assert.Contains(NpyFile.Read(folder.File("buffer.npy")).Floats![..10], buffer.Chunk(Padded * Padded).Select(s => s[..10]));
    }

    [Fact]
    public void A_film_is_an_animation_or_a_folder_of_frames()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, JouleProgramTests.Invoke(
            "sample", tiny.Run, "--count", "4", "--out", folder.File("s.png"), "--film", folder.File("film.png")).Code);
        Assert.Equal(0, JouleProgramTests.Invoke(
            "sample", tiny.Run, "--count", "4", "--out", folder.File("s.png"), "--film", folder.File("frames")).Code);
        Assert.Contains(
            "acTL", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(folder.File("film.png"))), StringComparison.Ordinal);
        // One frame for the start and one after each of the 3 steps.
        string[] frames = Directory.GetFiles(folder.File("frames")).Order().ToArray();
        Assert.Equal(["frame-0001.png", "frame-0002.png", "frame-0003.png", "frame-0004.png"], frames.Select(Path.GetFileName));
        Assert.Equal(File.ReadAllBytes(folder.File("s.png")), File.ReadAllBytes(frames[^1]));
        (int code, _, string error) = JouleProgramTests.Invoke(
            "sample", tiny.Run, "--out", folder.File("s.png"), "--film", folder.File("frames"));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("already holds pictures", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--out cannot write", "--out", "s.jpg")]
    [InlineData("its folder does not exist", "--out", "/no/such/folder/s.png")]
    [InlineData("writes .png and .apng", "--film", "film.gif")]
    [InlineData("--count expects a whole number from 1", "--count", "0")]
    [InlineData("--steps expects a whole number of|from 0", "--steps", "-1")]
    [InlineData("not recognized", "--from", "bufer")]
    [InlineData("needs --from data", "--data", "mnist")]
    [InlineData("There is no sampler \"hcm\". Did you mean \"hmc\"", "--sampler", "hcm")]
    [InlineData("is not a key of the sampler hmc. Did you mean \"leapfrog_steps\"", "--sampler", "hmc", "--set", "leapfrog_step=3")]
    [InlineData("step_size is -1; it must be above 0", "--sampler", "mala", "--set", "step_size=-1")]
    [InlineData("'joule samplers' shows what values look like", "--set", "step_size=")]
    public void What_cannot_be_sampled_is_an_error(string expected, params string[] options)
    {
        using TemporaryFolder folder = new();
        string[] output = options[0] == "--out" ? [] : ["--out", folder.File("s.png")];
        (int code, _, string error) = JouleProgramTests.Invoke(["sample", tiny.Run, .. options, .. output]);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Matches(expected.Replace(".png and .apng", @"\*\.png and \*\.apng", StringComparison.Ordinal), error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Without_a_buffer_the_error_says_how_to_get_one()
    {
        using TemporaryFolder folder = new();
        File.Copy(tiny.Model, folder.File("m.safetensors"));
        (int code, _, string error) = JouleProgramTests.Invoke(
            "sample", folder.File("m.safetensors"), "--from", "buffer", "--out", folder.File("s.png"));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("There is no replay buffer", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_size_are_an_error_that_names_both()
    {
        using TemporaryFolder folder = new();
        IdxFile.WriteImages(folder.File("images"), TinyRun.Images(3, side: 7));
        string images = folder.File("images");
        string[][] lines =
        [
            ["sample", tiny.Run, "--from", "data", "--data", images, "--out", folder.File("s.png")],
            ["score", tiny.Run, images],
            ["evaluate", tiny.Run, "--against", images],
        ];
        foreach (string[] line in lines)
        {
            (int code, string output, string error) = JouleProgramTests.Invoke(line);
            Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
            Assert.Contains("holds images of 1×7×7 (channels×height×width); the model needs 1×6×6 (or 1×8×8 with their padding)",
                error, StringComparison.Ordinal);
        }
    }
}
