using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class AnnealingOptionsTests
{
    [Fact]
    public void The_values_of_beta_are_powers_or_those_given()
    {
        Assert.Equal([1.0 / 16, 4.0 / 16, 9.0 / 16, 1], new SequentialMonteCarloOptions { Temperatures = 4, Power = 2 }.Shares());
        Assert.Equal([0.25, 0.5, 0.75, 1], new SequentialMonteCarloOptions { Temperatures = 4, Power = 1 }.Shares());
        Assert.Equal([0.1, 1], new SequentialMonteCarloOptions { Ladder = [0.1, 1] }.Shares());
    }

    [Fact]
    public void Step_sizes_and_temperatures_are_the_inner_sampler_s()
    {
        AnnealingOptions options = new AnnealedImportanceSamplingOptions { Inner = new HamiltonianMonteCarloOptions { StepSize = 0.25f } };
        Assert.Equal(0.125f, Inner(options.Scaled(0.5)).StepSize);
        Assert.Equal((0.5f, 4f), (Inner(options.Heated(4)!).StepSize, Inner(options.Heated(4)!).Temperature));
        Assert.Equal(4, options.Heated(4)!.EffectiveTemperature());
    }

    [Fact]
    public void Every_violation_is_listed()
    {
        AnnealedImportanceSamplingOptions options = new()
        {
            Inner = new LangevinOptions(),
            Ladder = [0.2, 0.2, 0.9],
            StepScales = [1, -1],
            BaseScale = 0,
            Steps = 10_001,
        };
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => options.ThrowIfInvalid("it"));
        foreach (string part in (string[])["inner is langevin", "ladder.1 is 0.2", "ladder ends at 0.9", "step_scales has 2 numbers",
            "step_scales has a number", "base_scale is 0", "steps is 10001"])
        {
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(10_000, 3, true)]
    [InlineData(10_000, 4, false)]
    public void Runs_have_at_most_as_many_steps_as_a_step_has_parts(int temperatures, int steps, bool fits)
    {
        List<string> problems = [];
        new AnnealedImportanceSamplingOptions { Temperatures = temperatures, Steps = steps }.Validate(problems, "x.");
        Assert.Equal(fits, problems.Count == 0);
    }

    [Fact]
    public void They_are_written_and_read_with_the_samplers_and_energies_in_them()
    {
        SamplerOptions options = new SequentialMonteCarloOptions
        {
            Inner = new MetropolisAdjustedLangevinOptions { StepSize = 0.3f },
            Base = new GaussianOptions { Dimensions = 4, Condition = 3 },
            Ladder = [0.5, 1],
        };
        Assert.Equal(options, OptionsJson.Read<SamplerOptions>(OptionsJson.Write(options), "It"));
        Assert.Contains("from gaussian", options.Describe(), StringComparison.Ordinal);
        Assert.Contains("mala: step size 0.3", options.Describe(), StringComparison.Ordinal);
    }

    private static HamiltonianMonteCarloOptions Inner(SamplerOptions options) =>
        (HamiltonianMonteCarloOptions)((AnnealingOptions)options).Inner;
}
