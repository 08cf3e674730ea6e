using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;
using Joule.States;
using Joule.Tests.Runs;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageDataTransformTests : IDisposable
{
    private readonly Device _device = Device.Cpu(1);
    private readonly TempFolder _folder = new();

    [Fact]
    public void Options_read_and_split_the_same_images_every_time()
    {
        NpyFile.Write(_folder["x.npy"], [21, 2, 2, 1], [.. Enumerable.Range(0, 84).Select(i => (byte)i)]);
        ImageDataOptions options = new() { Source = _folder["x.npy"], ValidationShare = 0.5 };
        DataSets sets = Open(options, 9);
        Assert.Equal((9, 3, 9), (sets.Train.Count, sets.Test.Count, sets.Validation!.Count));
        Assert.Equal(sets.Fingerprint(), Open(options, 9).Fingerprint());
        Assert.NotEqual(sets.Fingerprint(), Open(options, 10).Fingerprint());
        Assert.Equal(sets.Fingerprint(), Open(options, 9, sets.Transform).Fingerprint());
        Assert.Equal(sets.Fingerprint(), sets.Transform.OpenSets(options.Source, 0.5, Request(9)).Fingerprint());
        Assert.StartsWith(
            $"{_folder["x.npy"]}: 21 grey images of 2×2, uint8 0..255, layout nhwc (n, 2, 2, 1); 9 to train on, 3 drawn by seed 9 to test "
                + "with; validated on 9 images drawn by seed 9",
            sets.Report.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Range_and_layout_apply_to_the_images_and_to_a_scorer_s_input()
    {
        NpyFile.Write(_folder["x.npy"], [4, 2, 2, 2], [.. Enumerable.Range(0, 32).Select(i => i * 8f)]);
        DataSets sets = Open(new ImageDataOptions { Source = _folder["x.npy"], Range = "0..256", Layout = ImageLayout.Nhwc });
        ImageReading reading = ((ImageStateSet)sets.Train).Images.Reading!;
        Assert.Equal((2, 256d, "nhwc"), (sets.Train.Space.Shape.Channels, reading.High, reading.Layout));
        ImageDataTransform transform = (ImageDataTransform)sets.Transform;
        ReadingRequest request = transform.Reading(Request());
        Assert.Equal((new ValueRange(0, 256), true, ImageLayout.Nhwc, null),
            (request.ModelRange!.Value, request.ModelRangeOfFloats!.Value, request.ModelLayout!.Value, request.Range));
        Assert.Equal(new ValueRange(0, 9), transform.Reading(Request() with { Range = new ValueRange(0, 9) }).Range);
        Assert.Equal(ValueRange.Unit, transform.RangeOfSamples);
        Assert.Null(Presets.Load("seed").Transform(2, 2, 2).RangeOfSamples);
    }

    [Fact]
    public void A_scorer_takes_raw_images_and_refuses_another_size_by_name()
    {
        NpyFile.Write(_folder["x.npy"], [4, 2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))]);
        NpyFile.Write(_folder["other.npy"], [4, 3, 3], new byte[36]);
        DataTransform transform = new ImageDataTransform(
            new ImageDataOptions { Source = "x", Pad = 1, Low = -1 }, new ImageFit { Channels = 1, Height = 2, Width = 3 });
        StateSet states = transform.Open(_folder["x.npy"], Request());
        Assert.Equal((4, transform.Space, "image"), (states.Count, states.Space, states.Noun));
        float[] state = new float[transform.Space.Width];
        states.Read(1, state);
        Assert.Equal(-1, state[0]);
        Assert.Equal(60 / 255f * 2 - 1, state[6], 1e-6f);
        Refused.With(() => transform.Open(_folder["other.npy"], Request()), _folder["other.npy"], "3×3", "2×3");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)] // grey for a model of colours
    [InlineData(3, 3)]
    public void A_single_picture_is_opened_as_one_state(int channels, int ofModel)
    {
        byte[] pixels = [.. Enumerable.Range(0, 6 * channels).Select(i => (byte)(40 * (i % 6)))];
        PngFile.Write(_folder["one.png"], new PngImage(3, 2, channels, pixels));
        DataTransform transform = new ImageDataTransform(
            new ImageDataOptions { Source = "x", Pad = 1 }, new ImageFit { Channels = ofModel, Height = 2, Width = 3 });
        StateSet states = transform.OpenOne(_folder["one.png"], Request());
        Assert.Equal((1, transform.Space), (states.Count, states.Space));
        float[] state = new float[transform.Space.Width];
        bool[] isMissing = [.. Enumerable.Repeat(true, state.Length)];
        states.ReadKnown(0, state, isMissing);
        Assert.DoesNotContain(true, isMissing);
        Assert.Equal((0f, pixels[0] * (1 / 255f), pixels[channels] * (1 / 255f)), (state[0], state[6], state[7]));
        Assert.Contains("Put the pictures into a folder",
            Assert.Throws<InvalidInputException>(() => transform.Open(_folder["one.png"], Request())).Message, StringComparison.Ordinal);
        PngFile.Write(_folder["other.png"], new PngImage(2, 2, 1, new byte[4]));
        Refused.With(() => transform.OpenOne(_folder["other.png"], Request()), _folder["other.png"], "2×2", "2×3");
    }

    [Fact]
    public void The_fitted_transform_is_restored_and_an_invalid_one_is_refused()
    {
        ImageDataOptions options = new() { Source = "x", Pad = 2 };
        ImageDataTransform transform = new(options, new ImageFit { Channels = 3, Height = 4, Width = 5, Type = "uint8", Layout = "nhwc" });
        DataTransform back = options.Restore(transform.ToJson(), "It");
        Assert.Equal((transform.Space, transform.ToJson().ToJsonString()), (back.Space, back.ToJson().ToJsonString()));
        Assert.Equal(new Shape(3, 8, 9), back.Space.Shape);
        foreach (string bad in (string[])["""{}""", """{"channels":1,"height":0,"width":1}""",
            """{"channels":2,"height":2000,"width":2000}""", """{"channels":1,"height":1,"width":2147483647}""",
            """{"channels":1,"height":1,"width":1,"depth":1}"""])
            Assert.Throws<InvalidInputException>(() => options.Restore((JsonObject)JsonNode.Parse(bad)!, "It"));
    }

    [Fact]
    public void Samples_are_written_as_a_picture_or_as_an_array_with_its_range()
    {
        DataTransform transform = new ImageDataTransform(new ImageDataOptions { Source = "x", Range = "0..9" },
            new ImageFit { Channels = 1, Height = 2, Width = 2, Type = "float32", Layout = "nhw" });
        float[] states = [0, 0.25f, 0.5f, 1, 1, 0.5f, 0.25f, 0];
        Assert.Equal([".png", ".npy"], transform.Extensions);
        Assert.Null(transform.Write(_folder["s.png"], states, 2));
        Assert.Equal((11, 6), (PngFile.Read(_folder["s.png"]).Width, PngFile.Read(_folder["s.png"]).Height));
        Assert.Contains("score it with --range 0..1", transform.Write(_folder["s.npy"], states, 2), StringComparison.Ordinal);
        StateSet back = transform.Open(_folder["s.npy"], Request() with { Range = ValueRange.Unit });
        float[] state = new float[4];
        back.Read(1, state);
        Assert.Equal(states[4..], state);
        DataTransform two = new ImageDataTransform(
            new ImageDataOptions { Source = "x" }, new ImageFit { Channels = 2, Height = 2, Width = 2 });
        Assert.Throws<InvalidInputException>(() => two.CheckWrite("s.png", 1));
        Assert.Equal((".png", ".npy"), (transform.ExtensionFor(2), two.ExtensionFor(2)));
    }

    [Fact]
    public void A_model_keeps_the_report_of_its_data_and_one_without_is_read()
    {
        NpyFile.Write(_folder["x.npy"], [8, 2, 2], [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        DataReport report = Open(new ImageDataOptions { Source = _folder["x.npy"] }).Report;
        using Model model = Made(report), without = Made();
        model.Save(_folder["new.safetensors"]);
        without.Save(_folder["without.safetensors"]);
        ModelDescription described = Model.Describe(_folder["new.safetensors"]);
        Assert.Equal(report.Describe(), described.Data!.Describe());
        using Model loaded = Model.Load(_folder["new.safetensors"], _device);
        Assert.Equal(report.Describe(), loaded.Data!.Describe());
        Assert.Null(Model.Describe(_folder["without.safetensors"]).Data);
    }

    [Theory]
    [InlineData("data.range", "0..0")]
    [InlineData("data.range", "text")]
    [InlineData("data.layout", "nwhc")]
    [InlineData("data.validation_share", "1")]
    [InlineData("data.validation_share", "-0.1")]
    public void An_invalid_reading_is_refused(string key, string value) =>
        Refused.With(() => ConfigSources.Compose("seed", null, [new(key, value)]), key);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    private static DataRequest Request(ulong seed = 1) => new(seed, _ => { });

    private static DataSets Open(DataOptions options, ulong seed = 1, DataTransform? transform = null) =>
        options.Open(Request(seed) with { Transform = transform });

    private Model Made(DataReport? data = null)
    {
        RunConfig config = Presets.Load("seed").With(new FlattenLayer(), new DenseLayer { Outputs = 1 });
        DataTransform transform = config.Transform(1, 2, 2);
        Network network = new(_device, transform.Space.Shape, config.Network().Layers);
        network.Initialize(1);
        return new Model(new NetworkEnergy(network, transform.Space), config, transform) { Data = data };
    }
}
