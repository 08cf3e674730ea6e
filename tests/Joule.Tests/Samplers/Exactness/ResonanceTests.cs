using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// Hamiltonian Monte Carlo with its default jitter forgets every direction of a Gaussian with condition number 100, whatever the step
/// size.
/// </summary>
/// <remarks>
/// In a direction of deviation σ a leapfrog step turns (x, p) by θ, cos θ = 1 − ε²/2σ², and after L steps x has the correlation cos Lθ
/// with its start, and x² the correlation cos² Lθ. A fixed trajectory never forgets x² where Lθ is a multiple of π, nor x where it is
/// one of 2π (Neal 2011, arXiv:1206.1901, section 5.3.2). Jitter averages ρ = E[cos Lθ] and E[cos² Lθ] over step sizes and lengths; a
/// chain with correlation ρ has (1 − ρ)/(1 + ρ) effective draws a trajectory.
/// </remarks>
public sealed class ResonanceTests
{
    private const int Directions = 10;

    // Deviations from 1 to 10.
    private static readonly double[] Deviations = [.. Enumerable.Range(0, Directions).Select(i => Math.Pow(10, i / (Directions - 1.0)))];

    // From 0.4 to 1.64: the longest jittered step is 1.97, and 2 is the stability limit of the smallest deviation.
    private static readonly double[] StepSizes = [.. Enumerable.Range(0, 20).Select(i => 0.4 * Math.Pow(4.1, i / 19.0))];

    private static readonly HamiltonianMonteCarloOptions Jittered = new(), Plain = new() { StepJitter = 0, LengthJitter = 0 };

    [Fact]
    public void In_theory_no_step_size_resonates_with_jitter_and_some_do_without()
    {
        double jittered = double.PositiveInfinity, plain = double.PositiveInfinity;
        for (double step = 0.05; step <= 1.64; step += 0.002)
        {
            foreach (double deviation in Deviations)
            {
                jittered = Math.Min(jittered, Share(Jittered, step, deviation) / Walk(step, deviation));
                plain = Math.Min(plain, Share(Plain, step, deviation) / Walk(step, deviation));
            }
        }
        Assert.InRange(jittered, 0.1, 1);
        Assert.InRange(plain, 0, 1e-4);
    }

    [Fact]
    public void Chains_with_jitter_are_as_good_as_in_theory_at_twenty_step_sizes()
    {
        // The effective draws of 16 chains of 500 trajectories are known to a tenth or so, and where the step is long a rejection costs
        // more than one trajectory: half of the theory is four errors away.
        foreach (double step in StepSizes)
        {
            double[] shares = Shares(Jittered, step, out double acceptance);
            Assert.InRange(acceptance, 0.6, 1);
            for (int i = 0; i < Directions; i++)
            {
                Assert.True(shares[i] > 0.5 * acceptance * Share(Jittered, step, Deviations[i]),
                    $"step {step:F3}, deviation {Deviations[i]:F2}: {shares[i]:G2} effective draws a trajectory");
            }
        }
    }

    [Fact]
    public void Chains_without_jitter_stand_still_where_ten_steps_are_half_a_period()
    {
        double step = 2 * Math.Sin(Math.PI / 20);
        Assert.Equal(Math.PI, Angle(step, 1), 1e-9);
        double[] plain = Shares(Plain, step, out double acceptance), jittered = Shares(Jittered, step, out _);
        Assert.InRange(acceptance, 0.9, 1);
        Assert.InRange(plain[0], 0, 0.01);
        Assert.InRange(jittered[0], 0.1, 1);
    }

    /// <summary>Lθ: how far a trajectory of the default length turns.</summary>
    private static double Angle(double step, double deviation) =>
        Jittered.LeapfrogSteps * Math.Acos(Math.Max(-1, 1 - step * step / (2 * deviation * deviation)));

    /// <summary>What a random walk of steps as long as the trajectory gives, where it is less than a deviation.</summary>
    private static double Walk(double step, double deviation) => Math.Pow(Math.Min(1, Angle(step, deviation)), 2);

    /// <summary>Effective draws of x or x² a trajectory, whichever are fewer, in every direction.</summary>
    private static double[] Shares(HamiltonianMonteCarloOptions options, double step, out double acceptance)
    {
        ExactRun run = new()
        {
            Energy = new HarmonicEnergy([.. Deviations.Select(s => 1 / (s * s))]),
            Sampler = options with { StepSize = (float)step },
            Adapts = false,
            WarmUp = 200,
            Draws = 500,
            LeastEffective = 0,
        };
        (DrawRecorder draws, ProposalFigures? proposals) = run.Run();
        acceptance = proposals!.Value.Acceptance;
        return [.. Enumerable.Range(0, Directions).Select(i =>
        {
            ChainDraws x = draws.Draws(i);
            return Math.Min(EffectiveSampleSize.OfMean(x), EffectiveSampleSize.OfMean(x.Map(v => v * v))) / x.Count;
        })];
    }

    /// <summary>The same in theory, if all trajectories are accepted.</summary>
    private static double Share(HamiltonianMonteCarloOptions options, double step, double deviation)
    {
        const int grid = 200;
        double first = 0, second = 0, weight = 0;
        int spread = (int)Math.Round(options.LengthJitter * options.LeapfrogSteps);
        for (int length = options.LeapfrogSteps - spread; length <= options.LeapfrogSteps + spread; length++)
        {
            for (int i = 0; i < grid; i++)
            {
                double drawn = step * (1 + options.StepJitter * ((2 * i + 1.0) / grid - 1));
                double cos = Math.Cos(length * Math.Acos(Math.Max(-1, 1 - drawn * drawn / (2 * deviation * deviation))));
                first += cos;
                second += cos * cos;
                weight++;
            }
        }
        double rho = Math.Max(first, second) / weight;
        return (1 - rho) / (1 + rho);
    }
}
