namespace Joule.Data;

/// <summary>The target of a path, with every link followed as the operating system does.</summary>
public static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Follows the links of a path. Parts that do not exist are kept as written.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">There are too many links, as in a circle.</exception>
    public static string Of(string path)
    {
        path = Path.GetFullPath(path);
        string start = Path.GetPathRoot(path)!;
        string current = start;
        Stack<string> left = new();
        void Push(string parts)
        {
            foreach (string part in parts.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
                left.Push(part);
        }
        Push(path[start.Length..]);
        for (int links = 0; left.TryPop(out string? part);)
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? start;
                continue;
            }
            string next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"{next} leads through more than {MostLinks} links.");
            if (Path.IsPathRooted(target))
                current = Path.GetPathRoot(target)!;
            Push(target[(Path.GetPathRoot(target)?.Length ?? 0)..]);
        }
        return current;
    }
}
