using System.Runtime.InteropServices;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>Global memory: allocations with gaps between them, in which every access is an error.</summary>
internal sealed class PtxMemory
{
    private const int First = 0x10000, Gap = 4096;

    private readonly List<PtxAllocation> _allocations = [];
    private byte[] _bytes = new byte[First];
    private PtxAllocation _last = new(0, 0);

    /// <summary>Allocates and fills memory.</summary>
    public KernelArgument Allocate<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        int start = (_bytes.Length + 255) / 256 * 256, length = MemoryMarshal.AsBytes(values).Length;
        Array.Resize(ref _bytes, start + length + Gap);
        MemoryMarshal.AsBytes(values).CopyTo(_bytes.AsSpan(start));
        _allocations.Add(new PtxAllocation(start, start + length));
        return new KernelArgument(PtxType.Bits64, (ulong)start);
    }

    /// <summary>Reads memory back.</summary>
    public T[] Read<T>(KernelArgument at, int count) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_bytes.AsSpan((int)at.Bits))[..count].ToArray();

    public uint Load(ulong address)
    {
        _last.IsRead = true;
        return BitConverter.ToUInt32(_bytes, (int)address);
    }

    public void Store(ulong address, uint word)
    {
        _last.IsWritten = true;
        BitConverter.TryWriteBytes(_bytes.AsSpan((int)address), word);
    }

    /// <summary>Runs something and tells which memory it read or wrote.</summary>
    public IReadOnlyList<PtxAllocation> Watch(Action run)
    {
        foreach (PtxAllocation allocation in _allocations)
            (allocation.IsRead, allocation.IsWritten) = (false, false);
        run();
        return [.. _allocations.Where(a => a.IsRead || a.IsWritten)];
    }

    /// <summary>Checks an access.</summary>
    public void Check(ulong address, int bytes, string instruction)
    {
        if (address % (ulong)bytes != 0)
            throw new PtxFault($"{instruction}: address {address} is no multiple of {bytes}");
        if (Lies(_last, address, bytes))
            return;
        _last = _allocations.Find(a => Lies(a, address, bytes))
            ?? throw new PtxFault($"{instruction}: address {address} lies in no allocation");
    }

    /// <summary>Overwrites memory.</summary>
    public void Write<T>(ulong at, ReadOnlySpan<T> values) where T : unmanaged
    {
        Check(at, sizeof(float), "a copy");
        _last.IsWritten = true;
        MemoryMarshal.AsBytes(values).CopyTo(_bytes.AsSpan((int)at));
    }

    /// <summary>Reads memory back.</summary>
    public void Read<T>(ulong at, Span<T> values) where T : unmanaged
    {
        Check(at, sizeof(float), "a copy");
        _last.IsRead = true;
        _bytes.AsSpan((int)at, MemoryMarshal.AsBytes(values).Length).CopyTo(MemoryMarshal.AsBytes(values));
    }

    private static bool Lies(PtxAllocation a, ulong address, int bytes) =>
        address >= (ulong)a.Start && address + (ulong)bytes <= (ulong)a.End;
}

/// <summary>A piece of global memory.</summary>
/// <param name="start">Its first address.</param>
/// <param name="end">The address after its last.</param>
internal sealed class PtxAllocation(int start, int end)
{
    public int Start => start;

    public int End => end;

    /// <summary>Whether it was read in the last <see cref="PtxMemory.Watch"/>.</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether it was written in the last <see cref="PtxMemory.Watch"/>.</summary>
    public bool IsWritten { get; set; }
}
