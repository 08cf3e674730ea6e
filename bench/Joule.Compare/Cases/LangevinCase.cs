using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>Chains of Langevin steps on a network's energy, from uniform noise.</summary>
internal sealed class LangevinCase(
    string name, StateSpace space, IReadOnlyList<Layer> layers, LangevinOptions chain, int chains, int steps, int quickSteps)
        : ComparisonCase
{
    public override string Name => name;

    public override string Summary => $"{chains} chains × {steps} Langevin steps, states of {space.Shape}";

    public override double? Flops => NetworkWork.Of(space.Shape, layers).Gradient * chains * steps;

    public override double QuickShare => (double)quickSteps / steps;

    public override CaseRun Open(Device device, bool quick)
    {
        Network network = new(device, space.Shape, layers);
        network.Initialize(seed: 1);
        DeviceBuffer start = device.Allocate((long)chains * space.Width);
        RandomStream noise = new(1, RandomPurpose.FreshStates, 0);
        for (int i = 0; i < chains; i++)
            noise.FillUniform(start.AsRows(chains, space.Width)[i], (uint)i, space.Low, space.High);
        NetworkEnergy energy = new(network, space);
        return new ChainRun(device, energy, start, new Langevin(energy, chain), chain, quick ? quickSteps : steps,
            ChainRun.Specification("langevin", chain, space));
    }
}
