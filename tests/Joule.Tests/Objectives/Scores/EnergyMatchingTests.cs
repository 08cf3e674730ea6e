using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Energies;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class EnergyMatchingTests
{
    private const int Planned = 10;

    // Negatives that make no step do not depend on the parameters, so the loss can be differentiated by differences.
    private static readonly MixedNegativesOptions Still = new() { Steps = 0, DataShare = 0 };

    [Fact]
    public void The_first_phase_matches_the_field_from_coupled_noise_to_data_in_float64()
    {
        using ScoreUpdate update = new(new EnergyMatchingOptions { Negatives = Still, WarmUpShare = 0.5 }, planned: Planned);
        int[] partners = BestPartners(update);
        Assert.NotEqual(Enumerable.Range(0, partners.Length), partners);
        update.Check(theta => Transport(update, theta, partners));
        Assert.Equal(0, update.Figures[2]);
    }

    [Fact]
    public void The_second_phase_adds_the_contrast_in_float64()
    {
        EnergyMatchingOptions options = new()
        {
            Negatives = Still,
            WarmUpShare = 0.3,
            ContrastWeight = 0.7,
            ContrastLimit = null,
            Coupling = new IndependentCouplingOptions(),
        };
        using ScoreUpdate update = new(options, planned: Planned);
        RandomStream fresh = new(ScoreUpdate.Seed, RandomPurpose.FreshStates, ScoreUpdate.Number + 1);
        double[] zero = new double[3];
        update.Check(theta =>
        {
            double contrast = 0;
            for (int i = 0; i < ScoreUpdate.Batch; i++)
            {
                float[] negative = new float[3];
                fresh.FillNormal(negative, (uint)i);
                contrast += update.Energy.Along(theta, TestRows.Doubles(update.Data[i]), zero)[0]
                    - update.Energy.Along(theta, TestRows.Doubles(negative), zero)[0];
            }
            return Transport(update, theta, [.. Enumerable.Range(0, ScoreUpdate.Batch)]) + 0.7 * contrast / ScoreUpdate.Batch;
        });
    }

    [Fact]
    public void The_phase_follows_from_the_update_and_a_contrast_beyond_the_limit_is_left_out()
    {
        using Device device = Device.Cpu(1);
        using TinyEnergy energy = new(device, ScoreUpdate.Real, 2);
        ObjectiveContext context = new(device, energy, 4, 1) { PlannedUpdates = Planned };
        using EnergyMatching objective = new(context, new EnergyMatchingOptions { Negatives = Still, WarmUpShare = 0.25 });
        Assert.False(objective.Contrasts(2));
        Assert.True(objective.Contrasts(3));
        using EnergyMatching never = new(context, new EnergyMatchingOptions { Negatives = Still, WarmUpShare = 1 });
        Assert.False(never.Contrasts(long.MaxValue));
        // A contrast below minus the limit is left out: the gradient is then that of the transport alone.
        EnergyMatchingOptions limited = new() { Negatives = Still, WarmUpShare = 0, ContrastWeight = 1, ContrastLimit = 1e-6 };
        using ScoreUpdate with = new(limited), without = new(limited with { ContrastLimit = null }), phaseOne = new(
            limited with { WarmUpShare = 1 });
        bool isFar = with.Figures[2] < -1e-6;
        Assert.Equal(with.Figures[2], without.Figures[2]);
        Assert.Equal(isFar, with.Gradient.SequenceEqual(phaseOne.Gradient));
        Assert.NotEqual(without.Gradient, phaseOne.Gradient);
    }

    [Fact]
    public void The_flow_starts_where_the_chains_of_the_energy_start()
    {
        // With a network of zeros the loss is the mean of ½‖x₁ − x₀‖² over numbers and pairs, with x₀ drawn from the energy's mixture.
        using Device device = Device.Cpu(2);
        using AnchoredEnergy energy = AnchoredEnergies.Of(device, StateSpace.Real(Shape.Vector(2)), 0, 0);
        device.Clear(energy.Parameters);
        energy.Commit();
        EnergyMatchingOptions options = new() { Negatives = Still, WarmUpShare = 1, Coupling = new IndependentCouplingOptions() };
        using Objective objective = options.Create(new ObjectiveContext(device, energy, 6, 5) { PlannedUpdates = Planned });
        using ITrainingPass pass = objective.CreatePass(energy);
        Rows data = objective.DataRows(6), expected = TestRows.Normal(6, 2, 9);
        TestProgram write = new(6, (i, _) => expected[i].CopyTo(data[i]));
        double[] figures = new double[objective.Figures.Count];
        objective.Accumulate(new TrainingUpdate(3, pass, write, CancellationToken.None), data, figures);
        double sum = 0;
        float[] start = new float[2];
        for (int i = 0; i < 6; i++)
        {
            energy.FillStart(new RandomStream(5, RandomPurpose.ScoreNoise, 3), (uint)i, start);
            sum += start.Select((x, j) => Math.Pow(expected[i][j] - (double)x, 2)).Sum() / (2 * 2 * 6);
        }
        Assert.Equal(sum, figures[1], 1e-6 * sum);
    }

    private static float[] Noise(int i)
    {
        float[] noise = new float[3];
        new RandomStream(ScoreUpdate.Seed, RandomPurpose.ScoreNoise, ScoreUpdate.Number).FillNormal(noise, (uint)i);
        return noise;
    }

    private static double Transport(ScoreUpdate update, double[] theta, int[] partners)
    {
        double shared = new RandomStream(ScoreUpdate.Seed, RandomPurpose.ScoreNoise, ScoreUpdate.Number).Part(0).OpenUniform(0, 0);
        double sum = 0;
        for (int i = 0; i < ScoreUpdate.Batch; i++)
        {
            double[] x1 = TestRows.Doubles(update.Data[i]), x0 = TestRows.Doubles(Noise(partners[i]));
            double t = (i + shared) / ScoreUpdate.Batch;
            double[] slope = update.Energy.Gradient(theta, [.. x0.Zip(x1, (a, b) => (1 - t) * a + t * b)]);
            sum += slope.Select((g, j) => Math.Pow(g + x1[j] - x0[j], 2)).Sum() / (2 * 3);
        }
        return sum / ScoreUpdate.Batch;
    }

    // All 720 permutations.
    private static int[] BestPartners(ScoreUpdate update)
    {
        int[] best = [], now = [.. Enumerable.Range(0, ScoreUpdate.Batch)];
        double least = double.PositiveInfinity;
        void Visit(int from)
        {
            if (from == now.Length)
            {
                double cost = now.Select((n, i) => update.Data[i].Zip(Noise(n), (a, b) => Math.Pow((double)a - b, 2)).Sum()).Sum();
                if (cost < least)
                    (least, best) = (cost, [.. now]);
                return;
            }
            for (int i = from; i < now.Length; i++)
            {
                (now[from], now[i]) = (now[i], now[from]);
                Visit(from + 1);
                (now[from], now[i]) = (now[i], now[from]);
            }
        }
        Visit(0);
        return best;
    }
}
