using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class DiagonalMetricTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<SamplerOptions> WithMasses() =>
        [new HamiltonianMonteCarloOptions(), new NoUTurnOptions(), new MetropolisAdjustedLangevinOptions()];

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void The_metric_of_the_variances_makes_all_directions_alike(SamplerOptions options)
    {
        // With deviations that are powers of 2, scaling is exact, and so the chains are those of N(0, 1), bit for bit.
        float[] deviation = [.. Enumerable.Range(0, 20).Select(i => MathF.Pow(2, i - 10))];
        GaussianEnergy stretched = new(new float[20], deviation), round = new(new float[20], [.. Enumerable.Repeat(1f, 20)]);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, stretched, 30), other = new(device, round, 30);
        Rows states = TestRows.Normal(30, 20, 4), scaled = TestRows.Normal(30, 20, 4);
        for (int i = 0; i < scaled.Length; i++)
            scaled.Span[i] *= deviation[i % 20];
        SamplerOptions masses = ((IAdaptableMass)options).WithInverseMass([.. deviation.Select(s => s * s)]);
        SamplerOptions ones = ((IAdaptableMass)options).WithInverseMass([.. Enumerable.Repeat(1f, 20)]);
        loop.Run(masses.Create(stretched), scaled, 10, Noise, 0, Token);
        other.Run(ones.Create(round), states, 10, Noise, 0, Token);
        for (int i = 0; i < scaled.Length; i++)
            scaled.Span[i] /= deviation[i % 20];
        Assert.True(TestRows.SameBits(states.Span, scaled.Span));
        // And those of masses that were not given at all, but for the rounding of two half kicks instead of a whole one.
        Rows plain = TestRows.Normal(30, 20, 4);
        other.Run(options.Create(round), plain, 10, Noise, 0, Token);
        Assert.InRange(TestRows.RelativeError(plain.Span, TestRows.Doubles(states.Span)), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void Inverse_masses_are_checked_and_compared_one_by_one(SamplerOptions options)
    {
        SamplerOptions With(params float[] masses) => ((IAdaptableMass)options).WithInverseMass(masses);
        Assert.Equal(With(1, 2), With(1, 2));
        Assert.Equal(With(1, 2).GetHashCode(), With(1, 2).GetHashCode());
        Assert.NotEqual(With(1, 2), With(1, 3));
        Assert.NotEqual(With(1, 2), With());
        Assert.Equal(With(1, 2), OptionsJson.Read<SamplerOptions>(OptionsJson.Write(With(1, 2)), "It"));
        Assert.Contains("masses of 2 numbers", With(1, 2).Describe(), StringComparison.Ordinal);
        Assert.DoesNotContain("mass", With().Describe(), StringComparison.Ordinal);
        GaussianEnergy energy = new([0, 0], [1, 1]);
        foreach (float bad in new[] { 0, -1, float.NaN, float.PositiveInfinity })
        {
            string text = Assert.Throws<InvalidInputException>(() => With(1, bad).Create(energy)).Message;
            Assert.Contains("inverse_mass.1 is ", text, StringComparison.Ordinal);
        }
        string message = Assert.Throws<InvalidInputException>(() => With(1, 1, 1).Create(energy)).Message;
        Assert.Contains("inverse_mass has 3 numbers", message, StringComparison.Ordinal);
        Assert.Contains("needs 2", message, StringComparison.Ordinal);
    }
}
