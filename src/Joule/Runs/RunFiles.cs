namespace Joule.Runs;

/// <summary>The files that a run keeps in its folder, so that no other output overwrites them.</summary>
public static class RunFiles
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        RunFolder.ConfigName, RunTerms.FileName, RunFolder.MetricsName, RunFolder.SummaryName, RunFolder.PlotName, RunFolder.BufferName,
        RunFolder.LandscapeName, RunFolder.FilmName, RunFolder.CalibrationName,
        Model.FileName, WarmStart.FileName, RunEvents.FileName, RunLock.FileName, RunLock.NoteName,
    };

    /// <summary>Whether a folder holds a run.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    public static bool IsRun(string folder) =>
        File.Exists(Path.Combine(folder, RunFolder.ConfigName)) && File.Exists(Path.Combine(folder, RunTerms.FileName));

    /// <summary>The run whose file a path names, whether or not the file exists.</summary>
    /// <param name="path">The file. Links in its path are not followed.</param>
    /// <returns>The run's folder, or null.</returns>
    public static string? Owner(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder)
            return null;
        if (Names.Contains(Path.GetFileName(full)) && IsRun(folder))
            return folder;
        return OwnerOfFolder(folder);
    }

    /// <summary>The run whose samples or checkpoints a folder holds, or null.</summary>
    /// <param name="folder">The folder. Links in its path are not followed.</param>
    public static string? OwnerOfFolder(string folder)
    {
        string? inner = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (; Path.GetDirectoryName(inner) is { } outer; inner = outer)
        {
            if (RunFolder.Folders.Contains(Path.GetFileName(inner), StringComparer.OrdinalIgnoreCase) && IsRun(outer))
                return outer;
        }
        return null;
    }
}
