using System.Globalization;
using System.Text.Json.Nodes;
using Joule.States;

namespace Joule.Data;

/// <summary>
/// Converts raw input to states and back, fitted on the training rows. A model keeps it, so that a scorer takes raw input: by name, in
/// order, or with an error that names what does not fit.
/// </summary>
public abstract class DataTransform
{
    /// <summary>The layout of the states.</summary>
    public abstract StateSpace Space { get; }

    /// <summary>What happens to the input, in words that follow a description of the states; may be empty.</summary>
    public virtual string Note => "";

    /// <summary>What happens to the columns of the raw input; empty for images.</summary>
    public virtual IReadOnlyList<TransformColumn> Columns => [];

    /// <summary>
    /// The distributions that the columns of a row had in the training rows, in the order of <see cref="IRowTransform.RowColumns"/>; empty
    /// if the model keeps none, as models of images and of earlier versions.
    /// </summary>
    public virtual IReadOnlyList<ColumnProfile> Profiles => [];

    /// <summary>The columns of the raw input as numbers of a state; by default a column for every number.</summary>
    public virtual IReadOnlyList<StateColumn> StateColumns => StateColumn.Single(Space);

    /// <summary>The value of a column in a state, in the units of the raw input, as text.</summary>
    /// <param name="column">One of <see cref="StateColumns"/>.</param>
    /// <param name="state">The state.</param>
    public virtual string ValueOf(StateColumn column, ReadOnlySpan<float> state) =>
        state[column.First].ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Extensions of the files that <see cref="Write"/> writes, for example <c>.png</c>; the first is the default.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Opens raw input as states, to score or to start chains from.</summary>
    /// <param name="source">A dataset's name, or a path.</param>
    /// <param name="request">How to open it.</param>
    /// <exception cref="InvalidInputException">
    /// There is nothing of that name, or it does not fit; the message names a column or a size.
    /// </exception>
    public abstract StateSet Open(string source, DataRequest request);

    /// <summary>Opens raw input as <see cref="Open"/> does, or a single picture.</summary>
    /// <inheritdoc cref="Open"/>
    public virtual StateSet OpenOne(string source, DataRequest request) => Open(source, request);

    /// <summary>Opens raw input with a training and a test part, other than the training data.</summary>
    /// <param name="source">A dataset's name, or a path.</param>
    /// <param name="validationShare">The share of the training rows that is set apart.</param>
    /// <param name="request">How to open it.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it does not fit.</exception>
    public abstract DataSets OpenSets(string source, double validationShare, DataRequest request);

    /// <summary>The fitted transform, as a model keeps it; <see cref="DataOptions.Restore"/> reads it.</summary>
    public abstract JsonObject ToJson();

    /// <summary>Refuses a file that <see cref="Write"/> could not write, before anything is computed.</summary>
    /// <param name="path">The file; its ending is one of <see cref="Extensions"/>.</param>
    /// <param name="count">Number of states, at least 1.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public virtual void CheckWrite(string path, int count) { }

    /// <summary>The first of <see cref="Extensions"/> that can hold a number of states.</summary>
    /// <param name="count">Number of states, at least 1.</param>
    public string ExtensionFor(int count)
    {
        foreach (string extension in Extensions)
        {
            try
            {
                CheckWrite(extension, count);
                return extension;
            }
            catch (InvalidInputException)
            {
                // Another kind of file may be able to hold them.
            }
        }
        return Extensions[^1];
    }

    /// <summary>Writes states in the units of the raw input, atomically.</summary>
    /// <param name="path">The file; its ending is one of <see cref="Extensions"/>.</param>
    /// <param name="states">The states, concatenated.</param>
    /// <param name="count">Number of states, at least 1.</param>
    /// <returns>A note on how to read the file again with this model; may be null.</returns>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public abstract string? Write(string path, ReadOnlySpan<float> states, int count);
}
