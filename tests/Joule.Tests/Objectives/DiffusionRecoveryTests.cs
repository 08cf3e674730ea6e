using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Energies;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class DiffusionRecoveryTests
{
    private static readonly DiffusionRecoveryOptions Options = new()
    {
        Chain = new RecoveryOptions { Levels = 3, SmallestNoise = 0.3, LargestNoise = 2, LevelSteps = 4 },
        EnergyRegularization = 0.2,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_gradient_is_the_slope_of_the_energies_of_data_and_recovered_states()
    {
        using Device device = Device.Cpu(2);
        using TimedEnergy energy = SampleEnergies.Timed(device, TimedTraining.Data().Space, 1, TimedTraining.Layers);
        using DiffusionRecovery objective = new(new ObjectiveContext(device, energy, TimedTraining.Batch, 3), Options);
        Rows states = objective.States(TimedTraining.Batch);
        double at = 0;
        (float[] gradient, double[] slopes) = TimedTraining.Compare(device, objective, energy, reference =>
        {
            double sum = 0;
            for (int i = 0; i < 2 * TimedTraining.Batch; i++)
            {
                double value = reference.Evaluate(states[i]);
                sum += ((i < TimedTraining.Batch ? value : -value) + 0.2 * value * value) / TimedTraining.Batch;
            }
            at = sum;
            return sum;
        }, out double loss);
        Assert.InRange(TestRows.RelativeError(gradient, slopes), 0, 1e-3);
        Assert.Equal(at, loss, 1e-2);
    }

    [Fact]
    public void Data_have_the_noise_of_their_level_and_every_level_has_its_share()
    {
        const int batch = 1200;
        using Device device = Device.Cpu(2);
        ArrayStates data = TimedTraining.Data(batch);
        using TimedEnergy energy = SampleEnergies.Timed(device, data.Space, 1, TimedTraining.Layers);
        using DiffusionRecovery objective = new(new ObjectiveContext(device, energy, batch, 3), Options);
        using ITrainingPass pass = objective.CreatePass(energy);
        Rows rows = objective.DataRows(batch);
        for (int i = 0; i < batch; i++)
            data.Read(i, rows[i]);
        objective.Accumulate(new TrainingUpdate(0, pass, new TestProgram(1, (_, _) => { }), Token), rows, new double[7]);
        NoiseLevels levels = Options.Chain.NoiseLevels();
        for (int level = 0; level < 3; level++)
        {
            int[] of = [.. Enumerable.Range(0, batch).Where(i => objective.States(batch)[i][2] == (float)levels.Time(level))];
            Assert.InRange(of.Length, batch / 3 - 1, batch / 3 + 1);
            Assert.All(of, i => Assert.Equal(objective.States(batch)[i][2], objective.States(batch)[batch + i][2]));
            double variance = of.Average(i => Squared(objective.States(batch)[i], rows[i])) / 2, expected = Math.Pow(levels.At(level), 2);
            Assert.Equal(expected, variance, 5 * expected * Math.Sqrt(2.0 / (2 * of.Length)));
        }
    }

    [Fact]
    public void A_device_of_its_own_memory_trains_to_the_same_bits()
    {
        using Device cpu = Device.Cpu(1);
        using FakeDevice device = new();
        using Trainer one = TimedTraining.New(cpu, Options, null), other = TimedTraining.New(device, Options, null);
        for (int i = 0; i < 5; i++)
        {
            one.Step(Token);
            int before = device.Launches;
            other.Step(Token);
            Assert.InRange(device.Launches - before, 1, 4);
        }
        Assert.True(TestRows.SameBits(one.Parameters.Span, device.Download(other.Parameters)));
    }

    [Fact]
    public void Chains_of_the_model_sample_it_and_an_energy_without_a_time_is_refused()
    {
        TrainingChains chains = Options.ListChains();
        Assert.Equal((Options.Chain, 4), (chains.Sampler, chains.Steps));
        Assert.Contains("12 recovery steps", chains.Meaning, StringComparison.Ordinal);
        using Device device = Device.Cpu(1);
        using TimedEnergy flow = SampleEnergies.Timed(
            device, StateSpace.Real(Shape.Vector(2)), 1, TimedTraining.Layers, Interpolant.Linear);
        foreach (Energy energy in (Energy[])[flow, new GaussianEnergy([0], [1])])
        {
            Assert.Contains("Set energy.type=timed_network and energy.field=null", Assert.Throws<InvalidInputException>(
                () => Options.Create(new ObjectiveContext(device, energy, 4, 1))).Message, StringComparison.Ordinal);
        }
    }

    private static double Squared(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int n = 0; n < b.Length; n++)
            sum += ((double)a[n] - b[n]) * ((double)a[n] - b[n]);
        return sum;
    }
}
