namespace Joule.Data;

/// <summary>
/// Keeps two processes from fetching the same files at once. It only saves work: the files are safe without it. The operating system
/// releases the lock when its process ends, so a lock is never stale.
/// </summary>
internal sealed class FetchLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly FileStream? _file;

    private FetchLock(FileStream? file) => _file = file;

    /// <summary>
    /// Locks a folder. After three minutes, or if the folder cannot be written, it continues without the lock.
    /// </summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <param name="waiting">Called once if another process holds the lock.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    public static FetchLock Take(string folder, Action waiting, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, ".lock");
        for (TimeSpan waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            try
            {
                return new FetchLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                if (waited == TimeSpan.Zero)
                    waiting();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                break; // the files cannot be written either, and that error is clearer
            }
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
        return new FetchLock(null);
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _file?.Dispose();
}
