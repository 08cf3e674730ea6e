using Joule.Energies;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class NoiseAgreementTests
{
    private static readonly RunConfig Dsm = Presets.Load("dsm");
    private static readonly StateSpace Box = StateSpace.Box(new Shape(1, 28, 28), 0, 1);

    [Fact]
    public void The_preset_agrees_with_itself()
    {
        NoiseAgreement.Check(Dsm);
        Assert.Empty(NoiseAgreement.Warnings(Dsm, Box));
    }

    [Fact]
    public void Another_noise_of_the_sampler_is_an_error_that_names_both_keys()
    {
        RunConfig config = Dsm with { Objective = new DenoisingScoreMatchingOptions { NoiseScale = 0.3f, Reflect = false } };
        string message = Assert.Throws<InvalidInputException>(() => NoiseAgreement.Check(config)).Message;
        Assert.All(["objective.noise_scale is 0.3", "sampling.sampler.noise_scale is 0.25", "--set sampling.sampler.noise_scale=0.3."],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
        using TempFolder temp = new();
        Assert.Equal(message, Assert.Throws<InvalidInputException>(
            () => RunFolder.Create(temp["run"], config, RunTerms.Of(config), 0)).Message);
        Assert.False(Directory.Exists(temp["run"]));
        NoiseAgreement.Check(config with { Sampling = config.Sampling with { Sampler = new LangevinOptions() } });
        NoiseAgreement.Check(config with { Objective = ObjectiveOptions.Default });
    }

    [Fact]
    public void Samples_of_a_model_have_a_warning()
    {
        Assert.Null(NoiseAgreement.Warning(Dsm, Dsm.Sampling.Sampler!));
        Assert.Null(NoiseAgreement.Warning(Dsm, new LangevinOptions()));
        Assert.Equal("walk_jump removes noise of 0.3, and the model was trained with 0.25. To remove that: --set noise_scale=0.25",
            NoiseAgreement.Warning(Dsm, new WalkJumpOptions()));
    }

    [Fact]
    public void What_may_be_meant_is_a_warning()
    {
        AnchoredEnergyOptions energy = (AnchoredEnergyOptions)Dsm.Energy;
        string blur = Assert.Single(NoiseAgreement.Warnings(Dsm with { Energy = energy with { Blur = 0.1 } }, Box));
        Assert.Contains("energy.blur is 0.1 and objective.noise_scale is 0.25", blur, StringComparison.Ordinal);
        Assert.Empty(NoiseAgreement.Warnings(Dsm with { Energy = energy with { Blur = 0.1, Weight = 0 } }, Box));
        RunConfig reflected = Dsm with { Objective = new DenoisingScoreMatchingOptions { NoiseScale = 0.25f } };
        Assert.Contains("objective.reflect=false", Assert.Single(NoiseAgreement.Warnings(reflected, Box)), StringComparison.Ordinal);
        Assert.Empty(NoiseAgreement.Warnings(reflected, StateSpace.Real(Shape.Vector(3))));
    }
}
