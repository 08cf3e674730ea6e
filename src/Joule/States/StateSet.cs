using System.Globalization;

namespace Joule.States;

/// <summary>
/// A set of states: what training, validation, scoring and evaluation take. Images, tables and arrays become one by transforms that belong to a model.
/// Any number of threads may read it at once.
/// </summary>
public abstract class StateSet
{
    /// <summary>What it is called in messages, for example <c>mnist:test</c> or a file's path.</summary>
    public abstract string Name { get; }

    /// <summary>How its states are laid out.</summary>
    public abstract StateSpace Space { get; }

    /// <summary>Number of states.</summary>
    public abstract int Count { get; }

    /// <summary>What one state is called in messages.</summary>
    public virtual string Noun => "row";

    /// <summary>Class or label of every state, or null. A label is no part of a state.</summary>
    public virtual StateLabels? Labels => null;

    /// <summary>Names of a state's numbers, or null where they have none, as pixels.</summary>
    public virtual IReadOnlyList<string>? ColumnNames => null;

    /// <summary>The column of the source that a number of a state belongs to: the numbers of one category, spread over several, share theirs.</summary>
    public virtual int Column(int number) => number;

    /// <summary>Whether every number is finite, whatever the source holds: such sets need no check.</summary>
    public virtual bool IsAlwaysFinite => false;

    /// <summary>Writes one state.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="state">Receives <see cref="StateSpace.Width"/> numbers.</param>
    public abstract void Read(int index, Span<float> state);

    /// <summary>The name of one state, for tables of results; its number where it has none.</summary>
    public virtual string RowName(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where a number of a state stands, in words, for errors.</summary>
    public virtual string Place(int number)
    {
        Shape shape = Space.Shape;
        if (ColumnNames is { } names)
            return $"column \"{MessageText.Of(names[number])}\"";
        int plane = shape.Height * shape.Width;
        return plane == 1 ? $"number {number}"
            : $"channel {number / plane}, row {number % plane / shape.Width}, column {number % shape.Width}";
    }
}

/// <summary>A label for every state of a set.</summary>
/// <param name="Name">What the label is called, for example the column's name.</param>
/// <param name="Levels">The labels that there are, in order.</param>
/// <param name="Values">For every state an index into <paramref name="Levels"/>.</param>
public sealed record StateLabels(string Name, IReadOnlyList<string> Levels, IReadOnlyList<int> Values);
