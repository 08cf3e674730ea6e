namespace Joule.Evaluation;

/// <summary>All pixels black: an empty image.</summary>
[Named("black", "all black")]
public sealed class BlackImage : Corruption
{
    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image) => image.Values.Clear();
}
