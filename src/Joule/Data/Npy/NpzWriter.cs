using System.IO.Compression;

namespace Joule.Data;

/// <summary>Writes NPZ archives: NPY arrays in a zip file, as <c>numpy.savez</c> does.</summary>
public static class NpzWriter
{
    // The first date that a zip file can hold, so that equal arrays make equal files.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes float32 arrays in C order, uncompressed, atomically.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="arrays">Name, shape and values of each array; names are distinct.</param>
    /// <exception cref="InvalidInputException">
    /// A shape does not fit its values, a name is repeated, or the file cannot be written.
    /// </exception>
    public static void Write(string path, IReadOnlyList<(string Name, int[] Shape, float[] Values)> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        HashSet<string> names = new(StringComparer.Ordinal);
        byte[][] headers = new byte[arrays.Count][];
        for (int i = 0; i < arrays.Count; i++)
        {
            if (!names.Add(arrays[i].Name))
            {
                throw new InvalidInputException(
                    $"Two arrays of {MessageText.Of(path)} are called \"{MessageText.Of(arrays[i].Name)}\". Rename one.");
            }
            headers[i] = NpyFile.HeaderFor("<f4", arrays[i].Shape, arrays[i].Values.Length);
        }
        AtomicFile.Write(path, stream =>
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            for (int i = 0; i < arrays.Count; i++)
            {
                ZipArchiveEntry entry = archive.CreateEntry($"{arrays[i].Name}.npy", CompressionLevel.NoCompression);
                entry.LastWriteTime = Epoch;
                using Stream content = entry.Open();
                content.Write(headers[i]);
                FloatBytes.Write(content, arrays[i].Values);
            }
        });
    }
}
