namespace Joule.Evaluation;

/// <summary>A Gaussian blur with a standard deviation of one pixel (<see cref="GaussianBlur"/>).</summary>
[Named("blur", "Gaussian blur, a standard deviation of one pixel")]
public sealed class BlurredImage : Corruption
{
    private static readonly GaussianBlur Blur = new(1);

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image) => Blur.Apply(image);
}
