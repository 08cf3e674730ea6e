namespace Joule.Data;

/// <summary>One file of a dataset in IDX form.</summary>
/// <param name="Name">Its standard name, for example <c>train-images-idx3-ubyte</c>.</param>
/// <param name="Length">Its size unpacked, in bytes.</param>
/// <param name="Sha256">The SHA-256 of its unpacked content, 64 lower-case hexadecimal digits.</param>
public sealed record DatasetFile(string Name, long Length, string Sha256);

/// <summary>
/// A public dataset of images with a training and a test part. To add one is to add one sealed class with a public constructor: the
/// catalogue finds it.
/// </summary>
public abstract class Dataset
{
    /// <summary>The name that the command line knows, for example <c>mnist</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public abstract string Description { get; }

    /// <summary>The four files: training images, training labels, test images, test labels.</summary>
    public abstract IReadOnlyList<DatasetFile> Files { get; }

    /// <summary>Where the files may come from, tried in this order after the cache.</summary>
    public abstract IReadOnlyList<IDatasetSource> Sources { get; }
}

/// <summary>Takes one file from a source: unpacks it, checks it and puts it in its place.</summary>
/// <param name="file">Which file it is.</param>
/// <param name="content">Its content, gzipped or not.</param>
/// <exception cref="SourceException">The content is not that of the file, or it cannot be read to its end.</exception>
/// <exception cref="InvalidInputException">The file cannot be written.</exception>
public delegate void DatasetFileSink(DatasetFile file, Stream content);

/// <summary>A place that the files of a dataset may come from.</summary>
public interface IDatasetSource
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>Hands the wanted files to the sink, as many as it has.</summary>
    /// <param name="wanted">The files still missing.</param>
    /// <param name="sink">Where each goes.</param>
    /// <param name="log">Told one line for each thing that happens.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="SourceException">It could not; files handed over before stay.</exception>
    void Bring(IReadOnlyList<DatasetFile> wanted, DatasetFileSink sink, Action<string> log, CancellationToken cancellation);
}

/// <summary>A source has not got what was asked of it. The next source is tried; the reason is kept for the end.</summary>
public sealed class SourceException : JouleException
{
    /// <summary>Creates the error from its reason.</summary>
    public SourceException(string reason) : base(reason) { }

    /// <summary>Creates the error from its reason and cause.</summary>
    public SourceException(string reason, Exception inner) : base(reason, inner) { }
}
