namespace Joule.Data;

/// <summary>Keeps the readers of folders inside of them: a link in a folder may point to what lies in the same folder, and nowhere
/// else.</summary>
internal static class FolderEntry
{
    /// <summary>Checks a file or folder that was found in a folder.</summary>
    /// <param name="entry">What was found.</param>
    /// <exception cref="InvalidInputException">It is a link out of its folder, or one that leads nowhere.</exception>
    public static void Check(FileSystemInfo entry)
    {
        if (entry.LinkTarget is null) return;
        FileSystemInfo? target;
        try
        {
            target = entry.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{MessageText.Printable(entry.FullName)} is a link that cannot be followed: {error.Message.TrimEnd('.')}. Remove it.", error);
        }
        if (target is null || Path.GetDirectoryName(target.FullName) == Path.GetDirectoryName(entry.FullName)) return;
        throw new InvalidInputException(
            $"{MessageText.Printable(entry.FullName)} is a link to {MessageText.Printable(target.FullName)}, out of its folder. Links are followed only within a folder: "
            + "put the file itself there, or name the place that the link points to.");
    }
}
