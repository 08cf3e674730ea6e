using System.Runtime.InteropServices;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>Global memory: allocations with gaps between them, in which every access is an error.</summary>
internal sealed class PtxMemory
{
    private const int First = 0x10000, Gap = 4096;

    private readonly List<(int Start, int End)> _allocations = [];
    private byte[] _bytes = new byte[First];
    private (int Start, int End) _last;

    /// <summary>Allocates and fills memory.</summary>
    public KernelArgument Allocate<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        int start = (_bytes.Length + 255) / 256 * 256, length = MemoryMarshal.AsBytes(values).Length;
        Array.Resize(ref _bytes, start + length + Gap);
        MemoryMarshal.AsBytes(values).CopyTo(_bytes.AsSpan(start));
        _allocations.Add((start, start + length));
        return new KernelArgument(PtxType.Bits64, (ulong)start);
    }

    /// <summary>Reads memory back.</summary>
    public T[] Read<T>(KernelArgument at, int count) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_bytes.AsSpan((int)at.Bits))[..count].ToArray();

    public uint Load(ulong address) => BitConverter.ToUInt32(_bytes, (int)address);

    public void Store(ulong address, uint word) => BitConverter.TryWriteBytes(_bytes.AsSpan((int)address), word);

    /// <summary>Checks an access.</summary>
    public void Check(ulong address, int bytes, string instruction)
    {
        if (address % (ulong)bytes != 0)
            throw new PtxFault($"{instruction}: address {address} is no multiple of {bytes}");
        if (Lies(_last, address, bytes))
            return;
        _last = _allocations.Find(a => Lies(a, address, bytes));
        if (_last == default)
            throw new PtxFault($"{instruction}: address {address} lies in no allocation");
    }

    /// <summary>Overwrites memory.</summary>
    public void Write<T>(ulong at, ReadOnlySpan<T> values) where T : unmanaged
    {
        Check(at, sizeof(float), "a copy");
        MemoryMarshal.AsBytes(values).CopyTo(_bytes.AsSpan((int)at));
    }

    /// <summary>Reads memory back.</summary>
    public void Read<T>(ulong at, Span<T> values) where T : unmanaged =>
        _bytes.AsSpan((int)at, MemoryMarshal.AsBytes(values).Length).CopyTo(MemoryMarshal.AsBytes(values));

    private static bool Lies((int Start, int End) a, ulong address, int bytes) =>
        address >= (ulong)a.Start && address + (ulong)bytes <= (ulong)a.End;
}
