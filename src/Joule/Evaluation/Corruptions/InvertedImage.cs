namespace Joule.Evaluation;

/// <summary>Black and white exchanged: brightness p becomes 1 − p.</summary>
[Named("inverted", "black and white exchanged")]
public sealed class InvertedImage : Corruption
{
    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
    {
        foreach (ref float value in image.Values)
            value = 1 - value;
    }
}
