using System.IO.Hashing;
using System.Text;
using Joule.Data;
using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>
/// Keeps the blocks that were found by timing, beside the compiled kernels: by kernel, about how many chains it runs, card, driver and
/// version of Joule. A file that cannot be used is ignored, with one line that says so.
/// </summary>
/// <param name="folder">The folder; created with the first file.</param>
/// <param name="card">The card: its name and compute capability.</param>
/// <param name="driver">The version of the driver.</param>
/// <param name="say">Receives what a user should know; null: nobody.</param>
internal sealed class TuningFiles(string folder, string card, string driver, Action<string>? say = null)
{
    private const string Extension = ".tuning";
    private const long MostBytes = 1 << 20;

    private static readonly string Version = typeof(TuningFiles).Assembly.GetName().Version?.ToString(3) ?? "";

    private readonly HashSet<string> _said = []; // files that a line was said about
    private bool? _isEmpty;

    /// <summary>Whether there was no file when it was first asked, and none was kept since, so that none need be looked for.</summary>
    public bool IsEmpty => _isEmpty ??= HasNone();

    /// <summary>What was found for a kernel; null if nothing was, or its file cannot be used.</summary>
    /// <param name="kernel">The kernel and about how many chains it runs.</param>
    /// <param name="mayHave">Whether the kernel may have a block; null: any.</param>
    public TunedCut? Find(string kernel, Func<BlockCut, bool>? mayHave = null)
    {
        string key = KeyOf(kernel), path = PathOf(kernel);
        if (!File.Exists(path))
            return null;
        if (KernelFile.Read(path, key) is { } bytes && TunedCut.Read(bytes) is { } found
            && mayHave?.Invoke(found.Cut) != false)
        {
            CacheFolder.Touch(path);
            return found;
        }
        if (_said.Add(path))
            say?.Invoke($"The block in {path} is not used: the file is damaged, or of another kernel. "
                + "Delete it, or let --tune replace it.");
        return null;
    }

    /// <summary>Keeps what was found for a kernel.</summary>
    /// <param name="kernel">As for <see cref="Find"/>.</param>
    /// <param name="found">The block.</param>
    public void Keep(string kernel, TunedCut found)
    {
        string path = PathOf(kernel);
        try
        {
            DataCache.CreateFolder(folder);
            KernelFile.Write(path, KeyOf(kernel), found.ToBytes());
            _isEmpty = false;
            CacheFolder.MakeRoom(folder, Extension, MostBytes, path);
        }
        catch (InvalidInputException e)
        {
            say?.Invoke($"{e.Message} The block that was found is not kept; it is used in this process only.");
        }
    }

    /// <summary>The file of a kernel.</summary>
    internal string PathOf(string kernel) =>
        Path.Combine(folder, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(KeyOf(kernel)))) + Extension);

    // A folder that cannot be read has nothing to give.
    private bool HasNone()
    {
        try
        {
            return !Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*" + Extension).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private string KeyOf(string kernel) => $"{kernel}\n{card}\nCUDA {driver}\nJoule {Version}";
}
