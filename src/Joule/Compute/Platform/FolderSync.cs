using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>Makes a rename durable: the folder itself must be flushed to the disk, for which .NET has no call.</summary>
internal static partial class FolderSync
{
    private const int InputOutputError = 5, NoSpace = 28;

    /// <summary>
    /// Flushes a folder to the disk. Does nothing on Windows, where a rename does not need it, and on file systems that cannot do it.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(folder, 0);
        if (descriptor < 0)
            return; // a folder that can be written but not read
        try
        {
            if (Synchronize(descriptor) != 0 && Marshal.GetLastPInvokeError() is InputOutputError or NoSpace)
            {
                throw new IOException(
                    $"the folder {folder} could not be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}",
                    Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
