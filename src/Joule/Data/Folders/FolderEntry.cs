namespace Joule.Data;

/// <summary>
/// Keeps the readers of a folder inside it: a link in a folder may only point within the same folder.
/// </summary>
internal static class FolderEntry
{
    /// <summary>Checks a file or folder that was found in a folder.</summary>
    /// <param name="entry">The file or folder.</param>
    /// <param name="root">The folder that the user named, in which links may lead anywhere.</param>
    /// <exception cref="InvalidInputException">It is a link out of that folder, or a broken one.</exception>
    public static void Check(FileSystemInfo entry, string root)
    {
        if (entry.LinkTarget is not { } written)
            return;
        string target, within;
        try
        {
            (target, within) = (RealPath.Of(entry.FullName), RealPath.Of(root));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"{MessageText.Printable(entry.FullName)} is a link that cannot be followed: {error.Message.TrimEnd('.')}. Remove it.",
                error);
        }
        if (!Path.Exists(target))
            throw new InvalidInputException($"{MessageText.Printable(entry.FullName)} is a broken link: it points to "
                + $"{MessageText.Printable(written)}, where there is nothing. Remove it, or correct it.");
        if (target.StartsWith(Path.TrimEndingDirectorySeparator(within) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return;
        throw new InvalidInputException(
            $"{MessageText.Printable(entry.FullName)} is a link to {MessageText.Printable(target)}, out of {MessageText.Printable(root)}. "
            + "Links are followed only within the folder that is named: put the file itself there, or name the place that the link points "
            + "to.");
    }
}
