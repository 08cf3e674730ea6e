using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>
/// A network of a dense layer, squares and a sum is a quadratic form: E = Σₖ (wₖ·x + bₖ)² has the precision matrix 2WᵀW. The objectives of
/// the score train it to the precision matrix of its data.
/// </summary>
public sealed class ScoreOfGaussianTests
{
    private const int Count = 256;

    // Three correlated numbers; the covariance below is the sample's own.
    private static readonly ArrayStates Data = new("correlated", StateSpace.Real(Shape.Vector(3)), Rows());

    [Fact]
    public void Exact_score_matching_gives_the_precision_matrix() =>
        Near(Inverse(Covariance()), Train(new ScoreMatchingOptions(), 400, Count), 2e-3);

    [Fact]
    public void Sliced_score_matching_gives_it_too() =>
        // vᵀ∇²E v has no variance where E is quadratic up to the off-diagonal signs, which average out over 256 states and 400 updates.
        Near(Inverse(Covariance()), Train(new SlicedScoreMatchingOptions(), 400, Count), 0.05);

    [Fact]
    public void Denoising_gives_the_precision_of_the_data_blurred_by_its_noise()
    {
        const double sigma = 0.5;
        double[,] blurred = Covariance();
        for (int i = 0; i < 3; i++)
            blurred[i, i] += sigma * sigma;
        // The noise of 256 states in each of the last updates leaves an error of a few percent.
        double[,] found = Train(new DenoisingScoreMatchingOptions { NoiseScale = (float)sigma }, 600, Count);
        Near(Inverse(blurred), found, 0.06);
        Assert.True(Difference(Inverse(Covariance()), found) > 0.3, "the noise changes nothing that could be seen");
    }

    private static double[,] Train(ObjectiveOptions objective, int updates, int batch)
    {
        using Device device = Device.Cpu(1);
        Layer[] layers = [new DenseLayer { Outputs = 3 }, new SquareLayer(), new SumLayer()];
        NetworkEnergy Create() => new(new Network(device, Data.Space.Shape, layers), Data.Space);
        using Trainer trainer = new(new TrainerSetup(device, Create, Data, Data, objective,
            new TrainingOptions
            {
                Batch = batch,
                Epochs = updates,
                Optimizer = new AdamOptions { LearningRate = 0.03f },
                Schedule = new CosineSchedule(),
            }, 2));
        while (trainer.Update < trainer.PlannedUpdates)
            trainer.Step(TestContext.Current.CancellationToken);
        float[] w = trainer.Parameters.Span.ToArray();
        double[,] precision = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                precision[i, j] = 2 * Enumerable.Range(0, 3).Sum(k => (double)w[3 * k + i] * w[3 * k + j]);
        }
        return precision;
    }

    private static float[][] Rows()
    {
        float[][] rows = new float[Count][];
        for (int i = 0; i < Count; i++)
        {
            float[] z = new float[3];
            new RandomStream(6, RandomPurpose.User, 0).FillNormal(z, (uint)i);
            rows[i] = [z[0], 0.6f * z[0] + 0.8f * z[1], -0.3f * z[1] + 0.7f * z[2]];
        }
        for (int j = 0; j < 3; j++)
        {
            float mean = rows.Average(r => r[j]);
            foreach (float[] row in rows)
                row[j] -= mean;
        }
        return rows;
    }

    private static double[,] Covariance()
    {
        double[,] c = new double[3, 3];
        foreach (float[] row in Rows())
        {
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                    c[i, j] += (double)row[i] * row[j] / Count;
            }
        }
        return c;
    }

    // By cofactors.
    private static double[,] Inverse(double[,] m)
    {
        double[,] inverse = new double[3, 3];
        double C(int i, int j) => m[(i + 1) % 3, (j + 1) % 3] * m[(i + 2) % 3, (j + 2) % 3]
            - m[(i + 1) % 3, (j + 2) % 3] * m[(i + 2) % 3, (j + 1) % 3];
        double determinant = Enumerable.Range(0, 3).Sum(j => m[0, j] * C(0, j));
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                inverse[j, i] = C(i, j) / determinant;
        }
        return inverse;
    }

    private static double Difference(double[,] a, double[,] b)
    {
        double off = 0, scale = 0;
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                (off, scale) = (off + Math.Pow(a[i, j] - b[i, j], 2), scale + Math.Pow(a[i, j], 2));
        }
        return Math.Sqrt(off / scale);
    }

    private static void Near(double[,] expected, double[,] found, double tolerance) =>
        Assert.InRange(Difference(expected, found), 0, tolerance);
}
