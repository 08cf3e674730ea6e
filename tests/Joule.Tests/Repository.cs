using System.Runtime.CompilerServices;

namespace Joule.Tests;

/// <summary>The repository of these tests.</summary>
internal static class Repository
{
    /// <summary>The root folder: above the test program, or else above this file.</summary>
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string here = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(here)! })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Joule.slnx")))
                    return folder.FullName;
            }
        }

        throw new InvalidOperationException($"Joule.slnx is neither above {AppContext.BaseDirectory} nor above {here}.");
    }
}
