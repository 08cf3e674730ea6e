using Joule.Energies;
using Joule.Runs;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ObjectiveFitTests
{
    [Fact]
    public void A_change_of_the_objective_alone_brings_an_energy_with_a_time_and_its_own_sampler()
    {
        RunConfig flow = Compose("objective=flow_matching"), recovery = Compose("objective=diffusion_recovery"), plain = Compose();
        TimedNetworkEnergyOptions energy = Assert.IsType<TimedNetworkEnergyOptions>(flow.Energy);
        Assert.Equal(Interpolant.Linear, energy.Field);
        Assert.Equal(OptionsJson.Write(plain.Energy)["layers"]!.ToJsonString(), OptionsJson.Write(energy)["layers"]!.ToJsonString());
        Assert.Equal((1, null), (flow.Sampling.Steps, flow.Sampling.Sampler));
        Assert.IsType<FlowOptions>(SampleDraw.SamplerOf(flow));
        Assert.Null(Assert.IsType<TimedNetworkEnergyOptions>(recovery.Energy).Field);
        RecoveryOptions chain = Assert.IsType<RecoveryOptions>(SampleDraw.SamplerOf(recovery));
        Assert.Equal(chain.DescentSteps(), recovery.Sampling.Steps);
        RunConfig same = Compose("objective=contrastive_divergence");
        Assert.Equal(OptionsJson.Write(plain.Sampling).ToJsonString(), OptionsJson.Write(same.Sampling).ToJsonString());
        Assert.IsType<NetworkEnergyOptions>(same.Energy);
    }

    [Fact]
    public void What_was_set_stays()
    {
        RunConfig config = Compose("objective.type=flow_matching", "energy.type=timed_network", "energy.field=cosine", "sampling.steps=7");
        Assert.Equal(Interpolant.Cosine, ((TimedNetworkEnergyOptions)config.Energy).Field);
        Assert.Equal(7, config.Sampling.Steps);
        Assert.IsType<NetworkEnergyOptions>(Compose("objective=flow_matching", "energy.type=network").Energy);
        Assert.IsType<NetworkEnergyOptions>(Compose("training.epochs=2").Energy);
    }

    private static RunConfig Compose(params string[] changes) => ConfigSources.Compose("points", null,
        changes.Select(c => c.Split('=')).Select(c => KeyValuePair.Create(c[0], c[1])));
}
