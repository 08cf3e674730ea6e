namespace Joule.Tables;

/// <summary>(x − centre) / scale.</summary>
public abstract record CenteredScaling : Scaling
{
    /// <summary>The value that becomes 0: the centre of the training rows.</summary>
    public double Center { get; init; }

    /// <summary>The distance from the centre that becomes 1: the deviation of the training rows. Above 0.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path) => CheckScale(problems, path, Scale);

    /// <inheritdoc/>
    protected override double Forward(double value) => (value - Center) / Scale;

    /// <inheritdoc/>
    protected override double Inverse(double z) => Center + (z * Scale);
}
