using System.Text.Json;
using Joule.Runs;
using Joule.Samplers;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class SamplersCommandTests
{
    [Fact]
    public void Every_sampler_is_listed_with_its_paper_and_its_keys()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("samplers");
        Assert.Equal(0, code);
        Assert.All(SamplerChoice.Names, name => Assert.Matches($"(?m)^{name} +\\S", output));
        Assert.All(["Roberts and Tweedie 1996", "Neal 2011", "leapfrog_steps=10", "noise_scale=null"], part =>
            Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_sampler_names_its_paper() =>
        Assert.All(Catalogue.Of(typeof(SamplerOptions)), s => Assert.Matches(@"\d{4}", s.Named.Paper));

    [Fact]
    public void Json_is_one_line_with_the_defaults()
    {
        string output = JouleProgramTests.Invoke("samplers", "--json").Output;
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        JsonElement[] samplers = [.. json.GetProperty("samplers").EnumerateArray()];
        Assert.Equal(SamplerChoice.Names, samplers.Select(p => p.GetProperty("name").GetString()));
        JsonElement hmc = samplers.Single(s => s.GetProperty("name").GetString() == "hmc").GetProperty("keys");
        Assert.Equal((10, 1), (hmc.GetProperty("leapfrog_steps").GetInt32(), hmc.GetProperty("temperature").GetDouble()));
        Assert.All(samplers, s => Assert.False(s.GetProperty("keys").TryGetProperty("type", out _)));
    }
}
