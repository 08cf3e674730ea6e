using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Tests.Devices;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Every energy that writes its formula, in the interpreter, against the processor.</summary>
public sealed class FormulaEmitterTests
{
    private static readonly Dictionary<string, Func<Energy>> Energies = new()
    {
        ["gaussian"] = () => new GaussianEnergy([0.5f, -1, 2], [1, 0.5f, 2]),
        ["double_well"] = () => new DoubleWellEnergy(new Shape(1, 7, 5), 0.5f, 2),
        ["double_well of one number"] = () => new DoubleWellEnergy(Shape.Vector(1), 1, 1),
        ["harmonic"] = () => new HarmonicEnergy(1, 4, 0.25),
        ["rastrigin"] = () => new RastriginEnergy(3, 2),
        ["mixture"] = () => new GaussianMixtureEnergy([1, 2, 0.5], [[0, 0], [1, -1], [-2, 3]], [0.5, 1, 0.7]),
        ["correlated"] = () => new CorrelatedGaussianEnergy([1, -1], new double[,] { { 1, 0.6 }, { 0.6, 2 } }),
        ["banana"] = () => new BananaEnergy(4, 2, 0.1),
        ["funnel"] = () => new FunnelEnergy(5),
        ["ackley"] = () => new AckleyEnergy(3),
        ["logistic_regression"] = () => new LogisticRegressionOptions().Create(),
        ["eight_schools"] = () => new EightSchoolsEnergy(),
        ["eight_schools, centred"] = () => new EightSchoolsEnergy(true, EightSchoolsPrior.LogNormal),
        ["rosenbrock"] = () => new RosenbrockEnergy(2, 2, 0.3, 0.5),
    };

    public static TheoryData<string> Names => [.. Energies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Chains_end_where_those_of_the_processor_do(string name)
    {
        Energy Make(Device device) => Energies[name]();
        BothDevices.Compare(Make, new LangevinOptions { StepSize = 0.01f }, chains: 5, steps: 4);
        BothDevices.Compare(Make, new MetropolisAdjustedLangevinOptions { StepSize = 0.05f }, chains: 5, steps: 4);
        BothDevices.Compare(Make, new HamiltonianMonteCarloOptions { StepSize = 0.1f, LeapfrogSteps = 3 }, chains: 3, steps: 3);
    }
}
