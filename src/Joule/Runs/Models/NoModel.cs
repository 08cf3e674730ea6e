using Joule.Data;

namespace Joule.Runs;

/// <summary>Describes files and folders that were given in place of a model or a run.</summary>
internal static class NoModel
{
    private const string Expected =
        "Expected a Joule model: the folder of a run, or its model.safetensors, as 'joule train' writes it";

    /// <summary>Refuses a recognised file that is not a safetensors file, and names its kind. The stream's position is kept.</summary>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="file">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The file is of another kind.</exception>
    public static void Check(Stream stream, string file)
    {
        if (!stream.CanSeek)
            return;
        FileKind? known = FileKind.Of(stream, out bool isSafeTensors);
        if (isSafeTensors || (known is null && MayBeCut(stream)))
            return;
        if (known is not { } kind)
            throw InvalidInputException.At(file, 0, $"this is not a safetensors file, and so not a model. {Expected}.");
        throw InvalidInputException.At(file, 0,
            $"this is {kind.Name}, not a model. {Expected}.{(kind.IsPointer ? $" {kind.AsImages}." : "")}");
    }

    // A truncated safetensors file, or one with a damaged length, still has JSON in its place; the reader reports what is wrong.
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
                    : isSafeTensors ? "a safetensors file, a model or a checkpoint" : "of an unknown kind");

    /// <summary>What a folder without a model holds, in words.</summary>
    /// <param name="path">The folder.</param>
    public static string Describe(string path)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(path).Take(1000).Select(entry => Path.GetFileName(entry))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be listed";
        }
        if (names.Length == 0)
            return "it is empty";
        if (names.Contains("config.json") && names.Contains(RunTerms.FileName))
            return "it is a run whose first model is not written yet";
        string[] files = ["config.json", RunTerms.FileName, "metrics.csv", "summary.json", "events.jsonl", "checkpoints"];
        string[] ofRun = [.. files.Where(names.Contains)];
        if (ofRun.Length >= 2 || ofRun.Contains(RunTerms.FileName))
        {
            string checkpoints = ofRun.Contains("checkpoints") ? "; a file of its folder checkpoints is a model too" : "";
            return $"it is a part of a run: it holds {string.Join(", ", ofRun)}, and its {Model.FileName} is missing{checkpoints}";
        }
        int pictures = names.Count(name => name.EndsWith(".png", StringComparison.OrdinalIgnoreCase));
        if (pictures > 0)
            return $"it holds pictures ({pictures} *.png): images to score, not a model";
        return names.FirstOrDefault(name => Path.GetExtension(name) is ".safetensors" or ".ckpt") is { } model
            ? $"it holds {MessageText.Of(model)}: name that file"
                : $"it is not a run: it holds {string.Join(", ", names.Take(3).Select(MessageText.Of))}{(names.Length > 3 ? ", …" : "")}";
    }
}
