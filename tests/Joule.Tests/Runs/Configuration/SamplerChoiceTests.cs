using Joule.Runs;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Runs.Configuration;

public sealed class SamplerChoiceTests
{
    private static readonly LangevinOptions Own = new() { StepSize = 2.5f, NoiseScale = 0.005f };

    [Fact]
    public void Without_a_name_the_model_s_sampler_is_changed_and_with_one_its_defaults()
    {
        Assert.Equal(Own, SamplerChoice.Choose(Own, null, []));
        Assert.Equal(Own with { StepSize = 3, NoiseScale = null, NoiseFirst = true },
            SamplerChoice.Choose(Own, null, [new("step_size", "3"), new("noise_scale", "null"), new("noise_first", "true")]));
        Assert.Equal(new LangevinOptions { StepSize = 3 }, SamplerChoice.Choose(Own, "langevin", [new("step_size", "3")]));
        Assert.Equal(new HamiltonianMonteCarloOptions { StepSize = 0.5f, LeapfrogSteps = 8 },
            SamplerChoice.Choose(Own, "hmc", [new("step_size", "1"), new("leapfrog_steps", "8"), new("step_size", "0.5")]));
        Assert.Equal("mala", SamplerChoice.NameOf(SamplerChoice.Choose(Own, "mala", [])));
    }

    [Theory]
    [InlineData("hcm", "step_size", "1", "There is no sampler \"hcm\". Did you mean \"hmc\"? The samplers are ais, annealed, descent, ")]
    [InlineData("hmc", "leapfrog_step", "8", "\"leapfrog_step\" is not a key of the sampler hmc. Did you mean \"leapfrog_steps\"?")]
    [InlineData("hmc", "leap", "8", "Its keys are step_size, leapfrog_steps, step_jitter")]
    [InlineData("mala", "sampling.sampler.step_size", "8", "Did you mean \"step_size\"?")]
    [InlineData("mala", "noise_scale", "1", "\"noise_scale\" is not a key of the sampler mala. Its keys are step_size, temperature")]
    [InlineData(null, "type", "mala", "Name another sampler with --sampler")]
    [InlineData("mala", "step_size", "fast", "step_size is \"fast\"; it must be a finite number")]
    [InlineData("mala", "step_size", "-1", "The sampler mala cannot be used: step_size is -1; it must be above 0")]
    [InlineData("hmc", "leapfrog_steps", "0", "leapfrog_steps is 0; it must lie between 1 and 100000")]
    [InlineData(null, "temperature", "1", "temperature is 1 and noise_scale is 0.005")]
    public void An_invalid_choice_is_refused_with_a_proposal(string? name, string key, string value, string expected)
    {
        string message = Assert.Throws<InvalidInputException>(() => SamplerChoice.Choose(Own, name, [new(key, value)])).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
