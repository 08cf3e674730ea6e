using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>Mean and covariance of features, in float64; the covariance is divided by n − 1.</summary>
/// <param name="Mean">d means.</param>
/// <param name="Covariance">d rows of d covariances.</param>
internal sealed record FeatureMoments(double[] Mean, double[] Covariance)
{
    /// <summary>The sum of all variances.</summary>
    public double Trace
    {
        get
        {
            double trace = 0;
            for (int i = 0; i < Mean.Length; i++)
                trace += Covariance[i * Mean.Length + i];
            return trace;
        }
    }

    /// <summary>Measures n rows of features, n at least 2.</summary>
    public static FeatureMoments Of(Device device, Rows features)
    {
        int count = features.Count, width = features.Width;
        float[] all = device.Download(features);
        double[] mean = new double[width], covariance = new double[width * width], row = new double[width];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < width; j++)
                mean[j] += all[i * width + j];
        }
        for (int j = 0; j < width; j++)
            mean[j] /= count;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < width; j++)
                row[j] = all[i * width + j] - mean[j];
            // The lower triangle.
            for (int j = 0; j < width; j++)
            {
                Span<double> target = covariance.AsSpan(j * width, j + 1);
                TensorPrimitives.MultiplyAdd(row.AsSpan(0, j + 1), row[j], target, target);
            }
        }
        for (int j = 0; j < width; j++)
        {
            for (int k = 0; k <= j; k++)
                covariance[k * width + j] = covariance[j * width + k] /= count - 1;
        }
        return new FeatureMoments(mean, covariance);
    }
}
