using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class ClampedEnergyTests
{
    private static readonly CorrelatedGaussianEnergy Gaussian =
        new([0.5, -1, 2], new double[,] { { 1, 0.6, 0.2 }, { 0.6, 2, -0.3 }, { 0.2, -0.3, 0.5 } });

    [Fact]
    public void A_clamped_normal_has_the_conditional_moments_of_the_textbook()
    {
        // x₀ given x₁ = 1.5 and x₂ = 1: μ₀ + Σ₀ᵤ·Σᵤᵤ⁻¹·(2.5, −1), with Σᵤᵤ = ((2, −0.3), (−0.3, 0.5)) of determinant 0.91 and Σ₀ᵤ = (0.6,
        // 0.2).
        using ClampedEnergy clamped = new(Gaussian, [7, 1.5f, 1], [true, false, false]);
        double first = (0.6 * 0.5 + 0.2 * 0.3) / 0.91, second = (0.6 * 0.3 + 0.2 * 2) / 0.91;
        Assert.Equal(0.5 + first * 2.5 - second, clamped.Mean(0)!.Value, 1e-12);
        Assert.Equal(1 - first * 0.6 - second * 0.2, clamped.Covariance(0, 0)!.Value, 1e-12);
        Assert.Equal("x0", clamped.ParameterName(0));
    }

    [Fact]
    public void Known_answers_are_those_of_the_energy_itself()
    {
        using ClampedEnergy clamped = new(Gaussian, [0, 1.5f, 0], [true, false, true]);
        // In float32, and so are the energies that are integrated.
        QuadratureResult result = Quadrature.Of(clamped, [(-8, 9), (-5, 8)]);
        Assert.Equal(result.LogPartition, clamped.LogPartition!.Value, 2e-5);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(result.Means[i], clamped.Mean(i)!.Value, 2e-5);
            for (int j = 0; j < 2; j++)
                Assert.Equal(result.Covariances[i, j], clamped.Covariance(i, j)!.Value, 2e-5);
        }
        Assert.Equal("x2", clamped.ParameterName(1));
    }

    [Fact]
    public void Clamped_numbers_come_back_bit_for_bit()
    {
        using ClampedEnergy clamped = new(Gaussian, [0, float.BitIncrement(1.5f), 0], [true, false, true]);
        float[] state = new float[3];
        clamped.Expand([3, 4], state);
        Assert.Equal([3f, float.BitIncrement(1.5f), 4], state);
        Assert.Throws<InvalidInputException>(() => clamped.Expand([3], new float[3]));
    }

    [Fact]
    public void Spaces_keep_the_domains_of_free_numbers()
    {
        StateSpace mixed = StateSpace.Mixed([ColumnDomain.Real, new ColumnDomain(Domain.Box, 2, 3), ColumnDomain.Real]);
        using ClampedEnergy columns = new(new Flat(mixed), [1, 7, 1], [false, true, true]);
        using ClampedEnergy box = new(new Flat(StateSpace.Box(new Shape(1, 2, 2), 0, 1)), [0, 1, 5, 0], [false, false, true, true]);
        Assert.Equal(StateSpace.Mixed([new ColumnDomain(Domain.Box, 2, 3), ColumnDomain.Real]), columns.Space);
        Assert.Equal(StateSpace.Box(Shape.Vector(2), 0, 1), box.Space);
        Assert.Null(box.Mean(0));
        Assert.Null(box.LogPartition);
    }

    [Fact]
    public void What_cannot_be_clamped_is_refused_in_words()
    {
        Assert.Contains("at least one of them free", Message(() => new ClampedEnergy(Gaussian, [1, 2, 3], [false, false, false])),
            StringComparison.Ordinal);
        Assert.Contains("3 values", Message(() => new ClampedEnergy(Gaussian, [1, 2], [true, false])), StringComparison.Ordinal);
        Assert.Contains("x0 is clamped to 2",
            Message(() => new ClampedEnergy(new Flat(StateSpace.Box(Shape.Vector(2), 0, 1)), [2, 2], [false, true])),
            StringComparison.Ordinal);
        Assert.Contains("x1 is clamped to NaN", Message(() => new ClampedEnergy(Gaussian, [2, float.NaN, 1], [true, false, true])),
            StringComparison.Ordinal);
        Assert.Contains("gradient", Message(() => new ClampedEnergy(new IsingChainEnergy([0], [1, 1]), [1, 1], [true, false])),
            StringComparison.Ordinal);

        static string Message(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;
    }

    private sealed class Flat(StateSpace space) : StateEnergy
    {
        public override StateSpace Space => space;

        protected override float Evaluate(ReadOnlySpan<float> state) => 0;

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient) => 0;
    }
}
