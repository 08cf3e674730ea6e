using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>The energy of a classifier; the contract tests compare its gradients with finite differences.</summary>
public sealed class LogitEnergyTests
{
    [Fact]
    public void The_energy_is_minus_the_logarithm_of_the_sum_of_exponentials()
    {
        using Device device = Device.Cpu(1);
        using LogitEnergy energy = Linear(device);
        using DeviceBuffer memory = device.Allocate(9);
        Rows states = memory.AsRows(2, 2), logits = new(memory, 4, 2, 2);
        device.Upload([0.5f, 1, -300, 200], states);
        energy.Logits(states, logits);
        Assert.Equal([1.5f, -1, -100, 498.5f], device.Download(logits));
        float[] energies = new float[2];
        energy.Evaluate(states, energies);
        Assert.Equal(-Math.Log(Math.Exp(1.5) + Math.Exp(-1)), energies[0], 1e-6);
        Assert.Equal(-498.5, energies[1], 1e-4);
        Assert.Equal(2, energy.Classes);
    }

    [Fact]
    public void A_weight_of_an_energy_is_that_of_its_outputs_by_the_probabilities_of_the_classes()
    {
        using Device device = Device.Cpu(1);
        using LogitEnergy energy = Linear(device);
        using DeviceBuffer memory = device.Allocate(4);
        Rows states = memory.AsRows(2, 2);
        device.Upload([0.5f, 1, 0.2f, -0.3f], states);
        using IClassifierPass pass = (IClassifierPass)energy.CreatePass(2);
        pass.Forward(states);
        pass.Reverse([2, -0.5f]);
        float[] gradient = device.Download(pass.ParameterGradient);
        device.Clear(pass.ParameterGradient);
        float[] weights = new float[4];
        for (int i = 0; i < 2; i++)
        {
            double a = Math.Exp(pass.Logits[2 * i]), b = Math.Exp(pass.Logits[2 * i + 1]), w = i == 0 ? 2 : -0.5;
            (weights[2 * i], weights[2 * i + 1]) = ((float)(-w * a / (a + b)), (float)(-w * b / (a + b)));
        }
        pass.ReverseLogits(weights);
        Assert.All(gradient.Zip(device.Download(pass.ParameterGradient)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Contains(gradient, g => Math.Abs(g) > 0.1);
    }

    [Fact]
    public void One_output_is_refused()
    {
        using Device device = Device.Cpu(1);
        LogitEnergyOptions options = new() { Layers = [new DenseLayer { Outputs = 1 }] };
        Refused.With(() => options.Create(device, StateSpace.Real(Shape.Vector(2))), "at least 2 classes");
    }

    // f₁ = x + y and f₂ = y − x − 1.5.
    private static LogitEnergy Linear(Device device)
    {
        Network network = new(device, Shape.Vector(2), [new DenseLayer { Outputs = 2 }]);
        network.Write(network.Plan.Parameters[0], [1, 1, -1, 1]);
        network.Write(network.Plan.Parameters[1], [0, -1.5f]);
        network.Commit();
        return new LogitEnergy(network, StateSpace.Real(Shape.Vector(2)));
    }
}
