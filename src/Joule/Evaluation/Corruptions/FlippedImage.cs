namespace Joule.Evaluation;

/// <summary>Left and right exchanged: every row is reversed.</summary>
[Named("flipped", "left and right exchanged")]
public sealed class FlippedImage : Corruption
{
    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image)
    {
        for (int row = 0; row < image.Channels * image.Height; row++)
            image.Values.Slice(row * image.Width, image.Width).Reverse();
    }
}
