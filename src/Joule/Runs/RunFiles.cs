namespace Joule.Runs;

/// <summary>Knows the files that a run keeps in its folder, so that nothing else is written over them.</summary>
public static class RunFiles
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        RunFolder.ConfigName, RunTerms.FileName, RunFolder.MetricsName, RunFolder.SummaryName, RunFolder.PlotName, RunFolder.BufferName, Model.FileName, RunEvents.FileName,
        RunLock.FileName, RunLock.NoteName,
    };

    /// <summary>Whether a folder is a run's.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunFolder.ConfigName)) && File.Exists(Path.Combine(folder, RunTerms.FileName));

    /// <summary>The run that keeps a file, or would: whether there is one of that name does not matter. Null where it is nobody's.</summary>
    /// <param name="path">The file. Links in its path are not followed.</param>
    /// <returns>The run's folder.</returns>
    public static string? Owner(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder)
            return null;
        if (Names.Contains(Path.GetFileName(full)) && IsRun(folder))
            return folder;
        return OwnerOfFolder(folder);
    }

    /// <summary>The run that keeps a folder for its samples or checkpoints, or null.</summary>
    /// <param name="folder">The folder. Links in its path are not followed.</param>
    public static string? OwnerOfFolder(string folder)
    {
        for (string? inner = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)); Path.GetDirectoryName(inner) is { } outer; inner = outer)
        {
            if (RunFolder.Folders.Contains(Path.GetFileName(inner), StringComparer.OrdinalIgnoreCase) && IsRun(outer))
                return outer;
        }
        return null;
    }
}
