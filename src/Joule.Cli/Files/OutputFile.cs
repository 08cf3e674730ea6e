using Joule.Data;
using Joule.Runs;

namespace Joule.Cli.Files;

/// <summary>
/// Checks where results shall go before hours are spent on making them: that they can be written there, and that nothing is lost by it. A
/// result is written over an older one of its kind, and over nothing else.
/// </summary>
internal sealed class OutputFile
{
    private readonly string[] _inputs;

    /// <summary>Takes what the command reads.</summary>
    /// <param name="inputs">
    /// Files, folders and names of datasets; a name that is neither of the first two, or is null, is passed over.
    /// </param>
    public OutputFile(params IEnumerable<string?> inputs) => _inputs = [.. inputs.Select(Existing).OfType<string>()];

    /// <summary>Raises an error where a file cannot be created, or where something would be lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <param name="kind">What will be written.</param>
    /// <param name="own">A file of the run that the command itself makes, or null: that one may be written.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, or must not be.</exception>
    public void Check(string path, string option, OutputKind kind, string? own = null)
    {
        if (Directory.Exists(path))
            throw new InvalidInputException($"{option} {path} is a folder; give a file's name.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
            throw new InvalidInputException(
                $"{option} {path} cannot be written: its folder does not exist. Create {folder} first, or write to another folder.");
        if (FileIdentity.IsSpecial(path) || FileIdentity.IsWithin(path, "/dev") || FileIdentity.IsWithin(path, "/proc"))
            throw new InvalidInputException(
                $"{option} {path} is a device or a pipe, which would be replaced by a file. Give a file's name.");
        CheckInputs(path, option, kind);
        string real = Path.Combine(FileIdentity.Real(folder), Path.GetFileName(path));
        bool isOwn = own is not null
            && real == Path.Combine(FileIdentity.Real(Path.GetDirectoryName(Path.GetFullPath(own)) ?? own), Path.GetFileName(own));
        if (!isOwn && RunFiles.Owner(real) is { } run)
            throw new InvalidInputException($"{option} {path} is the name of a file that the run {run} keeps. Give another name.");
        CheckCache(path, option);
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return;
        OutputKind? there = OutputKind.Of(path);
        if (there == kind)
            return;
        string what = there is null
            ? $"holds something else than {kind.Words} and would be lost"
            : $"holds {there.Words}; it would be lost under {kind.Words}";
        throw new InvalidInputException($"{option} {path} {what}. Nothing was touched. Give another name, or remove that file first.");
    }

    /// <summary>Raises an error where new pictures must not go into a folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <exception cref="InvalidInputException">
    /// It holds pictures, belongs to a run or to the cache, or is or will be a part of what is read.
    /// </exception>
    public void CheckFolder(string folder, string option)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder).FirstOrDefault(IsPicture) is { } picture)
            throw new InvalidInputException(
                $"{option} {folder} holds pictures already ({Path.GetFileName(picture)}); give a new folder, or remove them first.");
        string inside = Path.Combine(folder, "x");
        if (_inputs.FirstOrDefault(input => HoldsImages(input) && FileIdentity.IsWithin(inside, input)) is { } images)
            throw new InvalidInputException($"{option} {folder} lies in {images}, a folder of images: the pictures would be taken for some "
                + "of them. Give a folder outside.");
        string real = FileIdentity.Real(folder);
        if (RunFiles.IsRun(real) || RunFiles.OwnerOfFolder(real) is not null)
            throw new InvalidInputException($"{option} {folder} is a folder that a run keeps its files in. Give a folder of its own.");
        CheckCache(inside, option);
    }

    /// <summary>The extension of a file in lower case, for example <c>.png</c>.</summary>
    /// <exception cref="InvalidInputException">It is none of those that are possible.</exception>
    public static string Extension(string path, string option, params ReadOnlySpan<string> possible)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (possible.Contains(extension))
            return extension;
        string given = extension.Length == 0 ? "a file without extension" : $"*{extension}";
        throw new InvalidInputException(
            $"{option} cannot write {given} ({path}); it writes {string.Join(" and ", possible.ToArray().Select(e => "*" + e))}.");
    }

    /// <summary>Raises an error where a path lies in a folder of the cache of datasets.</summary>
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
                throw new InvalidInputException(
                    $"{option} {path} would be written over what is read: {input}. Nothing was touched. Give another name.");
            if (kind == OutputKind.Picture && HoldsImages(input) && FileIdentity.IsWithin(path, input))
                throw new InvalidInputException($"{option} {path} lies in {input}, a folder of images: the picture would be taken for one "
                    + "of them. Give a name outside.");
        }
    }

    // In a folder of IDX files, pictures are not read.
    private static bool HoldsImages(string input) => Directory.Exists(input) && !LocalIdxFolder.Matches(input);

    private static bool IsPicture(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".png" or ".apng" or ".jpg" or ".jpeg" or ".bmp";

    // An array of an archive is called FILE:NAME.
    private static string? Existing(string? input)
    {
        if (input is null || Path.Exists(input))
            return input;
        int colon = input.LastIndexOf(':');
        return colon > 0 && File.Exists(input[..colon]) ? input[..colon] : null;
    }
}
