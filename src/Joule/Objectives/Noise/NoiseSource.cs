using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>The context of a noise distribution.</summary>
/// <param name="Space">The space of the states.</param>
/// <param name="Train">The training states, to which it may be fitted.</param>
/// <param name="Width">The width of the states (<see cref="StateWidth"/>).</param>
/// <param name="Seed">The seed of the run.</param>
public sealed record NoiseContext(StateSpace Space, StateSet Train, double Width, ulong Seed)
{
    /// <summary>The domain of a number of the states.</summary>
    public ColumnDomain Column(int number) => Space.Columns?[number] ?? new ColumnDomain(Space.Domain, Space.Low, Space.High);
}

/// <summary>
/// Options of a noise distribution with a known density. To add one, add one file: a record that derives from this and has a
/// <see cref="NamedAttribute"/>, and the distribution.
/// </summary>
[DefaultType("mixture")]
public abstract record NoiseOptions
{
    /// <summary>Creates the distribution.</summary>
    /// <exception cref="InvalidInputException">It cannot be fitted to the training states.</exception>
    public abstract NoiseSource Create(NoiseContext context);
}

/// <summary>A normalised distribution of states, for use inside a program.</summary>
public abstract class NoiseSource
{
    /// <summary>Numbers of scratch memory that <see cref="LogDensity"/> needs.</summary>
    public virtual int Scratch => 0;

    /// <summary>Draws a state.</summary>
    /// <param name="draws">The random draws.</param>
    /// <param name="chain">Whose draws they are.</param>
    /// <param name="state">Receives the state.</param>
    public abstract void Draw(in RandomStream draws, uint chain, Span<float> state);

    /// <summary>ln q of a state: of its density, or of its probability where states are discrete. −∞ where it never draws.</summary>
    /// <param name="state">The state.</param>
    /// <param name="scratch">At least <see cref="Scratch"/> numbers.</param>
    public abstract double LogDensity(ReadOnlySpan<float> state, Span<double> scratch);
}
