using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Tests.Driver;

/// <summary>A kernel that notes its launches in words, or refuses them.</summary>
/// <param name="name">Its name.</param>
/// <param name="log">Receives the name, the blocks and the arguments of each launch.</param>
internal sealed class NamedKernel(string name, List<string> log) : IGpuKernel
{
    public bool Refuses { get; set; }

    public string Description => name;

    public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments)
    {
        if (Refuses)
            throw new GpuException($"the launch of {name} failed");
        log.Add($"{name} {blocks} {string.Join(' ', arguments.ToArray().Select(a => a.Bits))}".TrimEnd());
    }

    public void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments) => Launch(blocks, arguments);

    public void Dispose() => log.Add($"{name} disposed");

    /// <summary>A launch of the kernel.</summary>
    public GpuOperation At(int blocks, params KernelArgument[] arguments) => GpuOperation.OfLaunch(this, name, blocks, arguments);
}
