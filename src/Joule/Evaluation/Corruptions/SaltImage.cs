using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>Salt noise: each pixel is white with a probability of 2%, whatever it was; the others stay.</summary>
[Named("salt", "each pixel white with a probability of 2%")]
public sealed class SaltImage : Corruption
{
    private const ulong Step = 1;
    private const float Share = 0.02f;

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
    {
        RandomStream draws = image.Random.At(Step);
        for (int pixel = 0; pixel < image.Plane; pixel++)
        {
            if (draws.Uniform(image.Chain, pixel) >= Share)
                continue;
            for (int c = 0; c < image.Channels; c++)
                image.Values[c * image.Plane + pixel] = 1;
        }
    }
}
