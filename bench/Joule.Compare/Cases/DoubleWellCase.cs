using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>Chains on the double well E = h Σ (x² − b)², of Langevin or of Hamiltonian steps.</summary>
internal sealed class DoubleWellCase(string size, bool hamiltonian, int chains, int dimensions, int steps, int quickSteps) : ComparisonCase
{
    private const float Height = 2;
    private const float B = 1;
    private const float StepSize = 1e-3f;
    private const int Leapfrog = 10;

    public override string Name => $"double-well-{(hamiltonian ? "hmc" : "langevin")}-{size}";

    public override string Summary =>
        $"double well, {chains} chains × {dimensions} dimensions × {steps} steps" + (hamiltonian ? $" of {Leapfrog} leapfrog steps" : "");

    public override double QuickShare => (double)quickSteps / steps;

    public override CaseRun Open(Device device, bool quick)
    {
        DoubleWellEnergy energy = new(Shape.Vector(dimensions), Height, B);
        DeviceBuffer start = device.Allocate((long)chains * dimensions);
        RandomStream normal = new(1, RandomPurpose.FreshStates, 0);
        for (int i = 0; i < chains; i++)
            normal.FillNormal(start.AsRows(chains, dimensions)[i], (uint)i);
        LangevinOptions langevin = new() { StepSize = StepSize };
        JsonObject specification = ChainRun.Specification(hamiltonian ? "well-hmc" : "well-langevin", langevin, energy.Space);
        specification["shape"] = new JsonArray(dimensions, 1, 1);
        specification["height"] = Height;
        specification["b"] = B;
        specification["leapfrog"] = Leapfrog;
        Sampler sampler = hamiltonian
            ? new HamiltonianMonteCarlo(energy,
                new HamiltonianMonteCarloOptions { StepSize = StepSize, LeapfrogSteps = Leapfrog, StepJitter = 0, LengthJitter = 0 })
            : new Langevin(energy, langevin);
        return new ChainRun(device, energy, start, sampler, hamiltonian ? null : langevin, quick ? quickSteps : steps, specification);
    }
}
