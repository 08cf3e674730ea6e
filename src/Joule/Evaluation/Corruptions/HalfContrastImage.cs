namespace Joule.Evaluation;

/// <summary>Brightness halved: black stays black and white becomes mid-grey.</summary>
[Named("half-contrast", "brightness halved, so white is mid-grey")]
public sealed class HalfContrastImage : Corruption
{
    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
    {
        foreach (ref float value in image.Values)
            value *= 0.5f;
    }
}
