using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Networks;
using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ModelCalibrationTests
{
    [Fact]
    public void A_saved_calibration_is_read_with_the_model_and_without_it()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        Calibration calibration = Calibration.Of(Energies(40), 0.07);
        Make(device, temp["m.safetensors"], calibration);
        using Model loaded = Model.Load(temp["m.safetensors"], device);
        foreach (Calibration? read in (Calibration?[])[loaded.Calibration, ModelCalibration.Read(temp["m.safetensors"])])
        {
            Assert.NotNull(read);
            Assert.Equal((40, 0.07), (read.Count, read.AlarmRate));
            Assert.True(TestRows.SameBits(calibration.Kept.ToArray(), read.Kept.ToArray()));
        }
    }

    [Fact]
    public void A_model_without_one_keeps_working()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        Make(device, temp["m.safetensors"], null);
        using Model loaded = Model.Load(temp["m.safetensors"], device);
        Assert.Null(loaded.Calibration);
        Assert.Null(ModelCalibration.Read(temp["m.safetensors"]));
        Assert.Contains("joule threshold", ModelCalibration.Missing("runs/x").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_calibration_leaves_every_other_byte()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        string file = temp["m.safetensors"];
        Make(device, file, null);
        SafeTensorsContent before = SafeTensors.Read(file);
        byte[] original = File.ReadAllBytes(file);
        ModelCalibration.Write(file, Calibration.Of(Energies(30)));
        ModelCalibration.Write(file, Calibration.Of(Energies(9000), 0.2));
        ModelCalibration.Write(file, ModelCalibration.Read(file)!.With(0.001234));
        Assert.Equal((9000, 0.001234), (ModelCalibration.Read(file)!.Count, ModelCalibration.Read(file)!.AlarmRate));
        SafeTensorsContent after = SafeTensors.Read(file);
        Assert.Equal([.. before.Tensors.Select(t => t.Name), "calibration/energies"], after.Tensors.Select(t => t.Name));
        Assert.All(before.Tensors.Zip(after.Tensors), pair => Assert.True(TestRows.SameBits(pair.First.Floats!, pair.Second.Floats!)));
        // The weights are one block of bytes, in the same order.
        int start = (int)before.Tensors[0].FileOffset, length = original.Length - start;
        Assert.True(original.AsSpan(start).SequenceEqual(File.ReadAllBytes(file).AsSpan((int)after.Tensors[0].FileOffset, length)));
        // The description differs in the calibration alone, to the letter.
        Assert.Equal(before.Metadata.Keys, after.Metadata.Keys);
        JsonObject description = (JsonObject)JsonNode.Parse(after.Metadata["joule"])!;
        Assert.True(description.Remove("calibration"));
        Assert.Equal(before.Metadata["joule"], description.ToJsonString());
        using Model loaded = Model.Load(file, device);
        Assert.Equal(9000, loaded.Calibration!.Count);
    }

    [Theory]
    [InlineData("tensor")]
    [InlineData("rows")]
    [InlineData("alarm_rate")]
    [InlineData("order")]
    public void A_damaged_calibration_is_refused(string what)
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        string file = temp["m.safetensors"];
        Make(device, file, Calibration.Of(Energies(30)));
        SafeTensorsContent content = SafeTensors.Read(file);
        JsonObject description = (JsonObject)JsonNode.Parse(content.Metadata["joule"])!;
        NamedTensor energies = content.Tensors[^1];
        if (what == "rows")
            description["calibration"]!["rows"] = 29;
        else if (what == "alarm_rate")
            description["calibration"]!["alarm_rate"] = 1.5;
        else if (what == "order")
            Array.Reverse(energies.Floats!);
        IEnumerable<NamedTensor> tensors = what == "tensor" ? content.Tensors.SkipLast(1) : content.Tensors;
        SafeTensors.Write(file, [.. tensors],
            new Dictionary<string, string>(content.Metadata) { ["joule"] = description.ToJsonString() });
        Refused.With(() => Model.Load(file, device), "m.safetensors", "damaged");
        Refused.With(() => ModelCalibration.Read(file), "m.safetensors", "damaged");
    }

    [Fact]
    public void A_checkpoint_is_not_changed()
    {
        using TempFolder temp = new();
        using Device device = Device.Cpu(1);
        string file = temp["step-1.ckpt"];
        Make(device, file, null);
        SafeTensorsContent content = SafeTensors.Read(file);
        SafeTensors.Write(file, [.. content.Tensors, new NamedTensor("training/x", [1], new float[1])], content.Metadata);
        byte[] before = File.ReadAllBytes(file);
        Refused.With(() => ModelCalibration.Write(file, Calibration.Of(Energies(30))), "is a checkpoint");
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Single(Directory.GetFiles(temp.Path));
    }

    private static void Make(Device device, string file, Calibration? calibration)
    {
        RunConfig config = Presets.Load("seed").With(new FlattenLayer(), new DenseLayer { Outputs = 3 }, new SumLayer())
            with
        { Summary = "Ümlaute, „Zitate“ and <html>." };
        ImageDataTransform transform = config.Transform(1, 6, 6);
        NetworkEnergy energy = new(new Network(device, transform.Space.Shape, config.Network().Layers), transform.Space);
        energy.Initialize(4);
        using Model model = new(energy, config, transform) { Calibration = calibration };
        model.Save(file);
    }

    private static float[] Energies(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i))];
}
