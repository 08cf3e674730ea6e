using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class FactorFitTests
{
    private const int Count = 3000;

    private static readonly double[] Scales = [1, 0.5, -0.8];

    [Fact]
    public void It_finds_a_known_mixture_and_every_round_of_EM_raises_the_likelihood()
    {
        ArrayStates data = Data();
        (FactorMixture mixture, double[] logs, DeviceBuffer memory) = Fit(data, 2, 8);
        using (memory)
        using (mixture)
        {
            for (int i = 1; i < logs.Length; i++)
                Assert.True(logs[i] > logs[i - 1] - 1e-3, $"round {i}: {logs[i - 1]}, then {logs[i]}");
            // Each component has 9 free parameters and a weight: the fit exceeds the truth's mean ln p by about 19/2n = .003 nats, give or
            // take √(19/2)/n = .001; shrinkage of one row in 1,500 costs less than .01.
            double truth = Truth(data);
            Assert.InRange(logs[^1] - truth, -0.02, 0.02);
            Rows means = mixture.Shape.Means(mixture.Parameters);
            // Five standard errors of a mean of 1,500 rows with a deviation of 1.1 at most.
            double[] firsts = [.. new[] { means[0][0], means[1][0] }.Order().Select(m => (double)m)];
            Assert.Equal(-3, firsts[0], 5 * 1.1 / Math.Sqrt(1500));
            Assert.Equal(3, firsts[1], 5 * 1.1 / Math.Sqrt(1500));
        }
    }

    [Fact]
    public void The_fit_does_not_depend_on_the_number_of_workers()
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            (FactorMixture mixture, _, DeviceBuffer memory) = Fit(Data(), threads, 2);
            using (memory)
            using (mixture)
            {
                expected ??= mixture.Parameters.Span.ToArray();
                Assert.True(TestRows.SameBits(expected, mixture.Parameters.Span), $"{threads} threads");
            }
        }
    }

    [Fact]
    public void Data_with_numbers_that_are_not_finite_are_refused_with_the_row()
    {
        ArrayStates data = new("Bad", StateSpace.Real(Shape.Vector(2)), [[0, 1], [float.NaN, 2], [3, 4]]);
        Assert.Contains("1 of Bad", Assert.Throws<InvalidInputException>(() => Fit(data, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_components_than_rows_leave_some_empty_and_the_density_finite()
    {
        ArrayStates data = new("Few", StateSpace.Real(Shape.Vector(3)), [[0, 1, 2], [1, 0, 2], [0.5f, 0.5f, 2]]);
        (FactorMixture mixture, double[] logs, DeviceBuffer memory) = Fit(data, 1, 3, 5);
        using (memory)
        using (mixture)
        {
            Assert.All(logs, log => Assert.True(double.IsFinite(log)));
            Assert.All(mixture.Parameters.Span.ToArray(), p => Assert.True(float.IsFinite(p)));
        }
    }

    private static (FactorMixture Mixture, double[] Logs, DeviceBuffer Memory) Fit(
        StateSet data, int threads, int rounds, int components = 2)
    {
        using Device device = Device.Cpu(threads);
        FactorShape shape = new(components, 1, data.Space.Width);
        DeviceBuffer memory = device.Allocate(shape.Length);
        FactorMixture mixture = new(device, data.Space, shape, memory.AsRows(1, (int)shape.Length));
        using FactorFit fit = new(device, mixture, data, 7);
        return (mixture, fit.Run(new FactorFitOptions(1, rounds), TestContext.Current.CancellationToken), memory);
    }

    // Two clusters at ±3 in every number, each with one factor and a variance of .2.
    private static ArrayStates Data()
    {
        Rows normals = TestRows.Normal(Count, 4, 12);
        float[][] rows = new float[Count][];
        for (int i = 0; i < Count; i++)
        {
            float[] z = normals[i].ToArray();
            float side = i % 2 == 0 ? 3 : -3;
            rows[i] = [.. Enumerable.Range(0, 3).Select(j => side + (float)Scales[j] * z[3] + MathF.Sqrt(0.2f) * z[j])];
        }
        return new ArrayStates("Two", StateSpace.Real(Shape.Vector(3)), rows);
    }

    private static double Truth(ArrayStates data)
    {
        double[,] covariance = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                covariance[i, j] = Scales[i] * Scales[j] + (i == j ? 0.2 : 0);
        }
        Cholesky root = new(covariance, "The covariance");
        float[] x = new float[3];
        double sum = 0;
        for (int i = 0; i < data.Count; i++)
        {
            data.Read(i, x);
            sum += Math.Log(0.5 * (Density(3) + Density(-3)));
        }
        return sum / data.Count;

        double Density(double side)
        {
            double[] away = [.. x.Select(v => v - side)], solved = (double[])away.Clone();
            root.Solve(solved);
            return Math.Exp(-0.5 * (away.Zip(solved, (a, b) => a * b).Sum() + root.LogDeterminant + 3 * Math.Log(2 * Math.PI)));
        }
    }
}
