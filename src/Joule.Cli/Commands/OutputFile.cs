namespace Joule.Cli.Commands;

/// <summary>Checks where results shall go before hours are spent on making them.</summary>
internal static class OutputFile
{
    /// <summary>Raises an error where a file cannot be created: its folder is missing, or a folder has its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <exception cref="InvalidInputException">The file cannot be created.</exception>
    public static void Check(string path, string option)
    {
        if (path.Length == 0) throw new InvalidInputException($"{option} is empty; give a file's name.");
        if (Directory.Exists(path)) throw new InvalidInputException($"{option} {path} is a folder; give a file's name.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"{option} {path} cannot be written: its folder does not exist. Create {folder} first, or write to another folder.");
    }

    /// <summary>The extension of a file in lower case, for example <c>.png</c>.</summary>
    /// <exception cref="InvalidInputException">It is none of those that are possible.</exception>
    public static string Extension(string path, string option, params ReadOnlySpan<string> possible)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (possible.Contains(extension)) return extension;
        string given = extension.Length == 0 ? "a file without extension" : $"*{extension}";
        throw new InvalidInputException($"{option} cannot write {given} ({path}); it writes {string.Join(" and ", possible.ToArray().Select(e => "*" + e))}.");
    }
}
