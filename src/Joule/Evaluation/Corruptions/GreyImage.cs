namespace Joule.Evaluation;

/// <summary>All pixels of one grey: image i has grey level i mod 256, so that 256 images have every grey.</summary>
[Named("grey", "one grey all over, another one for every image")]
public sealed class GreyImage : Corruption
{
    private const int Levels = 256;

    /// <inheritdoc/>
    public override void Apply(in CorruptedImage image) => image.Values.Fill(image.Chain % Levels / (float)(Levels - 1));
}
