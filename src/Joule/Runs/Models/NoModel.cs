using Joule.Data;

namespace Joule.Runs;

/// <summary>Says what files and folders are that are given in the place of a model or a run.</summary>
internal static class NoModel
{
    private const string Expected = "A model of Joule's is expected: the folder of a run, or its model.safetensors, as 'joule train' writes it";

    /// <summary>Refuses what is no safetensors file and can be recognised, by what it is. The stream stays where it was.</summary>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is another kind of file.</exception>
    public static void Check(Stream stream, string file)
    {
        if (!stream.CanSeek) return;
        FileKind? known = FileKind.Of(stream, out bool isSafeTensors);
        if (isSafeTensors || (known is null && MayBeCut(stream))) return;
        if (known is not { } kind) throw InvalidInputException.At(file, 0, $"this is no safetensors file, and so no model. {Expected}.");
        throw InvalidInputException.At(file, 0, $"this is {kind.Name}, no model. {Expected}.{(kind.IsPointer ? $" {kind.AsImages}." : "")}");
    }

    // A safetensors file that was cut short, or whose length is damaged, has JSON where JSON belongs: what is wrong with it is said later.
    private static bool MayBeCut(Stream stream)
    {
        (long position, byte[] head) = (stream.Position, new byte[9]);
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = position;
        return count < head.Length || head[8] == '{';
    }

    /// <summary>What a file is, in words.</summary>
    /// <param name="path">The file.</param>
    public static string Kind(string path) => InputFile.Read(path, stream =>
        FileKind.Of(stream, out bool isSafeTensors) is { } kind && !isSafeTensors ? kind.Name
            : isSafeTensors ? "a safetensors file, a model or a checkpoint" : "of a kind that is not known");

    /// <summary>What a folder is that holds no model.</summary>
    /// <param name="path">The folder.</param>
    public static string Describe(string path)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(path).Take(1000).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be listed";
        }
        if (names.Length == 0) return "it is empty";
        if (names.Contains("config.json") && names.Contains(RunTerms.FileName)) return "it is a run whose first model is not written yet";
        string[] ofRun = [.. new[] { "config.json", RunTerms.FileName, "metrics.csv", "summary.json", "events.jsonl", "checkpoints" }.Where(names.Contains)];
        if (ofRun.Length >= 2 || ofRun.Contains(RunTerms.FileName)) return $"it is a part of a run: it holds {string.Join(", ", ofRun)}, and its {Model.FileName} is missing{(ofRun.Contains("checkpoints") ? "; a file of its folder checkpoints is a model too" : "")}";
        int pictures = names.Count(name => name.EndsWith(".png", StringComparison.OrdinalIgnoreCase));
        if (pictures > 0) return $"it holds pictures ({pictures} *.png), which are images to score and no model";
        return names.FirstOrDefault(name => Path.GetExtension(name) is ".safetensors" or ".ckpt") is { } model
            ? $"it holds {MessageText.Of(model)}: name that file"
            : $"it is no run: it holds {string.Join(", ", names.Take(3).Select(MessageText.Of))}{(names.Length > 3 ? ", …" : "")}";
    }
}
