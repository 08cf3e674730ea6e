namespace Joule.Gpu.Ptx;

/// <summary>Loads and stores. Offsets of shared memory are bytes from its start; a base register adds to them.</summary>
internal sealed partial class PtxWriter
{
    private U32? _sharedStart;

    /// <summary>The address of element <paramref name="index"/> of an array in global memory.</summary>
    /// <param name="start">The array.</param>
    /// <param name="index">The element.</param>
    /// <param name="bytes">Bytes of an element.</param>
    public Address Element(Address start, U32 index, int bytes)
    {
        Address offset = NewAddress(), at = NewAddress();
        Write($"mul.wide.u32 {offset}, {index}, {bytes}");
        Write($"add.s64 {at}, {start}, {offset}");
        return at;
    }

    public Address Copy(Address a)
    {
        Address r = NewAddress();
        Write($"mov.b64 {r}, {a}");
        return r;
    }

    /// <summary>The address some words after another.</summary>
    public Address Offset(Address start, long bytes)
    {
        Address at = NewAddress();
        Write($"add.s64 {at}, {start}, {bytes}");
        return at;
    }

    /// <summary>A word that may change during the kernel.</summary>
    public U32 LoadGlobalWord(Address at, int offset = 0)
    {
        U32 r = Word();
        Write($"ld.global.u32 {r}, [{at}+{offset}]");
        return r;
    }

    /// <summary>A number that no thread writes during the kernel.</summary>
    public F32 LoadConstant(Address at, int offset = 0)
    {
        F32 r = Float();
        Write($"ld.global.nc.f32 {r}, [{at}+{offset}]");
        return r;
    }

    /// <summary>A word that no thread writes during the kernel.</summary>
    public U32 LoadConstantWord(Address at, int offset = 0)
    {
        U32 r = Word();
        Write($"ld.global.nc.u32 {r}, [{at}+{offset}]");
        return r;
    }

    public F32 LoadGlobal(Address at, int offset = 0)
    {
        F32 r = Float();
        Write($"ld.global.f32 {r}, [{at}+{offset}]");
        return r;
    }

    /// <summary>Four numbers that no thread writes during the kernel, at a multiple of 16 bytes.</summary>
    public F32[] LoadConstants4(Address at, int offset = 0)
    {
        F32[] r = [Float(), Float(), Float(), Float()];
        LoadConstants4(r, at, offset);
        return r;
    }

    public void LoadConstants4(F32[] into, Address at, int offset) =>
        Write($"ld.global.nc.v4.f32 {{{string.Join(", ", into)}}}, [{at}+{offset}]");

    public void StoreGlobal(Address at, int offset, F32 value) => Write($"st.global.f32 [{at}+{offset}], {value}");

    public void StoreGlobal(Address at, int offset, U32 value) => Write($"st.global.u32 [{at}+{offset}], {value}");

    /// <summary>The byte of element <paramref name="index"/> of the shared memory, for an offset to be added.</summary>
    /// <param name="index">The element.</param>
    /// <param name="bytes">Bytes of an element.</param>
    public U32 SharedBase(U32 index, int bytes) =>
        NewWord("mad.lo.u32", index, Literal((uint)bytes), _sharedStart
            ?? throw new InvalidOperationException("Call BeginShared at the start of the kernel, where every thread passes."));

    /// <summary>Prepares the use of shared memory; called once, before any branch.</summary>
    public void BeginShared() => _sharedStart = NewWord("mov.u32", "shared");

    public F32 LoadShared(U32 start, int offset)
    {
        CheckShared(offset, 1);
        F32 r = Float();
        Write($"ld.shared.f32 {r}, [{start}+{offset}]");
        return r;
    }

    public U32 LoadSharedWord(U32 start, int offset)
    {
        CheckShared(offset, 1);
        U32 r = Word();
        Write($"ld.shared.u32 {r}, [{start}+{offset}]");
        return r;
    }

    public void StoreShared(U32 start, int offset, U32 value)
    {
        CheckShared(offset, 1);
        Write($"st.shared.u32 [{start}+{offset}], {value}");
    }

    /// <summary>Four numbers at a multiple of 16 bytes.</summary>
    public F32[] LoadShared4(U32 start, int offset)
    {
        CheckShared(offset, 4);
        F32[] r = [Float(), Float(), Float(), Float()];
        Write($"ld.shared.v4.f32 {{{string.Join(", ", r)}}}, [{start}+{offset}]");
        return r;
    }

    public void StoreShared(U32 start, int offset, F32 value)
    {
        CheckShared(offset, 1);
        Write($"st.shared.f32 [{start}+{offset}], {value}");
    }

    /// <summary>Four numbers at a multiple of 16 bytes.</summary>
    public void StoreShared4(U32 start, int offset, IReadOnlyList<F32> values)
    {
        CheckShared(offset, 4);
        Write($"st.shared.v4.f32 [{start}+{offset}], {{{string.Join(", ", values)}}}");
    }
}
