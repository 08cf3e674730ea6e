using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>The density of a mixture of factor analysers, against normal densities with full covariance matrices in float64.</summary>
public sealed class FactorMixtureTests : IDisposable
{
    private static readonly float[] Weights = [0.3f, 0.7f];
    private static readonly float[] Means = [0.5f, -1, 2, -0.25f, 0.75f, 0];
    private static readonly float[] Variances = [0.2f, 0.4f, 0.1f, 0.3f, 0.5f, 0.25f];
    private static readonly float[] Loadings = [1, 0.5f, -0.5f, 0.2f, 0, 0.3f, -0.4f, 0.8f, 0.6f, 0, 0.1f, -0.7f];

    private readonly Device _device = Device.Cpu(2);
    private readonly DeviceBuffer _memory;
    private readonly FactorShape _shape = new(2, 2, 3);

    public FactorMixtureTests()
    {
        _memory = _device.Allocate(_shape.Length);
        Rows all = _memory.AsRows(1, (int)_shape.Length);
        _device.Upload([.. Weights.Select(w => MathF.Log(w))], _shape.LogWeights(all));
        _device.Upload(Means, _shape.Means(all));
        _device.Upload(Variances, _shape.Variances(all));
        _device.Upload(Loadings, _shape.Loadings(all));
    }

    public void Dispose()
    {
        _memory.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void The_density_is_a_mixture_of_normals_with_covariance_of_loadings_and_variances()
    {
        using FactorMixture mixture = Make(StateSpace.Real(Shape.Vector(3)));
        Rows states = TestRows.Normal(70, 3, 2, 1.5f), energies = TestRows.Empty(70, 1);
        mixture.Energies(states, energies, default);
        for (int i = 0; i < 70; i++)
            Assert.Equal(-LogDensity([.. states[i].ToArray().Select(x => (double)x)]), energies.Span[i], 2e-5);
    }

    [Fact]
    public void In_a_box_it_is_the_density_of_the_states_themselves()
    {
        using FactorMixture mixture = Make(StateSpace.Box(Shape.Vector(3), -1, 3));
        Rows states = TestRows.Of(2, 3, [-0.5f, 1, 2.5f, 0.1f, 2.9f, -0.9f]), energies = TestRows.Empty(2, 1);
        mixture.Energies(states, energies, default);
        for (int i = 0; i < 2; i++)
        {
            double[] u = [.. states[i].ToArray().Select(x => (x + 1) / 4.0)];
            double expected = LogDensity([.. u.Select(v => Math.Log(v / (1 - v)))]) - u.Sum(v => Math.Log(4 * v * (1 - v)));
            Assert.Equal(-expected, energies.Span[i], 2e-5);
        }
    }

    [Fact]
    public void Coordinates_lead_back_to_their_state_and_the_likeliest_component_is_found()
    {
        using FactorMixture mixture = Make(StateSpace.Box(Shape.Vector(3), 0, 1));
        Rows states = TestRows.Of(2, 3, [0.6f, 0.3f, 0.9f, 0.45f, 0.7f, 0.5f]), found = TestRows.Empty(2, 6), again = TestRows.Empty(2, 3);
        mixture.Locate(states, found);
        for (int i = 0; i < 2; i++)
            mixture.Place(found[i], again[i]);
        Assert.Equal([0f, 1], [found[0][0], found[1][0]]);
        Assert.InRange(TestRows.RelativeError(again.Span, TestRows.Doubles(states.Span)), 0, 1e-6);
    }

    [Fact]
    public void Drawn_coordinates_have_the_moments_of_the_mixture()
    {
        // 40,000 draws of y: five standard errors of a mean and, with the fourth moment of a mixture of normals bounded by 3·max², of a
        // second moment.
        const int draws = 40_000;
        using FactorMixture mixture = Make(StateSpace.Real(Shape.Vector(3)));
        Rows coordinates = TestRows.Normal(draws, 6, 5), state = TestRows.Empty(1, 3);
        RandomStream uniform = new(5, RandomPurpose.User, 1);
        double[] sums = new double[3], squares = new double[3];
        for (int i = 0; i < draws; i++)
        {
            coordinates[i][0] = mixture.Component(uniform.Uniform((uint)i, 0));
            mixture.Place(coordinates[i], state[0]);
            for (int j = 0; j < 3; j++)
            {
                sums[j] += state.Span[j] / draws;
                squares[j] += (double)state.Span[j] * state.Span[j] / draws;
            }
        }
        CheckMoments(sums, squares, draws);
    }

    [Fact]
    public void A_blurred_mixture_is_the_one_whose_variances_are_larger_and_draws_without_the_noise()
    {
        // Means and second moments of 40,000 draws as above, of the mixture without the noise.
        const int draws = 40_000;
        using FactorMixture blurred = Make(StateSpace.Real(Shape.Vector(3)), 0.5);
        Rows states = TestRows.Normal(70, 3, 2, 1.5f), energies = TestRows.Empty(70, 1), gradient = TestRows.Empty(70, 3);
        blurred.Energies(states, energies, gradient);
        _device.Upload([.. Variances.Select(v => v + 0.25f)], _shape.Variances(_memory.AsRows(1, (int)_shape.Length)));
        using FactorMixture expected = Make(StateSpace.Real(Shape.Vector(3)));
        Rows wanted = TestRows.Empty(70, 1), slopes = TestRows.Empty(70, 3);
        expected.Energies(states, wanted, slopes);
        Assert.Equal(wanted.Span, energies.Span);
        Assert.Equal(slopes.Span, gradient.Span);
        double[] sums = new double[3], squares = new double[3];
        float[] state = new float[3];
        for (int i = 0; i < draws; i++)
        {
            blurred.Draw(new RandomStream(5, RandomPurpose.User, 1), (uint)i, state);
            for (int j = 0; j < 3; j++)
            {
                sums[j] += state[j] / (double)draws;
                squares[j] += (double)state[j] * state[j] / draws;
            }
        }
        CheckMoments(sums, squares, draws);
    }

    private static void CheckMoments(double[] sums, double[] squares, int draws)
    {
        for (int j = 0; j < 3; j++)
        {
            double[] variances = [Covariance(0)[j, j], Covariance(1)[j, j]];
            double mean = Weights[0] * (double)Means[j] + Weights[1] * (double)Means[3 + j];
            double second = Weights[0] * (variances[0] + Means[j] * (double)Means[j])
                + Weights[1] * (variances[1] + Means[3 + j] * (double)Means[3 + j]);
            Assert.Equal(mean, sums[j], 5 * Math.Sqrt((second - mean * mean) / draws));
            double most = variances.Max() + Math.Max(Means[j] * (double)Means[j], Means[3 + j] * (double)Means[3 + j]);
            Assert.Equal(second, squares[j], 5 * Math.Sqrt(3 * most * most / draws));
        }
    }

    private FactorMixture Make(StateSpace space, double blur = 0)
    {
        FactorMixture mixture = new(_device, space, _shape, _memory.AsRows(1, (int)_shape.Length)) { Blur = blur };
        mixture.Commit();
        return mixture;
    }

    private static double[,] Covariance(int k)
    {
        double[,] matrix = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            matrix[i, i] = Variances[3 * k + i];
            for (int j = 0; j < 3; j++)
            {
                for (int f = 0; f < 2; f++)
                    matrix[i, j] += (double)Loadings[(2 * k + f) * 3 + i] * Loadings[(2 * k + f) * 3 + j];
            }
        }
        return matrix;
    }

    private static double LogDensity(double[] y) => Math.Log(Enumerable.Range(0, 2).Sum(k =>
    {
        Cholesky root = new(Covariance(k), "The covariance");
        double[] away = [.. y.Select((v, i) => v - Means[3 * k + i])], solved = (double[])away.Clone();
        root.Solve(solved);
        double square = away.Zip(solved, (a, b) => a * b).Sum();
        return Weights[k] * Math.Exp(-0.5 * (square + root.LogDeterminant + 3 * Math.Log(2 * Math.PI)));
    }));
}
