using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunImagesTests : IDisposable
{
    private readonly Device _device = Device.Cpu(1);
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_configuration_reads_and_shares_out_the_same_images_every_time()
    {
        NpyFile.Write(_folder["x.npy"], [21, 2, 2, 1], [.. Enumerable.Range(0, 84).Select(i => (byte)i)]);
        RunConfig config = Config() with { Data = new ImageDataOptions { Source = _folder["x.npy"], ValidationShare = 0.5 }, Seed = 9 };
        TrainTest sets = Open(config);
        Assert.Equal((9, 3, 9), (sets.Train.Count, sets.Test.Count, sets.Validation!.Count));
        Assert.Equal(sets.Fingerprint(), Open(config).Fingerprint());
        Assert.NotEqual(sets.Fingerprint(), Open(config with { Seed = 10 }).Fingerprint());
        using Model model = Made(config, new Shape(1, 2, 2));
        Assert.Equal(sets.Fingerprint(), RunImages.Open(model, _ => { }, CancellationToken.None).Fingerprint());
        Assert.StartsWith(
            $"{_folder["x.npy"]}: 21 grey images of 2×2, uint8 0..255, layout nhwc (n, 2, 2, 1); 9 to train on, 3 drawn by seed 9 to test with; validated on 9 images drawn by seed 9",
            sets.Report().Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Range_and_layout_of_a_configuration_go_to_its_images_and_its_model()
    {
        NpyFile.Write(_folder["x.npy"], [4, 2, 2, 2], [.. Enumerable.Range(0, 32).Select(i => i * 8f)]);
        RunConfig config = Config() with { Data = new ImageDataOptions { Source = _folder["x.npy"], Range = "0..256", Layout = "nhwc" } };
        TrainTest sets = Open(config);
        Assert.Equal((2, 256d, "nhwc"), (sets.Train.Channels, sets.Train.Reading!.High, sets.Train.Reading.Layout));
        using Model model = Made(config, new Shape(2, 2, 2), sets.Report());
        ReadingRequest request = RunImages.For(model);
        Assert.Equal((new ValueRange(0, 256), true, ImageLayout.Nhwc, null), (request.ModelRange!.Value, request.ModelRangeOfFloats!.Value, request.ModelLayout!.Value, request.Range));
        Assert.Equal(new ValueRange(0, 9), RunImages.For(model, new ValueRange(0, 9)).Range);
        Assert.Equal(ValueRange.Unit, RunImages.RangeOfSamples(model));
        using Model plain = Made(Config(), new Shape(2, 2, 2));
        Assert.Null(RunImages.RangeOfSamples(plain));
    }

    [Fact]
    public void A_model_keeps_the_report_of_its_data_and_one_without_is_read()
    {
        NpyFile.Write(_folder["x.npy"], [8, 2, 2], new byte[32]);
        DataReport report = Open(Config().On(_folder["x.npy"])).Report();
        using Model model = Made(Config(), new Shape(1, 2, 2), report), old = Made(Config(), new Shape(1, 2, 2));
        model.Save(_folder["new.safetensors"]);
        old.Save(_folder["old.safetensors"]);
        ModelDescription described = Model.Describe(_folder["new.safetensors"]);
        Assert.Equal(report.Describe(), described.Data!.Describe());
        using Model loaded = Model.Load(_folder["new.safetensors"], _device);
        Assert.Equal(report.Describe(), loaded.Data!.Describe());
        Assert.Null(Model.Describe(_folder["old.safetensors"]).Data);
    }

    [Theory]
    [InlineData("data.range", "0..0")]
    [InlineData("data.range", "text")]
    [InlineData("data.layout", "nwhc")]
    [InlineData("data.validation_share", "1")]
    [InlineData("data.validation_share", "-0.1")]
    public void What_no_reading_is_is_refused(string key, string value) => Refused.With(() => ConfigSources.Compose("seed", null, [new(key, value)]), key);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    private static TrainTest Open(RunConfig config) => RunImages.Open(config, _ => { }, CancellationToken.None);

    private static RunConfig Config() => Presets.Load("seed").With(new FlattenLayer(), new DenseLayer { Outputs = 1 });

    private Model Made(RunConfig config, Shape shape, DataReport? data = null)
    {
        Network network = new(_device, shape, config.Network().Layers);
        network.Initialize(1);
        return new Model(new NetworkEnergy(network, StateSpace.Box(shape, config.Images().Low, config.Images().High)), config) { Data = data };
    }
}
