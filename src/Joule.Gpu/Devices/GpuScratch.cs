using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Devices;

/// <summary>Memory of a GPU that grows with what it is used for.</summary>
/// <param name="engine">The GPU.</param>
/// <param name="purpose">What for, in errors.</param>
internal sealed class GpuScratch(IGpuEngine engine, string purpose) : IDisposable
{
    private ulong _address;
    private int _words;

    /// <summary>Memory for a number of words, with any content.</summary>
    public KernelArgument Take(int words)
    {
        if (words > _words || _address == 0)
        {
            Dispose();
            _words = Math.Max(words, 16);
            _address = engine.Allocate(_words, purpose);
        }
        return KernelArgument.Address(_address);
    }

    /// <summary>Memory with some words.</summary>
    public KernelArgument Fill(ReadOnlySpan<float> words)
    {
        KernelArgument at = Take(words.Length);
        if (!words.IsEmpty)
            engine.Upload(_address, words);
        return at;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        ulong address = _address;
        _address = 0; // also if the release fails
        if (address != 0)
            engine.Free(address);
    }
}
