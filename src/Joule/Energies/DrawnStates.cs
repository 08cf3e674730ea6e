using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Exact states of an energy as a set: data whose density is known, to train on and to evaluate with.</summary>
public sealed class DrawnStates : StateSet
{
    private readonly ISamplable _energy;
    private readonly RandomStream _draws;
    private readonly string[]? _names;

    /// <summary>Describes the set; a state is drawn when it is read, the same one each time.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="count">How many states there are, at least 1.</param>
    /// <param name="draws">The random draws; state i is that of chain i.</param>
    /// <param name="name">What the set is called in messages.</param>
    /// <exception cref="InvalidInputException">There is no state.</exception>
    public DrawnStates(ISamplable energy, int count, RandomStream draws, string name)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(name);
        if (count < 1)
            throw new InvalidInputException($"A set of {count} states cannot be drawn; it must have at least one.");
        (_energy, _draws, Count, Name) = (energy, draws, count, name);
        if (energy is IKnown known)
            _names = [.. Enumerable.Range(0, Space.Width).Select(known.ParameterName)];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override StateSpace Space => _energy.Space;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string>? ColumnNames => _names;

    /// <inheritdoc/>
    public override void Read(int index, Span<float> state)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        _energy.Sample(_draws, (uint)index, state);
    }
}
