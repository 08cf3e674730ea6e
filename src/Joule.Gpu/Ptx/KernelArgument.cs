using Joule.Gpu.Driver;

namespace Joule.Gpu.Ptx;

/// <summary>The value of a kernel's parameter.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Bits">Its bits.</param>
public readonly record struct KernelArgument(PtxType Type, ulong Bits)
{
    /// <summary>A float32 number.</summary>
    public static implicit operator KernelArgument(float value) => new(PtxType.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>A float64 number.</summary>
    public static implicit operator KernelArgument(double value) => new(PtxType.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A 32-bit word.</summary>
    public static implicit operator KernelArgument(uint value) => new(PtxType.Bits32, value);

    /// <summary>The address of some memory.</summary>
    public static implicit operator KernelArgument(GpuMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return new KernelArgument(PtxType.Bits64, memory.Pointer);
    }

    /// <summary>An address in a GPU's memory.</summary>
    internal static KernelArgument Address(ulong address) => new(PtxType.Bits64, address);

    /// <summary>A float32 number.</summary>
    public static KernelArgument FromSingle(float value) => value;

    /// <summary>A float64 number.</summary>
    public static KernelArgument FromDouble(double value) => value;

    /// <summary>A 32-bit word.</summary>
    public static KernelArgument FromUInt32(uint value) => value;

    /// <summary>The address of some memory.</summary>
    public static KernelArgument FromGpuMemory(GpuMemory memory) => memory;
}
