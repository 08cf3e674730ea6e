using System.Runtime.InteropServices;

namespace Joule.Compare.Contenders;

/// <summary>A temporary folder that gives both sides the same numbers, as raw float32 files.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("joule-compare-").FullName;

    public string Write(string name, ReadOnlySpan<float> values)
    {
        string path = PathOf(name);
        using FileStream stream = File.Create(path);
        stream.Write(MemoryMarshal.AsBytes(values));
        return path;
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public static float[] Read(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    public void Dispose() => Directory.Delete(Path, true);
}
