using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class AckleyEnergyTests
{
    [Fact]
    public void The_pit_is_at_the_origin_and_has_no_slope_of_its_own()
    {
        AckleyEnergy energy = new(3);
        double[] gradient = [7, 7, 7];
        Assert.Equal(0, energy.Value([0, 0, 0], gradient), 1e-12);
        Assert.Equal([0, 0, 0], gradient);
        // At (1, 1, 1) the ripple is at its deepest: 20(1 − e^−0.2).
        Assert.Equal(20 * (1 - Math.Exp(-0.2)), energy.Value([1, 1, 1], gradient), 1e-12);
    }

    [Fact]
    public void Answers_in_one_dimension_are_those_of_a_sum()
    {
        // Midpoints of half a million cells, halved by symmetry: cells of 6·10⁻⁶ and an error of their square.
        AckleyEnergy energy = new(1, 0.5, 3);
        const int cells = 500_000;
        double sum = 0, squares = 0, step = 3.0 / cells;
        for (int i = 0; i < cells; i++)
        {
            double x = (i + 0.5) * step, part = Math.Exp(-energy.Value([x], [])) * step;
            sum += part;
            squares += x * x * part;
        }
        Assert.Equal(Math.Log(2 * sum), energy.LogPartition!.Value, 1e-7);
        Assert.Equal(squares / sum, energy.Covariance(0, 0)!.Value, 1e-6);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(0.3, 2)]
    public void Answers_in_two_dimensions_are_those_of_plain_panels(double height, float wall)
    {
        // A corner, so that the kink at the origin lies at the edge of all panels; its answers stand still to 10⁻⁶.
        AckleyEnergy energy = new(2, height, wall);
        QuadratureResult corner = Quadrature.Of(energy, [(0, wall), (0, wall)], 1e-6);
        Assert.Equal(corner.LogPartition + 2 * Math.Log(2), energy.LogPartition!.Value, 1e-6);
        Assert.Equal(corner.Covariances[0, 0] + corner.Means[0] * corner.Means[0], energy.Covariance(0, 0)!.Value, 1e-5);
    }

    [Fact]
    public void Two_dimensions_are_known_and_three_are_not()
    {
        AckleyEnergy two = new(2, 1, 33), three = new(3);
        Assert.NotNull(two.LogPartition);
        Assert.Equal(0, two.Covariance(0, 1));
        Assert.InRange(two.Covariance(0, 0)!.Value, 0.1, 33 * 33);
        Assert.Null(three.LogPartition);
        Assert.Null(three.Covariance(0, 0));
        Assert.Equal(0, three.Mean(2));
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new AckleyEnergy(0));
        Assert.Throws<InvalidInputException>(() => new AckleyEnergy(1, 0));
        Assert.Throws<InvalidInputException>(() => new AckleyEnergy(1, 1, 40));
    }
}
