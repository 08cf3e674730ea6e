using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>
/// Every energy with second and third derivatives, against central differences in float64: with a step of 2⁻¹² their errors are of the
/// order of 10⁻⁷ by the fifth derivatives and 10⁻¹² by rounding.
/// </summary>
public sealed class ICurvedTests
{
    private const double Step = 1.0 / 4096;

    public static TheoryData<string> Curved()
    {
        using Device device = Device.Cpu(1);
        return [.. SampleEnergies.All.Where(e => e.Value(device) is ICurved).Select(e => e.Key)];
    }

    [Fact]
    public void Many_energies_have_it_and_others_are_refused_by_name()
    {
        Assert.Superset(new HashSet<string> { "funnel", "banana", "gaussian mixture", "logistic regression" },
            new HashSet<string>(Curved().Select(c => c.Data)));
        AckleyEnergy energy = new(1, 0.5, 3);
        string message = Assert.Throws<InvalidInputException>(() => energy.Require<ICurved>("The test")).Message;
        Assert.Contains("AckleyEnergy", message, StringComparison.Ordinal);
        Assert.Contains("second and third derivatives", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Curved))]
    public void Derivatives_are_the_slopes_of_each_other(string name)
    {
        using Device device = Device.Cpu(1);
        Energy energy = SampleEnergies.All[name](device);
        ICurved curved = (ICurved)energy;
        int n = energy.Space.Width, size = curved.IsSeparable ? n : n * n;
        for (uint draw = 0; draw < 8; draw++)
        {
            float[] given = new float[n];
            energy.Space.FillNoise(new RandomStream(2, RandomPurpose.User, 0), draw, given);
            double[] x = [.. given.Select(v => (double)v * 0.9)], weights = Weights(n, draw, curved.IsSeparable);
            double[] gradient = new double[n], hessian = new double[size], change = new double[n];
            double[] up = new double[n], down = new double[n], above = new double[size], below = new double[size];
            curved.Curvature(x, gradient, hessian);
            curved.Third(x, weights, change);
            double hessianSize = 1 + hessian.Max(Math.Abs), changeSize = 1 + change.Max(Math.Abs);
            for (int i = 0; i < n; i++)
            {
                double higher = At(x, i, Step, up, above), lower = At(x, i, -Step, down, below);
                Assert.Equal((higher - lower) / (2 * Step), gradient[i], 1e-5 * (1 + gradient.Max(Math.Abs)));
                for (int j = 0; j < n; j++)
                {
                    double expected = (up[j] - down[j]) / (2 * Step);
                    Assert.Equal(expected, curved.IsSeparable ? (i == j ? hessian[i] : 0) : hessian[i * n + j], 1e-5 * hessianSize);
                }
                double sum = 0;
                for (int k = 0; k < size; k++)
                    sum += weights[k] * (above[k] - below[k]) / (2 * Step);
                Assert.Equal(sum, change[i], 2e-5 * changeSize);
            }
        }

        double At(double[] from, int place, double by, double[] slopes, double[] curvature)
        {
            double[] moved = [.. from];
            moved[place] += by;
            return curved.Curvature(moved, slopes, curvature);
        }
    }

    [Theory]
    [MemberData(nameof(Curved))]
    public void Energies_and_gradients_are_those_of_float32(string name)
    {
        using Device device = Device.Cpu(1);
        Energy energy = SampleEnergies.All[name](device);
        ICurved curved = (ICurved)energy;
        int n = energy.Space.Width;
        Rows states = TestRows.Empty(8, n), energies = TestRows.Empty(8, 1), gradients = TestRows.Empty(8, n);
        double[] gradient = new double[n], hessian = new double[n * n];
        for (int i = 0; i < 8; i++)
            energy.Space.FillNoise(new RandomStream(3, RandomPurpose.User, 0), (uint)i, states[i]);
        curved.Gradient(states, energies, gradients);
        for (int i = 0; i < 8; i++)
        {
            double value = curved.Curvature(TestRows.Doubles(states[i]), gradient, hessian.AsSpan(0, curved.IsSeparable ? n : n * n));
            Assert.Equal(value, energies.Span[i], 1e-6 * (1 + Math.Abs(value)));
            for (int j = 0; j < n; j++)
                Assert.Equal(gradient[j], gradients[i][j], 1e-5 * (1 + Math.Abs(gradient[j])));
        }
    }

    // A symmetric matrix of draws, or a diagonal.
    private static double[] Weights(int n, uint draw, bool diagonal)
    {
        float[] drawn = new float[n * n];
        new RandomStream(5, RandomPurpose.User, 0).FillNormal(drawn, draw);
        return diagonal ? [.. drawn.Take(n).Select(v => (double)v)]
            : [.. Enumerable.Range(0, n * n).Select(k => (double)drawn[k] + drawn[k % n * n + k / n])];
    }
}
