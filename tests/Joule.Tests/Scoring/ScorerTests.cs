using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Networks;
using Joule.Runs;
using Joule.Scoring;
using Joule.Tests.Data;
using Joule.Tests.Runs;
using Xunit;

namespace Joule.Tests.Scoring;

/// <summary>The scorer on images; Joule.Tables.Tests has it on rows.</summary>
public sealed class ScorerTests
{
    [Fact]
    public void Pixels_have_the_energy_of_their_image_and_its_p_value()
    {
        using TempFolder temp = new();
        ImageSet images = SmallImages.Grey(30, 6, 6);
        float[] energies = Make(temp["m.safetensors"], images, calibrates: true);
        using Scorer scorer = Scorer.Load(temp["m.safetensors"], new ScorerOptions { AlarmRate = 0.2 });
        Assert.Equal(0.2, scorer.Calibration!.AlarmRate);
        byte[] pixels = new XorShift(1).Bytes(30 * 36);
        for (int i = 0; i < 30; i++)
        {
            Score score = scorer.ScorePixels(pixels.AsSpan(i * 36, 36));
            Assert.Equal(BitConverter.SingleToInt32Bits(energies[i]), BitConverter.SingleToInt32Bits(score.Energy));
            Assert.Equal((1.0 + energies.Count(e => e >= energies[i])) / 31, score.PValue);
            Assert.Equal(score.PValue <= 0.2, score.IsAnomaly);
        }
        NpyFile.Write(temp["images.npy"], [30, 6, 6], pixels);
        Assert.Equal(energies, scorer.ScoreFile(temp["images.npy"], TestContext.Current.CancellationToken).Select(s => s.Energy));
    }

    [Fact]
    public void Without_a_calibration_there_are_energies_alone_or_an_error()
    {
        using TempFolder temp = new();
        Make(temp["m.safetensors"], SmallImages.Grey(30, 6, 6), calibrates: false);
        using Scorer scorer = Scorer.Load(temp["m.safetensors"]);
        Score score = scorer.ScorePixels(new byte[36]);
        Assert.True(float.IsFinite(score.Energy));
        Assert.Equal((null, null), (score.PValue, score.IsAnomaly));
        Refused.With(() => Scorer.Load(temp["m.safetensors"], new ScorerOptions { RequireCalibration = true }), "is not calibrated");
        Refused.With(() => Scorer.Load(temp["m.safetensors"], new ScorerOptions { AlarmRate = 0.1 }), "is not calibrated");
    }

    [Fact]
    public void Wrong_input_and_options_are_refused()
    {
        using TempFolder temp = new();
        Make(temp["m.safetensors"], SmallImages.Grey(30, 6, 6), calibrates: true);
        using Scorer scorer = Scorer.Load(temp["m.safetensors"]);
        Refused.With(() => scorer.ScorePixels(new byte[35]), "35 pixel values", "1×6×6");
        Refused.With(() => scorer.Score(new Dictionary<string, object?> { ["x"] = 1.0 }), "not rows with named columns");
        Refused.With(() => Scorer.Load(temp["m.safetensors"], new ScorerOptions { AlarmRate = 1 }), "above 0 and below 1");
        Refused.With(() => Scorer.Load(temp["m.safetensors"], new ScorerOptions { Batch = 0 }), "from 1 to 4096");
        Refused.With(() => Scorer.Load(temp["none"]), "There is no model");
        Assert.Throws<ArgumentNullException>(() => scorer.Score((IReadOnlyDictionary<string, object?>)null!));
    }

    [Fact]
    public void A_value_is_a_number_a_text_or_missing()
    {
        Assert.Equal((2.5, null), (RowCell.Of(2.5m, "x").Number, RowCell.Of(2.5m, "x").Text));
        Assert.Equal(3, RowCell.Of(3L, "x").Number);
        Assert.Equal("true", RowCell.Of(true, "x").Text);
        Assert.True(RowCell.Of(null, "x").IsMissing);
        Assert.True(RowCell.Of(double.NaN, "x").IsMissing);
        Assert.False(RowCell.Of("", "x").IsMissing);
        Refused.With(() => RowCell.Of(new object(), "amount"), "amount", "Object", "a number or a text");
    }

    private static float[] Make(string file, ImageSet images, bool calibrates)
    {
        using Device device = Device.Cpu(1);
        RunConfig config = Presets.Load("seed").With(new FlattenLayer(), new DenseLayer { Outputs = 9 }, new SiluLayer(), new SumLayer());
        ImageDataTransform transform = config.Transform(1, 6, 6);
        NetworkEnergy energy = new(new Network(device, transform.Space.Shape, config.Network().Layers), transform.Space);
        energy.Initialize(4);
        float[] energies = EnergyOfStates.Run(device, energy, new ImageStateSet(images, config.Images().ToTransform()), null,
            TestContext.Current.CancellationToken);
        using Model model = new(energy, config, transform) { Calibration = calibrates ? Calibration.Of(energies) : null };
        model.Save(file);
        return energies;
    }
}
