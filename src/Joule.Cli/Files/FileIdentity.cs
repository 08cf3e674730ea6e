using System.Runtime.InteropServices;
using Joule.Data;

namespace Joule.Cli.Files;

/// <summary>
/// Tells whether two paths are the same file, despite hard and symbolic links, different spellings and case-insensitive file systems.
/// </summary>
internal static partial class FileIdentity
{
    private const int FromHere = -100; // AT_FDCWD
    private const uint TypeAndNumber = 0x101; // STATX_TYPE, STATX_INO
    private const int TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000;

    /// <summary>Whether two paths are the same existing file or folder.</summary>
    public static bool AreSame(string a, string b)
    {
        if (Number(a) is { } first && Number(b) is { } second)
            return first == second;
        return Path.Exists(a) && Path.Exists(b)
            && string.Equals(Real(a), Real(b), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a file or folder, which need not exist, lies in a folder or one of its subfolders.</summary>
    public static bool IsWithin(string path, string folder)
    {
        for (string? outer = Path.GetDirectoryName(Real(path)); outer is not null; outer = Path.GetDirectoryName(outer))
            if (AreSame(outer, folder))
                return true;
        return false;
    }

    /// <summary>Whether a path exists and is neither a file nor a folder: a device, a pipe or a socket.</summary>
    public static bool IsSpecial(string path) => Look(path) is { } found && (found.Mode & TypeMask) is not (Regular or Folder);

    /// <summary>The full path with links resolved. Parts that do not exist stay as written.</summary>
    public static string Real(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            return RealPath.Of(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A circular or unreadable link stays as written.
            return Path.GetDirectoryName(full) is { } folder ? Path.Combine(Real(folder), Path.GetFileName(full)) : full;
        }
    }

    private static (ulong Device, ulong Number)? Number(string path) =>
        Look(path) is { } found ? (((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Number) : null;

    private static Found? Look(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return Statx(FromHere, Path.GetFullPath(path), 0, TypeAndNumber, out Found found) == 0 ? found : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library from before 2018
        }
    }

    // Linux's struct statx, which is the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Found
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Number;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Found found);
}
