using Joule.Compute;
using Joule.States;

namespace Joule.Tests.Compute;

/// <summary>The operations on rows by the kernels of a processor, in memory that only programs see.</summary>
/// <param name="device">The device of the rows.</param>
/// <param name="processor">Runs the kernels.</param>
internal sealed class HostRows(Device device, Device processor) : IRowOperations
{
    public Device Device => device;

    public void Gather(Rows from, ReadOnlySpan<int> which, Rows to)
    {
        int[] indices = which.ToArray();
        Run(() =>
        {
            for (int i = 0; i < indices.Length; i++)
                from[indices[i]].CopyTo(to[i]);
        });
    }

    public void Scatter(Rows from, Rows to, ReadOnlySpan<int> which)
    {
        int[] indices = which.ToArray();
        Run(() =>
        {
            for (int i = 0; i < indices.Length; i++)
                from[i].CopyTo(to[indices[i]]);
        });
    }

    public void Fill(Rows to, ReadOnlySpan<int> which, RowWriter write)
    {
        int[] indices = which.ToArray();
        Run(() =>
        {
            for (int i = 0; i < indices.Length; i++)
                write(i, to[indices[i]]);
        });
    }

    public void AddNoise(Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain)
    {
        RandomStream draws = noise;
        Run(() => Kernels.AddNoise(x, noiseScale, low, high, draws, firstChain));
    }

    public void Blur(Rows x, ReadOnlySpan<float> deviations, in RandomStream noise, ReadOnlySpan<float> low, ReadOnlySpan<float> high,
        Rows noisy, Rows added)
    {
        RandomStream draws = noise;
        float[] each = deviations.ToArray(), lows = low.ToArray(), highs = high.ToArray();
        Run(() =>
        {
            for (int i = 0; i < x.Count; i++)
            {
                draws.FillNormal(added[i], (uint)i, 0, each[i]);
                for (int j = 0; j < x.Width; j++)
                {
                    float y = x[i][j] + added[i][j];
                    (noisy[i][j], bool turned) = lows.Length == 0 ? (y, false) : WallMirror.Of(y, lows[j], highs[j]);
                    if (turned)
                        added[i][j] = -added[i][j];
                }
            }
        });
    }

    public void CompareWithTargets(Rows gradients, Rows targets, Rows scales, Rows losses) => Run(() =>
    {
        for (int i = 0; i < gradients.Count; i++)
        {
            (float scale, float weight) = (scales[i][0], scales[i][1]);
            float factor = (float)((double)weight * scale / ((double)targets.Width * targets.Count));
            double squares = Kernels.CompareWithTarget(gradients[i], targets[i], scale, factor);
            losses.Slice(i, 1).Doubles[0] = weight * squares / (2 * targets.Width);
        }
    });

    public void Clamp(Rows x, ReadOnlySpan<float> low, ReadOnlySpan<float> high)
    {
        float[] lows = low.ToArray(), highs = high.ToArray();
        Run(() =>
        {
            for (int i = 0; i < x.Length; i++)
                x.Span[i] = Math.Clamp(x.Span[i], lows[i % x.Width], highs[i % x.Width]);
        });
    }

    public void SquaredDistances(Rows left, Rows right, int apart, Rows distances) => Run(() =>
    {
        for (int i = 0; i < distances.Count; i++)
            Kernels.SquaredDistance(left.Slice(i * apart, 1), right.Slice(i * apart, 1), distances.Slice(i, 1));
    });

    public void CountAtWalls(Rows x, float low, float high, Rows counts) => Run(() =>
    {
        for (int i = 0; i < x.Count; i++)
            Kernels.CountAtWalls(x.Slice(i, 1), low, high, counts.Slice(i, 1));
    });

    public void SquaredNorms(Rows x, int chunk, Rows sums) => Run(() =>
    {
        for (int i = 0; i * chunk < x.Length; i++)
        {
            Rows part = new(x.Buffer, x.Offset + i * chunk, 1, Math.Min(chunk, x.Length - i * chunk));
            Kernels.SquaredNorm(part, sums.Slice(i, 1));
        }
    });

    public void Adam(Rows parameters, Rows gradient, Rows mean, Rows square, in AdamCoefficients c)
    {
        AdamCoefficients given = c;
        Run(() => Kernels.Adam(parameters, gradient, mean, square, given));
    }

    public void Momentum(Rows parameters, Rows gradient, Rows velocity, float rate, float momentum, float gradientScale, float decay) =>
        Run(() => Kernels.Momentum(parameters, gradient, velocity, rate, momentum, gradientScale, decay));

    public void RmsProp(
        Rows parameters, Rows gradient, Rows square, float rate, float smoothing, float epsilon, float gradientScale, float decay) =>
        Run(() => Kernels.RmsProp(parameters, gradient, square, rate, smoothing, epsilon, gradientScale, decay));

    public void MovingAverage(Rows average, Rows x, float decay) => Run(() => Kernels.MovingAverage(average, x, decay));

    private void Run(Action kernel) => processor.Launch(new TestProgram(1, (_, _) => kernel()));
}
