using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

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

    /// <summary>Whether states have names of their own (<see cref="RowName"/>), as pictures in files have.</summary>
    public virtual bool HasRowNames => false;

    /// <summary>How the states were read, or null where there is nothing to say.</summary>
    public virtual StateReading? Reading => null;

    /// <summary>Adds what tells the states from others to a hash: number, shape and values; names and labels do not count.</summary>
    public virtual void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Count}×{Space};"));
        float[] state = new float[Space.Width];
        for (int i = 0; i < Count; i++)
        {
            Read(i, state);
            hash.AppendData(MemoryMarshal.AsBytes(state.AsSpan()));
        }
    }

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

/// <summary>How a set of states was read.</summary>
/// <param name="Text">In words, for example <c>10,000 grey images of 28×28, uint8 0..255</c>.</param>
/// <param name="Warnings">What may not have been meant so.</param>
/// <param name="Details">The same for programs.</param>
public sealed record StateReading(string Text, IReadOnlyList<string> Warnings, JsonObject Details);

/// <summary>A label for every state of a set.</summary>
/// <param name="Name">What the label is called, for example the column's name.</param>
/// <param name="Levels">The labels that there are, in order.</param>
/// <param name="Values">For every state an index into <paramref name="Levels"/>.</param>
public sealed record StateLabels(string Name, IReadOnlyList<string> Levels, IReadOnlyList<int> Values);
