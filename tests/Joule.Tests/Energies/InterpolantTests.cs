using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class InterpolantTests
{
    public static TheoryData<Interpolant> All => new(Enum.GetValues<Interpolant>());

    [Theory]
    [MemberData(nameof(All))]
    public void It_leads_from_noise_to_data_and_its_slopes_are_those_of_its_factors(Interpolant interpolant)
    {
        InterpolantPoint start = interpolant.At(0), end = interpolant.At(1);
        Assert.Equal(0, start.Data, interpolant == Interpolant.VariancePreserving ? 0.007 : 0);
        Assert.Equal(1, start.Noise, 3e-5);
        Assert.Equal(1, end.Data, 1e-12);
        Assert.Equal(0, end.Noise, 1e-12);
        for (double t = 0.05; t < 1; t += 0.1)
        {
            const double h = 1e-5;
            InterpolantPoint at = interpolant.At(t), up = interpolant.At(t + h), down = interpolant.At(t - h);
            Assert.Equal((up.Data - down.Data) / (2 * h), at.DataSlope, 1e-7);
            Assert.Equal((up.Noise - down.Noise) / (2 * h), at.NoiseSlope, 1e-6);
            if (interpolant != Interpolant.Linear)
                Assert.Equal(1, at.Data * at.Data + at.Noise * at.Noise, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_score_follows_from_the_field(Interpolant interpolant)
    {
        // x₁ ~ N(μ, s²) and x₀ ~ N(0, 1): xₜ is normal, and both are regressed on it.
        const double mean = 0.7, variance = 1.9;
        for (double t = 0.05; t < 1; t += 0.1)
        {
            InterpolantPoint p = interpolant.At(t);
            double spread = p.Data * p.Data * variance + p.Noise * p.Noise;
            foreach (double x in new[] { -2.0, 0.1, 3 })
            {
                double off = (x - p.Data * mean) / spread;
                double field = p.DataSlope * (mean + p.Data * variance * off) + p.NoiseSlope * p.Noise * off;
                Assert.Equal(-off, p.ScoreOfField * field + p.ScoreOfState * x, 1e-9);
            }
        }
    }
}
