namespace Joule.Evaluation;

/// <summary>A Gaussian blur with a standard deviation of two pixels (<see cref="GaussianBlur"/>).</summary>
[Named("strong-blur", "Gaussian blur, a standard deviation of two pixels")]
public sealed class StrongBlurImage : Corruption
{
    private static readonly GaussianBlur Blur = new(2);

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image) => Blur.Apply(image);
}
