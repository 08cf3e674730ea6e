using Joule.Data;
using Joule.Runs;

namespace Joule.Cli.Files;

/// <summary>
/// Checks output paths before hours of work: results can be written there, and nothing is lost. A result may replace only an older one
/// of the same kind.
/// </summary>
internal sealed class OutputFile
{
    private readonly string[] _inputs;

    /// <summary>Creates a check against the inputs of a command.</summary>
    /// <param name="inputs">
    /// Files, folders and dataset names. Null and names of neither a file nor a folder are ignored.
    /// </param>
    public OutputFile(params IEnumerable<string?> inputs) => _inputs = [.. inputs.Select(Existing).OfType<string>()];

    /// <summary>Throws if a file cannot be created, or if something would be lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <param name="kind">What will be written.</param>
    /// <param name="own">A file of a run that the command may replace, or null.</param>
    /// <exception cref="InvalidInputException">The file cannot or must not be written.</exception>
    public void Check(string path, string option, OutputKind kind, string? own = null)
    {
        if (Directory.Exists(path))
            throw new InvalidInputException($"{option} {path} is a folder; give a file's name.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(
                $"{option} {path} cannot be written: its folder does not exist. Create {folder} first, or write to another folder.");
        }
        if (FileIdentity.IsSpecial(path) || FileIdentity.IsWithin(path, "/dev") || FileIdentity.IsWithin(path, "/proc"))
        {
            throw new InvalidInputException(
                $"{option} {path} is a device or a pipe, which a file would replace. Give a file's name.");
        }
        CheckInputs(path, option, kind);
        string real = Path.Combine(FileIdentity.Real(folder), Path.GetFileName(path));
        bool isOwn = own is not null
            && real == Path.Combine(FileIdentity.Real(Path.GetDirectoryName(Path.GetFullPath(own)) ?? own), Path.GetFileName(own));
        if (!isOwn && RunFiles.Owner(real) is { } run)
            throw new InvalidInputException($"{option} {path} is a file of the run {run}. Give another name.");
        CheckCache(path, option);
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return;
        OutputKind? there = OutputKind.Of(path);
        if (there == kind)
            return;
        string what = there is null
            ? $"does not hold {kind.Words}; its contents would be lost"
            : $"holds {there.Words}, which {kind.Words} would replace";
        throw new InvalidInputException($"{option} {path} {what}. Nothing was changed. Give another name, or remove that file first.");
    }

    /// <summary>Throws if pictures must not be written into a folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <exception cref="InvalidInputException">
    /// The folder holds pictures, belongs to a run or the cache, or is part of the input.
    /// </exception>
    public void CheckFolder(string folder, string option)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder).FirstOrDefault(IsPicture) is { } picture)
        {
            throw new InvalidInputException(
                $"{option} {folder} already holds pictures ({Path.GetFileName(picture)}); give a new folder, or remove them first.");
        }
        string inside = Path.Combine(folder, "x");
        if (_inputs.FirstOrDefault(input => HoldsImages(input) && FileIdentity.IsWithin(inside, input)) is { } images)
        {
            throw new InvalidInputException($"{option} {folder} lies in the image folder {images}: the pictures would become part of its "
                + "images. Give a folder outside it.");
        }
        string real = FileIdentity.Real(folder);
        if (RunFiles.IsRun(real) || RunFiles.OwnerOfFolder(real) is not null)
            throw new InvalidInputException($"{option} {folder} is a folder in which a run keeps its files. Give another folder.");
        CheckCache(inside, option);
    }

    /// <summary>The extension of a file in lower case, for example <c>.png</c>.</summary>
    /// <exception cref="InvalidInputException">The extension is not a possible one.</exception>
    public static string Extension(string path, string option, params ReadOnlySpan<string> possible)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (possible.Contains(extension))
            return extension;
        string given = extension.Length == 0 ? "a file without extension" : $"*{extension}";
        throw new InvalidInputException(
            $"{option} cannot write {given} ({path}); it writes {string.Join(" and ", possible.ToArray().Select(e => "*" + e))}.");
    }

    /// <summary>Throws if a path lies in a folder of the dataset cache.</summary>
    public static void CheckCache(string path, string option)
    {
        DataCache cache = DataCache.Default;
        if (DatasetCatalogue.All.Select(cache.FolderOf)
            .FirstOrDefault(folder => Directory.Exists(folder) && FileIdentity.IsWithin(path, folder)) is { } kept)
            throw new InvalidInputException($"{option} {path} lies in {kept}, where Joule keeps a dataset. Write to another folder.");
    }

    private void CheckInputs(string path, string option, OutputKind kind)
    {
        foreach (string input in _inputs)
        {
            if (FileIdentity.AreSame(path, input))
            {
                throw new InvalidInputException(
                    $"{option} {path} would replace an input: {input}. Nothing was changed. Give another name.");
            }
            if (kind == OutputKind.Picture && HoldsImages(input) && FileIdentity.IsWithin(path, input))
            {
                throw new InvalidInputException($"{option} {path} lies in the image folder {input}: the picture would become one of its "
                    + "images. Give a path outside it.");
            }
        }
    }

    // Pictures in a folder of IDX files are not read.
    private static bool HoldsImages(string input) => Directory.Exists(input) && !LocalIdxFolder.Matches(input);

    private static bool IsPicture(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".png" or ".apng" or ".jpg" or ".jpeg" or ".bmp";

    // An array in an archive is named FILE:NAME.
    private static string? Existing(string? input)
    {
        if (input is null || Path.Exists(input))
            return input;
        int colon = input.LastIndexOf(':');
        return colon > 0 && File.Exists(input[..colon]) ? input[..colon] : null;
    }
}
