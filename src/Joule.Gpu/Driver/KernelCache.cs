using System.IO.Hashing;
using System.Text;
using Joule.Data;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>
/// Keeps compiled kernels on disk, by their text, the card and the driver. A file that cannot be used is ignored and replaced; a folder
/// that cannot be written is said once.
/// </summary>
/// <param name="folder">The folder; created with the first file.</param>
/// <param name="linker">The compiler.</param>
/// <param name="say">Receives what a user should know; null: nobody.</param>
internal sealed class KernelCache(string folder, IKernelLinker linker, Action<string>? say = null)
{
    /// <summary>The folder of kernels in the data cache.</summary>
    public const string Folder = "kernels";

    private const string Extension = ".cubin";

    private Action<string>? _say = say;

    /// <summary>The folder of the user's data cache.</summary>
    public static string DefaultFolder => Path.Combine(DataCache.Default.Root, Folder);

    /// <summary>The most that the files may take together, in bytes; the ones used longest ago are deleted first.</summary>
    public long MostBytes { get; init; } = 256L << 20;

    /// <summary>Loads a kernel, compiled now or earlier.</summary>
    /// <typeparam name="T">The loaded kernel.</typeparam>
    /// <param name="text">The kernel.</param>
    /// <param name="load">Loads its code.</param>
    /// <exception cref="GpuException">The driver refuses the kernel.</exception>
    public T Load<T>(KernelText text, Func<byte[], T> load)
    {
        string key = KeyOf(text), path = PathOf(key);
        if (KernelFile.Read(path, key) is { } kept)
        {
            try
            {
                T found = load(kept);
                CacheFolder.Touch(path);
                return found;
            }
            catch (GpuException)
            {
                // Perhaps a driver that changed without a new version: if it was something else, the next attempt says so.
            }
        }
        byte[] code = linker.Link(text);
        T loaded = load(code);
        Keep(path, key, code);
        return loaded;
    }

    /// <summary>The file of a kernel.</summary>
    internal string PathOf(KernelText text) => PathOf(KeyOf(text));

    private string KeyOf(KernelText text)
    {
        byte[] ptx = Encoding.UTF8.GetBytes(text.Ptx);
        return $"{text.Name} of {ptx.Length} bytes, {Convert.ToHexStringLower(XxHash128.Hash(ptx))}\n{linker.Card}\nCUDA {linker.Driver}";
    }

    private string PathOf(string key) =>
        Path.Combine(folder, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(key))) + Extension);

    private void Keep(string path, string key, byte[] code)
    {
        long size = KernelFile.Size(key, code);
        if (size > Math.Min(MostBytes, KernelFile.MostBytes))
            return;
        try
        {
            DataCache.CreateFolder(folder);
            KernelFile.Write(path, key, code);
            CacheFolder.MakeRoom(folder, Extension, MostBytes, path);
        }
        catch (InvalidInputException e)
        {
            _say?.Invoke($"{e.Message} Compiled kernels are not kept; the next start compiles them again.");
            _say = null;
        }
    }
}
