namespace Joule.Tables;

/// <summary>(x − centre) / scale.</summary>
public abstract record CenteredScaling : Scaling
{
    /// <summary>What becomes 0: the middle of the training rows.</summary>
    public double Center { get; init; }

    /// <summary>What becomes 1: their deviation from it; above 0.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path) => CheckScale(problems, path, Scale);

    /// <inheritdoc/>
    protected override double Forward(double value) => (value - Center) / Scale;

    /// <inheritdoc/>
    protected override double Inverse(double z) => Center + (z * Scale);
}
