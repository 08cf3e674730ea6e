namespace Joule.Evaluation;

/// <summary>
/// A Gaussian blur, truncated at four standard deviations: first along rows, then along columns. Beyond the border, the outermost pixels
/// are repeated.
/// </summary>
/// <param name="deviation">The standard deviation in pixels.</param>
internal sealed class GaussianBlur(int deviation)
{
    private const int Deviations = 4;

    private readonly float[] _weights = Kernel(deviation);

    /// <summary>Blurs an image in place.</summary>
    public void Apply(in CorruptedImage image)
    {
        float[] line = new float[Math.Max(image.Width, image.Height)];
        for (int c = 0; c < image.Channels; c++)
        {
            Span<float> plane = image.Values.Slice(c * image.Plane, image.Plane);
            for (int y = 0; y < image.Height; y++)
                Blur(plane[(y * image.Width)..], 1, line.AsSpan(0, image.Width));
            for (int x = 0; x < image.Width; x++)
                Blur(plane[x..], image.Width, line.AsSpan(0, image.Height));
        }
    }

    private void Blur(Span<float> values, int stride, Span<float> line)
    {
        int reach = _weights.Length / 2;
        for (int i = 0; i < line.Length; i++)
            line[i] = values[i * stride];
        for (int i = 0; i < line.Length; i++)
        {
            float sum = 0;
            for (int k = -reach; k <= reach; k++)
                sum += _weights[k + reach] * line[Math.Clamp(i + k, 0, line.Length - 1)];
            values[i * stride] = Math.Clamp(sum, 0, 1); // rounding may go past 1
        }
    }

    private static float[] Kernel(int deviation)
    {
        int reach = Deviations * deviation;
        double[] bell = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(k => Math.Exp(-0.5 * k * k / (deviation * deviation)))];
        return [.. bell.Select(w => (float)(w / bell.Sum()))];
    }
}
