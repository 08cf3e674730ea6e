using Joule.Compute;

namespace Joule.States;

/// <summary>The domain of a number of a state.</summary>
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

    /// <summary>Each number has its own domain (<see cref="StateSpace.Columns"/>).</summary>
    Mixed,
}

/// <summary>How a state is pictured.</summary>
public enum StatePicture
{
    /// <summary>An image: channels, height and width.</summary>
    Image,

    /// <summary>A row of numbers, as in a table.</summary>
    Row,

    /// <summary>A point in the plane.</summary>
    Point,
}

/// <summary>The layout of a state: its shape, in the public layout [channels, height, width], and the domain of its numbers.</summary>
public sealed record StateSpace
{
    /// <summary>Standard deviation of the normal distribution, of mean 0, from which chains on real states start.</summary>
    public const float RealDeviation = 1;

    private StateSpace(Shape shape, Domain domain, float low, float high, EquatableList<ColumnDomain>? columns = null)
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1)
            throw new InvalidInputException(
                $"A state of shape {shape.Channels}×{shape.Height}×{shape.Width} is empty; every side must be at least 1.");
        if (!(low < high))
            throw new InvalidInputException($"The domain [{low}, {high}] is empty; its lower wall must lie below its upper one.");
        Shape = shape;
        Domain = domain;
        Low = low;
        High = high;
        Columns = columns;
    }

    /// <summary>Shape of one state.</summary>
    public Shape Shape { get; }

    /// <summary>Domain of its numbers.</summary>
    public Domain Domain { get; }

    /// <summary>Smallest value; negative infinity for <see cref="Domain.Real"/> and <see cref="Domain.Mixed"/>.</summary>
    public float Low { get; }

    /// <summary>Largest value; positive infinity for <see cref="Domain.Real"/> and <see cref="Domain.Mixed"/>.</summary>
    public float High { get; }

    /// <summary>The domain of each number (<see cref="Domain.Mixed"/>), or else null.</summary>
    public IReadOnlyList<ColumnDomain>? Columns { get; }

    /// <summary>Floats of one state.</summary>
    public int Width => Shape.Length;

    /// <summary>Whether every number varies continuously, so that a chain can follow a gradient.</summary>
    public bool IsContinuous =>
        Columns is null ? Domain is Domain.Real or Domain.Box : Columns.All(c => c.Domain is Domain.Real or Domain.Box);

    /// <summary>Whether every number lies between the same two walls, reals or not.</summary>
    public bool HasWalls => float.IsFinite(Low) && float.IsFinite(High);

    /// <summary>How a state is pictured.</summary>
    public StatePicture Picture =>
        Shape.Height > 1 || Shape.Width > 1 ? StatePicture.Image : Shape.Length == 2 ? StatePicture.Point : StatePicture.Row;

    /// <summary>What <see cref="FillNoise"/> draws, in words.</summary>
    public string Noise => Domain switch
    {
        Domain.Real => $"normal noise of mean 0 and deviation {RealDeviation}",
        Domain.Box when HasWalls => $"uniform noise on [{Low}, {High}]",
        Domain.Box => $"normal noise of deviation {RealDeviation}, mirrored into [{Low}, {High}] at the wall",
        Domain.Binary => "random bits",
        Domain.Spins => "random spins",
        Domain.Categorical => "random categories",
        _ => "noise of each column's own domain",
    };

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

    /// <summary>A vector whose numbers have their own domains.</summary>
    /// <exception cref="InvalidInputException">There is no column, or a domain is empty.</exception>
    public static StateSpace Mixed(IReadOnlyList<ColumnDomain> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.FirstOrDefault(c => !(c.Low < c.High) || c.Domain == Domain.Mixed) is { } bad)
            throw new InvalidInputException($"The domain {bad} of a column cannot be used; its lower wall must lie below its upper one, "
                + "and it must be a single domain.");
        return new(Shape.Vector(columns.Count), Domain.Mixed, float.NegativeInfinity, float.PositiveInfinity,
            new EquatableList<ColumnDomain>(columns));
    }

    /// <summary>Fills a state with noise of its domain, from which chains start.</summary>
    /// <param name="stream">The draws.</param>
    /// <param name="chain">The chain of the draws.</param>
    /// <param name="state">Receives <see cref="Width"/> numbers.</param>
    public void FillNoise(in RandomStream stream, uint chain, Span<float> state)
    {
        switch (Domain)
        {
            case Domain.Real:
                stream.FillNormal(state, chain, 0, RealDeviation);
                break;
            case Domain.Box when HasWalls:
                stream.FillUniform(state, chain, Low, High);
                break;
            case Domain.Mixed:
                // Every column has its own draws, so that none depends on the domains of others.
                for (int i = 0; i < state.Length; i++)
                    state[i] = Columns![i].Noise(stream, chain, i);
                break;
            default:
                ColumnDomain common = new(Domain, Low, High);
                for (int i = 0; i < state.Length; i++)
                    state[i] = common.Noise(stream, chain, i);
                break;
        }
    }

    /// <summary>Moves every number of a state to the nearest value of its domain. NaN stays NaN.</summary>
    public void Clamp(Span<float> state)
    {
        if (Domain == Domain.Real)
            return;
        ColumnDomain common = new(Domain, Low, High);
        for (int i = 0; i < state.Length; i++)
            state[i] = (Columns?[i] ?? common).Nearest(state[i]);
    }

    /// <summary>The index of the first number outside its domain, or −1.</summary>
    public int FirstOutside(ReadOnlySpan<float> state)
    {
        ColumnDomain common = new(Domain, Low, High);
        for (int i = 0; i < state.Length; i++)
        {
            if (!(Columns?[i] ?? common).Contains(state[i]))
                return i;
        }
        return -1;
    }

    /// <inheritdoc/>
    public override string ToString() => Domain switch
    {
        Domain.Real => $"{Shape}, real",
        Domain.Box => $"{Shape} in [{Low}, {High}]",
        Domain.Mixed => $"{Shape}, columns of "
            + $"{string.Join(", ", Columns!.Select(c => c.Domain).Distinct().Select(d => d.ToString().ToLowerInvariant()))}",
        _ => $"{Shape}, {Domain.ToString().ToLowerInvariant()}",
    };
}
