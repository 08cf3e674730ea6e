using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>Compiles the text of kernels to the code of one card, with one driver.</summary>
internal interface IKernelLinker
{
    /// <summary>The card: its name and compute capability.</summary>
    string Card { get; }

    /// <summary>The version of the driver.</summary>
    string Driver { get; }

    /// <summary>Compiles a kernel.</summary>
    /// <returns>Its code (a cubin).</returns>
    /// <exception cref="GpuException">The driver refuses it; the message has its log and the lines that it names.</exception>
    byte[] Link(KernelText text);
}
