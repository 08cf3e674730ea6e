using Joule.Data;

namespace Joule.Runs;

/// <summary>Tells a model file from other files.</summary>
internal static class ModelFile
{
    private const string Expected = "A model of Joule's is expected: the folder of a run, or its model.safetensors, as 'joule train' writes it";

    /// <summary>Refuses what is no safetensors file and can be recognised, by what it is. The stream stays where it was.</summary>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is another kind of file.</exception>
    public static void Check(Stream stream, string file)
    {
        if (!stream.CanSeek) return;
        byte[] head = new byte[FileKind.HeadLength];
        long start = stream.Position;
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = start;
        if (FileKind.IsSafeTensors(head.AsSpan(0, count), stream.Length - start) || FileKind.Of(head.AsSpan(0, count)) is not { } kind) return;
        string advice = kind.Name.Contains("Git LFS", StringComparison.Ordinal) ? " Fetch the file that it stands for: git lfs pull." : "";
        throw InvalidInputException.At(file, 0, $"this is {kind.Name}, no model. {Expected}.{advice}");
    }

    /// <summary>What a folder is that holds no model, for the error.</summary>
    /// <param name="path">The folder.</param>
    public static string Describe(string path)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(path).Take(1000).Select(entry => Path.GetFileName(entry))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be listed";
        }
        if (names.Length == 0) return "it is empty";
        if (names.Contains("config.json") && names.Contains(RunTerms.FileName)) return "it is a run whose first model is not written yet";
        int pictures = names.Count(name => name.EndsWith(".png", StringComparison.OrdinalIgnoreCase));
        if (pictures > 0) return $"it holds pictures ({pictures} *.png), which are an INPUT and no MODEL";
        string? model = names.Order(StringComparer.Ordinal).FirstOrDefault(name => Path.GetExtension(name) is ".safetensors" or ".ckpt");
        return model is null ? $"it is no run: it holds {string.Join(", ", names.Order(StringComparer.Ordinal).Take(3).Select(MessageText.Of))}{(names.Length > 3 ? ", …" : "")}" : $"it holds {MessageText.Of(model)}: name that file";
    }
}
