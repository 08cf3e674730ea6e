using System.Text;
using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Tests.Driver;

/// <summary>Compiles a kernel to its own text, and counts.</summary>
internal sealed class FakeLinker : IKernelLinker
{
    public string Card { get; init; } = "a card, compute capability 8.0";

    public string Driver { get; init; } = "13.0";

    /// <summary>Kernels that were compiled.</summary>
    public int Count { get; private set; }

    public byte[] Link(KernelText text)
    {
        Count++;
        return Encoding.ASCII.GetBytes(text.Ptx);
    }
}
