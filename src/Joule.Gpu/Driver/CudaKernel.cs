using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>A kernel of the driver as an engine has it.</summary>
/// <param name="context">The GPU.</param>
/// <param name="kernel">The compiled kernel.</param>
internal sealed class CudaKernel(GpuContext context, GpuKernel kernel) : IGpuKernel
{
    /// <summary>The compiled kernel.</summary>
    public GpuKernel Compiled => kernel;

    /// <inheritdoc/>
    public string Description => $"{kernel.RegistersOfThread} registers, {kernel.LocalBytesOfThread} bytes local";

    /// <inheritdoc/>
    public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments)
    {
        context.MakeCurrent();
        kernel.Launch(blocks, arguments);
    }

    /// <inheritdoc/>
    public void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments)
    {
        context.MakeCurrent();
        kernel.LaunchOn(((CudaStream)stream).Handle, blocks, arguments);
    }

    /// <inheritdoc/>
    public void Dispose() => kernel.Dispose();
}
