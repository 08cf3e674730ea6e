namespace Joule.Data;

/// <summary>One file of a dataset in IDX form.</summary>
/// <param name="Name">Its standard name, for example <c>train-images-idx3-ubyte</c>.</param>
/// <param name="Length">Its size unpacked, in bytes.</param>
/// <param name="Sha256">The SHA-256 of its unpacked content, 64 lower-case hexadecimal digits.</param>
public sealed record DatasetFile(string Name, long Length, string Sha256);

/// <summary>
/// A public dataset of images with a training and a test part. To add a dataset, add one sealed class with a public constructor: the
/// catalogue finds it.
/// </summary>
public abstract class Dataset
{
    /// <summary>Its name on the command line, for example <c>mnist</c>.</summary>
    public abstract string Name { get; }

    /// <summary>A one-line description.</summary>
    public abstract string Description { get; }

    /// <summary>The four files: training images, training labels, test images, test labels.</summary>
    public abstract IReadOnlyList<DatasetFile> Files { get; }

    /// <summary>The sources of the files, tried in this order after the cache.</summary>
    public abstract IReadOnlyList<IDatasetSource> Sources { get; }
}

/// <summary>Receives one file from a source: unpacks, checks and stores it.</summary>
/// <param name="file">The file.</param>
/// <param name="content">Its content, gzipped or not.</param>
/// <exception cref="SourceException">The content is wrong, or cannot be read to its end.</exception>
/// <exception cref="InvalidInputException">The file cannot be written.</exception>
public delegate void DatasetFileSink(DatasetFile file, Stream content);

/// <summary>A source of a dataset's files.</summary>
public interface IDatasetSource
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Passes those of the wanted files that it has to the sink.</summary>
    /// <param name="wanted">The files still missing.</param>
    /// <param name="sink">Receives each file.</param>
    /// <param name="log">Receives one line for each event.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    /// <exception cref="SourceException">The source failed; files passed before stay.</exception>
    void Bring(IReadOnlyList<DatasetFile> wanted, DatasetFileSink sink, Action<string> log, CancellationToken cancellation);
}

/// <summary>A source does not have the files. The next source is tried; the reason is reported if all fail.</summary>
public sealed class SourceException : JouleException
{
    /// <summary>Creates the error from its reason.</summary>
    public SourceException(string reason) : base(reason) { }

    /// <summary>Creates the error from its reason and cause.</summary>
    public SourceException(string reason, Exception inner) : base(reason, inner) { }
}
