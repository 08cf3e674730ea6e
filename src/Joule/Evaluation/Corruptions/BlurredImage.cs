namespace Joule.Evaluation;

/// <summary>
/// A Gaussian blur with a standard deviation of one pixel, truncated at four pixels: first along rows, then along columns. Beyond the
/// border, the outermost pixels are repeated.
/// </summary>
[Named("blur", "Gaussian blur, a standard deviation of one pixel")]
public sealed class BlurredImage : Corruption
{
    private const int Reach = 4;

    private static readonly float[] Weights = Kernel();

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
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

    private static void Blur(Span<float> values, int stride, Span<float> line)
    {
        for (int i = 0; i < line.Length; i++)
            line[i] = values[i * stride];
        for (int i = 0; i < line.Length; i++)
        {
            float sum = 0;
            for (int k = -Reach; k <= Reach; k++)
                sum += Weights[k + Reach] * line[Math.Clamp(i + k, 0, line.Length - 1)];
            values[i * stride] = Math.Clamp(sum, 0, 1); // rounding may go past 1
        }
    }

    private static float[] Kernel()
    {
        double[] bell = [.. Enumerable.Range(-Reach, 2 * Reach + 1).Select(k => Math.Exp(-0.5 * k * k))];
        return [.. bell.Select(w => (float)(w / bell.Sum()))];
    }
}
