using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Joule.States;

/// <summary>
/// A set of states, for training, validation, scoring and evaluation. Images, tables and arrays become one by the transforms of a model.
/// Any number of threads may read it at once.
/// </summary>
public abstract class StateSet
{
    /// <summary>Its name in messages, for example <c>mnist:test</c> or a file's path.</summary>
    public abstract string Name { get; }

    /// <summary>The layout of its states.</summary>
    public abstract StateSpace Space { get; }

    /// <summary>Number of states.</summary>
    public abstract int Count { get; }

    /// <summary>The name of a state in messages.</summary>
    public virtual string Noun => "row";

    /// <summary>The class or label of every state, or null. Labels are not part of states.</summary>
    public virtual StateLabels? Labels => null;

    /// <summary>Names of a state's numbers; null if they have none, as pixels.</summary>
    public virtual IReadOnlyList<string>? ColumnNames => null;

    /// <summary>
    /// The source column of a number of a state: all numbers of a categorical column share it.
    /// </summary>
    public virtual int Column(int number) => number;

    /// <summary>Whether every number is always finite, so that no check is needed.</summary>
    public virtual bool IsAlwaysFinite => false;

    /// <summary>Writes one state.</summary>
    /// <param name="index">The state, from 0.</param>
    /// <param name="state">Receives <see cref="StateSpace.Width"/> numbers.</param>
    public abstract void Read(int index, Span<float> state);

    /// <summary>
    /// Writes one state, and marks the numbers of missing values, which may then be drawn: those numbers count as values, and numbers that
    /// say whether a value is missing say that none is.
    /// </summary>
    /// <param name="index">The state, from 0.</param>
    /// <param name="state">Receives <see cref="StateSpace.Width"/> numbers.</param>
    /// <param name="isMissing">Receives as many marks.</param>
    public virtual void ReadKnown(int index, Span<float> state, Span<bool> isMissing)
    {
        Read(index, state);
        isMissing.Clear();
    }

    /// <summary>The columns of the raw input as numbers of a state; by default a column for every number.</summary>
    public virtual IReadOnlyList<StateColumn> StateColumns => StateColumn.Single(Space);

    /// <summary>Whether a state has a missing value (<see cref="ReadKnown"/>).</summary>
    /// <param name="index">The state, from 0.</param>
    public virtual bool HasMissing(int index) => false;

    /// <summary>The name of a state in tables of results; by default its index.</summary>
    public virtual string RowName(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether states have names (<see cref="RowName"/>), as pictures in files do.</summary>
    public virtual bool HasRowNames => false;

    /// <summary>How the states were read; may be null.</summary>
    public virtual StateReading? Reading => null;

    /// <summary>Adds number, shape and values of the states to a hash; names and labels do not count.</summary>
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

    /// <summary>The position of a number in a state, in words, for errors.</summary>
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
/// <param name="Warnings">Warnings about what may be unintended.</param>
/// <param name="Details">The same for programs.</param>
public sealed record StateReading(string Text, IReadOnlyList<string> Warnings, JsonObject Details);

/// <summary>A label for every state of a set.</summary>
/// <param name="Name">The name of the label, for example of its column.</param>
/// <param name="Levels">All labels, in order.</param>
/// <param name="Values">One index into <paramref name="Levels"/> per state.</param>
public sealed record StateLabels(string Name, IReadOnlyList<string> Levels, IReadOnlyList<int> Values);
