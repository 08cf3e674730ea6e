using System.Text.Json.Nodes;
using Joule.States;

namespace Joule.Data;

/// <summary>
/// What turns raw input into states and back, fitted on the training rows. A model keeps it, so that a scorer takes raw input: by name, in order, or with an error that
/// names what does not fit.
/// </summary>
public abstract class DataTransform
{
    /// <summary>How the states are laid out.</summary>
    public abstract StateSpace Space { get; }

    /// <summary>What becomes of the input, to follow a description of the states; empty where there is nothing to say.</summary>
    public virtual string Note => "";

    /// <summary>What became of the columns of the raw input; empty where it has none, as images.</summary>
    public virtual IReadOnlyList<TransformColumn> Columns => [];

    /// <summary>Endings of the files that <see cref="Write"/> writes, for example <c>.png</c>; the first is the usual one.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Opens raw input as states, to score or to start chains from.</summary>
    /// <param name="source">A dataset's name, or a path.</param>
    /// <param name="request">How it is opened.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it does not fit; a column or a size is named.</exception>
    public abstract StateSet Open(string source, DataRequest request);

    /// <summary>Opens raw input with a training and a test part, other than the data of the training.</summary>
    /// <param name="source">A dataset's name, or a path.</param>
    /// <param name="validationShare">The share of the training rows that is set apart.</param>
    /// <param name="request">How it is opened.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it does not fit.</exception>
    public abstract DataSets OpenSets(string source, double validationShare, DataRequest request);

    /// <summary>What was fitted, as a model keeps it; <see cref="DataOptions.Restore"/> reads it.</summary>
    public abstract JsonObject ToJson();

    /// <summary>Refuses a file that <see cref="Write"/> could not write, before anything is computed.</summary>
    /// <param name="path">The file; its ending is one of <see cref="Extensions"/>.</param>
    /// <param name="count">How many states it will hold, at least 1.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public virtual void CheckWrite(string path, int count) { }

    /// <summary>The first of <see cref="Extensions"/> by which a number of states can be written.</summary>
    /// <param name="count">How many, at least 1.</param>
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
                // Another kind of file may hold them.
            }
        }
        return Extensions[^1];
    }

    /// <summary>Writes states in the units of the raw input, at once: all of it, or nothing.</summary>
    /// <param name="path">The file; its ending is one of <see cref="Extensions"/>.</param>
    /// <param name="states">The states, one after another.</param>
    /// <param name="count">How many there are, at least 1.</param>
    /// <returns>What has to be known to read the file again with this model; null where there is nothing to know.</returns>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public abstract string? Write(string path, ReadOnlySpan<float> states, int count);
}
