using Joule.Objectives;

namespace Joule.Training;

/// <summary>
/// The figures of one update, one number for each in a list. Valid until the trainer's next step; <see cref="Copy"/> keeps them.
/// </summary>
public readonly struct TrainingFigures : IEquatable<TrainingFigures>
{
    private readonly double[]? _values;

    /// <summary>Combines numbers and their figures.</summary>
    /// <param name="list">The figures.</param>
    /// <param name="values">The numbers, in the order of the list; kept, not copied.</param>
    /// <param name="rows">States of the data in the update.</param>
    /// <param name="isFrozen">Whether the learning rate was 0, as at the end of its schedule: no weight was changed.</param>
    public TrainingFigures(FigureList list, double[] values, int rows, bool isFrozen = false)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != list.Count)
            throw new ArgumentException($"There are {list.Count} figures and {values.Length} numbers.", nameof(values));
        (List, _values, Rows, IsFrozen) = (list, values, rows, isFrozen);
    }

    /// <summary>The figures; null if there are none.</summary>
    public FigureList? List { get; }

    /// <summary>The numbers, in the order of <see cref="List"/>.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>States of the data in the update.</summary>
    public int Rows { get; }

    /// <summary>Whether the learning rate was 0: no weight was changed.</summary>
    public bool IsFrozen { get; }

    /// <summary>The figure with a role, or NaN.</summary>
    public double this[FigureRole role] => List?.IndexOf(role) is >= 0 and int place ? _values![place] : double.NaN;

    /// <summary>The figure with a name, or NaN.</summary>
    public double this[string name] => List?.IndexOf(name) is >= 0 and int place ? _values![place] : double.NaN;

    /// <summary>A copy that stays valid.</summary>
    public TrainingFigures Copy() => List is null ? this : new TrainingFigures(List, [.. Values], Rows, IsFrozen);

    /// <summary>Whether both have the same names and numbers; NaN equals NaN.</summary>
    public bool Equals(TrainingFigures other) =>
        Rows == other.Rows && IsFrozen == other.IsFrozen && Values.SequenceEqual(other.Values)
        && (ReferenceEquals(List, other.List) || Names().SequenceEqual(other.Names()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TrainingFigures other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (double value in Values)
            hash.Add(value);
        return hash.ToHashCode();
    }

    private IEnumerable<string> Names() => List?.Select(f => f.Name) ?? [];

    /// <summary>Equal by <see cref="Equals(TrainingFigures)"/>.</summary>
    public static bool operator ==(TrainingFigures left, TrainingFigures right) => left.Equals(right);

    /// <summary>Not equal by <see cref="Equals(TrainingFigures)"/>.</summary>
    public static bool operator !=(TrainingFigures left, TrainingFigures right) => !left.Equals(right);
}
