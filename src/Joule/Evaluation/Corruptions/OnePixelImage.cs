namespace Joule.Evaluation;

/// <summary>Black except for one white pixel at a random position.</summary>
[Named("one-pixel", "black except for one white pixel at a random position")]
public sealed class OnePixelImage : Corruption
{
    private const ulong Step = 0;

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
    {
        image.Values.Clear();
        int pixel = image.Random.At(Step).Integer(image.Plane, image.Chain, 0);
        for (int c = 0; c < image.Channels; c++)
            image.Values[c * image.Plane + pixel] = 1;
    }
}
