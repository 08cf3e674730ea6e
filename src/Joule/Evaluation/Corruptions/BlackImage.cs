namespace Joule.Evaluation;

/// <summary>Every pixel black: an image with nothing in it.</summary>
[Named("black", "all black")]
public sealed class BlackImage : Corruption
{
    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image) => image.Values.Clear();
}
