namespace Joule.States;

/// <summary>What values a number of a state may take.</summary>
public enum Domain
{
    /// <summary>Any real number.</summary>
    Real,

    /// <summary>A real number between two walls.</summary>
    Box,

    /// <summary>0 or 1.</summary>
    Binary,

    /// <summary>−1 or +1.</summary>
    Spins,

    /// <summary>0, 1, … up to a number of categories.</summary>
    Categorical,
}

/// <summary>How one state is laid out: its shape, in the public layout [channels, height, width], and the domain of its numbers.</summary>
public sealed record StateSpace
{
    private StateSpace(Shape shape, Domain domain, float low, float high)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1)
            throw new InvalidInputException($"A state of shape {shape.Channels}×{shape.Height}×{shape.Width} is empty; every side must be at least 1.");
        if (!(low < high))
            throw new InvalidInputException($"The domain [{low}, {high}] is empty; its lower wall must lie below its upper one.");
        Shape = shape;
        Domain = domain;
        Low = low;
        High = high;
    }

    /// <summary>Shape of one state.</summary>
    public Shape Shape { get; }

    /// <summary>Domain of its numbers.</summary>
    public Domain Domain { get; }

    /// <summary>Smallest value; negative infinity for <see cref="Domain.Real"/>.</summary>
    public float Low { get; }

    /// <summary>Largest value; positive infinity for <see cref="Domain.Real"/>.</summary>
    public float High { get; }

    /// <summary>Floats of one state.</summary>
    public int Width => Shape.Length;

    /// <summary>Real numbers without walls.</summary>
    public static StateSpace Real(Shape shape) => new(shape, Domain.Real, float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>Real numbers in [low, high].</summary>
    public static StateSpace Box(Shape shape, float low, float high) => new(shape, Domain.Box, low, high);

    /// <summary>Numbers 0 or 1.</summary>
    public static StateSpace Binary(Shape shape) => new(shape, Domain.Binary, 0, 1);

    /// <summary>Numbers −1 or +1.</summary>
    public static StateSpace Spins(Shape shape) => new(shape, Domain.Spins, -1, 1);

    /// <summary>Categories 0 to count − 1.</summary>
    public static StateSpace Categorical(Shape shape, int count) => new(shape, Domain.Categorical, 0, count - 1);

    /// <inheritdoc/>
    public override string ToString() => Domain switch
    {
        Domain.Real => $"{Shape}, real",
        Domain.Box => $"{Shape} in [{Low}, {High}]",
        _ => $"{Shape}, {Domain.ToString().ToLowerInvariant()}",
    };
}
