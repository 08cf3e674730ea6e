using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class ComposedEnergyTests
{
    private static readonly HarmonicEnergy Round = new(1, 1);
    private static readonly HarmonicEnergy Long = new(0.25, 4);
    private static readonly CorrelatedGaussianEnergy Tilted = new([1, -0.5], new double[,] { { 1, 0.6 }, { 0.6, 2 } });

    [Fact]
    public void Sums_and_ensembles_weigh_energies_and_gradients()
    {
        using SumEnergy sum = new([Round, Long], 3, -0.5), plain = new([Round, Long]);
        using EnsembleEnergy ensemble = new([Round, Long, Round]);
        // At (2, 1): 2.5 with slope (2, 1), and 0.5 + 2 with slope (0.5, 4).
        Check(sum, [2, 1], 3 * 2.5 - 0.5 * 2.5, 3 * 2 - 0.5 * 0.5, 3 * 1 - 0.5 * 4);
        Check(plain, [2, 1], 5, 2.5, 5);
        Check(ensemble, [2, 1], 2.5, 4.5 / 3, 2);
    }

    [Fact]
    public void A_weight_of_minus_one_negates()
    {
        using SumEnergy negated = new([Long], -1);
        Check(negated, [2, 1], -2.5, -0.5, -4);
        Assert.Null(negated.LogPartition);
    }

    [Fact]
    public void Products_of_normal_distributions_are_normal_and_known()
    {
        GaussianEnergy shifted = new([2, 1], [1, 0.5f]);
        using EnsembleEnergy inner = new([Tilted, shifted]);
        using SumEnergy sum = new([inner, Long, Round], 2, 3, -0.25);
        QuadratureResult result = Quadrature.Of(sum, [(-7, 8), (-6, 6)]);
        Assert.Equal(result.LogPartition, sum.LogPartition!.Value, 2e-5);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(result.Means[i], sum.Mean(i)!.Value, 2e-5);
            for (int j = 0; j < 2; j++)
                Assert.Equal(result.Covariances[i, j], sum.Covariance(i, j)!.Value, 2e-5);
        }
    }

    [Fact]
    public void A_product_that_has_no_finite_Z_or_a_part_that_is_not_normal_is_unknown()
    {
        using SumEnergy open = new([Round, Long], 1, -1), banana = new([Round, new BananaEnergy()]), only = new([new BananaEnergy()]);
        Assert.Null(open.LogPartition);
        Assert.Null(banana.Mean(0));
        Assert.Equal(new BananaEnergy().LogPartition, only.LogPartition);
        using EnsembleEnergy named = new([new PinwheelEnergy(), Round]);
        Assert.Equal(["x", "y"], [named.ParameterName(0), named.ParameterName(1)]);
    }

    [Fact]
    public void Mixtures_are_sums_of_densities_and_know_what_their_parts_know()
    {
        using MixtureEnergy mixture = new([Round, Tilted], 2, 0.5);
        double[] x = [0.3, -1.2];
        double[] slope = new double[2], other = new double[2];
        double first = 2 * Math.Exp(-Round.Value(x, slope)), second = 0.5 * Math.Exp(-Tilted.Value(x, other));
        Check(mixture, [0.3f, -1.2f], -Math.Log(first + second),
            (first * slope[0] + second * other[0]) / (first + second), (first * slope[1] + second * other[1]) / (first + second));
        QuadratureResult result = Quadrature.Of(mixture, [(-12, 12), (-12, 12)]);
        Assert.Equal(result.LogPartition, mixture.LogPartition!.Value, 2e-5);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(result.Means[i], mixture.Mean(i)!.Value, 2e-5);
            for (int j = 0; j < 2; j++)
                Assert.Equal(result.Covariances[i, j], mixture.Covariance(i, j)!.Value, 5e-5);
        }
    }

    [Fact]
    public void A_mixture_of_energies_so_high_that_their_densities_vanish_is_finite()
    {
        using MixtureEnergy mixture = new([Round, Long]);
        Check(mixture, [200, 0], 5000, 50, 0);
    }

    [Fact]
    public void A_tempered_normal_is_a_wider_one()
    {
        using TemperedEnergy tempered = new(Tilted, 4);
        using TemperedEnergy well = new(new DoubleWellEnergy(Shape.Vector(2), 1, 1), 2);
        Check(tempered, [1, -0.5f], 0, 0, 0);
        QuadratureResult result = Quadrature.Of(tempered, [(-20, 20), (-24, 24)]);
        Assert.Equal(result.LogPartition, tempered.LogPartition!.Value, 2e-5);
        Assert.Equal(result.Covariances[0, 1], tempered.Covariance(0, 1)!.Value, 2e-4);
        Assert.Equal(2.4, tempered.Covariance(0, 1)!.Value, 1e-12);
        Assert.Null(well.LogPartition);
        Assert.Null(((IKnown)well).Deviation(0));
    }

    [Fact]
    public void Blocks_of_states_give_what_single_states_give()
    {
        using SumEnergy sum = new([Round, new DoubleWellEnergy(Shape.Vector(2), 1, 1)], 1, 2);
        int count = 3 * sum.BlockRows + 1;
        Rows states = TestRows.Normal(count, 2, 3), gradient = TestRows.Empty(count, 2), energies = TestRows.Empty(count, 1);
        Rows one = TestRows.Empty(1, 2), energy = TestRows.Empty(1, 1);
        sum.Gradient(states, energies, gradient);
        for (int r = 0; r < count; r++)
        {
            sum.Gradient(states.Slice(r, 1), energy, one);
            Assert.True(TestRows.SameBits(gradient[r], one.Span) && TestRows.SameBits(energies[r], energy.Span), $"state {r}");
        }
    }

    [Fact]
    public void What_cannot_be_composed_is_refused_in_words()
    {
        Assert.Contains("at least one", Message(() => new SumEnergy([])), StringComparison.Ordinal);
        Assert.Contains("at least one", Message(() => new EnsembleEnergy([])), StringComparison.Ordinal);
        Assert.Contains("3, real", Message(() => new EnsembleEnergy([Round, new HarmonicEnergy(1, 1, 1)])), StringComparison.Ordinal);
        Assert.Contains("gradient", Message(() => new EnsembleEnergy([new IsingChainEnergy([], [1])])), StringComparison.Ordinal);
        Assert.Contains("1 weight for 2 parts", Message(() => new SumEnergy([Round, Long], 1)), StringComparison.Ordinal);
        Assert.Contains("above 0", Message(() => new MixtureEnergy([Round, Long], 1, -1)), StringComparison.Ordinal);
        Assert.Contains("finite", Message(() => new SumEnergy([Round], double.NaN)), StringComparison.Ordinal);
        Assert.Contains("temperature", Message(() => new TemperedEnergy(Round, 0)), StringComparison.Ordinal);

        static string Message(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;
    }

    private static void Check(ComposedEnergy energy, float[] x, double value, params double[] slopes)
    {
        Rows states = TestRows.Of(1, x.Length, x), gradient = TestRows.Empty(1, x.Length);
        float[] energies = new float[1];
        energy.Gradient(states, energies, gradient);
        Assert.Equal(value, energies[0], 1e-5 * Math.Max(1, Math.Abs(value)));
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(slopes[i], gradient.Span[i], 1e-5 * Math.Max(1, Math.Abs(slopes[i])));
    }
}
