namespace Joule.Data;

/// <summary>
/// NumPy's NPZ archives: zip archives with a member <c>NAME.npy</c> for each array, as <c>numpy.savez</c> (stored) and
/// <c>numpy.savez_compressed</c> (deflate) write them. Only requested arrays are unpacked, straight into their own memory, to at most twice
/// the archive's size and 63 MiB. An error in an array names <c>FILE:NAME</c> and counts unpacked bytes; an error of the archive counts the
/// bytes of the file.
/// </summary>
public static class NpzFile
{
    /// <summary>The names of the arrays in an archive, in its order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is not a complete zip archive, or it has no arrays.</exception>
    public static IReadOnlyList<string> Names(string path) => InputFile.Read(path, stream => new NpzArchive(stream, path).Names);

    /// <summary>Reads an array of an archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="array">The array's name; null if there is only one.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such file or array, several arrays and no name, or it cannot be read: see <see cref="NpyFile"/>.
    /// </exception>
    public static NpyArray Read(string path, string? array = null) =>
        InputFile.Read(path, stream => new NpzArchive(stream, path).Read(array));

    /// <summary>Reads an array of an archive from a stream that can seek and holds nothing else.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="array">The array's name; null if there is only one.</param>
    /// <exception cref="InvalidInputException">As for <see cref="Read(string, string?)"/>.</exception>
    public static NpyArray Read(Stream stream, string name, string? array = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new NpzArchive(stream, name).Read(array);
    }

    /// <summary>Reads an array as images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="array">The array's name; null if there is only one.</param>
    /// <param name="request">How to read it; null: by type and shape alone.</param>
    /// <exception cref="InvalidInputException">
    /// As for <see cref="Read(string, string?)"/>, or the array holds no images: see <see cref="NpyFile.ReadImages"/>.
    /// </exception>
    public static ImageSet ReadImages(string path, string? array = null, ReadingRequest? request = null) =>
        InputFile.Read(path, stream => new NpzArchive(stream, path).ReadImages(array, request ?? ReadingRequest.Default));

    /// <summary>
    /// Reads the training and test images of an archive whose arrays are named as sets; if it has only training and validation images, test
    /// images are drawn from the training images.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="request">How to read them; null: by type and shape alone.</param>
    /// <param name="split">How images are split; null: by seed 1, without validation images.</param>
    /// <returns>The images, or null if there is no training set with a test or a validation set.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="ReadImages"/>, or the sets differ in size.</exception>
    public static TrainTest? ReadTrainTest(string path, ReadingRequest? request = null, ImageSplit? split = null) =>
        ReadParts(path, request) is { } parts ? (split ?? ImageSplit.Default).Share(parts) : null;

    /// <summary>
    /// Reads the sets of an archive whose arrays are named as sets: <c>x_train</c> and <c>x_test</c>, as in Keras' mnist.npz,
    /// <c>train_images</c>, <c>val_images</c> and <c>test_images</c>, as in MedMNIST's archives, <c>train</c> and <c>test</c>, and so on
    /// (<see cref="NpzRoles"/>). Other arrays, such as labels, are left out and named.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="request">How to read them; null: by type and shape alone.</param>
    /// <returns>The sets, or null if there is no training set with a test or a validation set.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="ReadImages"/>, or the sets differ in size.</exception>
    internal static ImageParts? ReadParts(string path, ReadingRequest? request = null) =>
        InputFile.Read(path, stream => new NpzArchive(stream, path).ReadParts(request ?? ReadingRequest.Default));

    /// <summary>Whether a file starts like a zip archive, even an empty one. False for anything but a regular file with content.</summary>
    internal static bool IsArchive(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return false;
        return InputFile.Read(path, stream =>
        {
            Span<byte> head = stackalloc byte[4];
            return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && Starts(head);
        });
    }

    /// <summary>Whether these first bytes of a file are those of a zip archive, even an empty one.</summary>
    internal static bool Starts(ReadOnlySpan<byte> head) => head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8);

    /// <summary>
    /// Parses <c>FILE:NAME</c> if the whole does not exist but the file does; or else null. Of several colons, the last that follows a file
    /// counts.
    /// </summary>
    internal static (string File, string Array)? Choice(string given)
    {
        if (Path.Exists(given))
            return null;
        for (int colon = given.LastIndexOf(':'); colon > 0; colon = given.LastIndexOf(':', colon - 1))
        {
            if (File.Exists(given[..colon]))
                return (given[..colon], given[(colon + 1)..]);
        }
        return null;
    }
}
