namespace Joule.Evaluation;

/// <summary>
/// One row of pixels becomes black: a random one among the rows that have a pixel of at least half the brightest one's brightness. An image
/// without brightness stays as it is.
/// </summary>
[Named("erased-row", "one of the bright pixel rows made black")]
public sealed class ErasedRowImage : Corruption
{
    private const ulong Step = 2;

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
    {
        float brightest = 0;
        foreach (float value in image.Values)
            brightest = Math.Max(brightest, value);
        int bright = 0;
        for (int y = 0; y < image.Height; y++)
            bright += IsBright(image, y, brightest) ? 1 : 0;
        if (brightest == 0 || bright == 0)
            return;
        int chosen = image.Random.At(Step).Integer(bright, image.Chain, 0);
        for (int y = 0; y < image.Height; y++)
        {
            if (!IsBright(image, y, brightest) || chosen-- > 0)
                continue;
            for (int c = 0; c < image.Channels; c++)
                Row(image, c, y).Clear();
            return;
        }
    }

    private static bool IsBright(in CorruptedImage image, int y, float brightest)
    {
        for (int c = 0; c < image.Channels; c++)
        {
            foreach (float value in Row(image, c, y))
            {
                if (value >= brightest / 2)
                    return true;
            }
        }
        return false;
    }

    private static Span<float> Row(in CorruptedImage image, int channel, int y) =>
        image.Values.Slice((channel * image.Height + y) * image.Width, image.Width);
}
