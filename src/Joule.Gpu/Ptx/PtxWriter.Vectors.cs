namespace Joule.Gpu.Ptx;

/// <summary>Four numbers at a time in global memory that the kernel itself writes, at multiples of 16 bytes.</summary>
internal sealed partial class PtxWriter
{
    public F32[] LoadGlobal4(Address at, int offset = 0)
    {
        F32[] r = [Float(), Float(), Float(), Float()];
        Write($"ld.global.v4.f32 {{{string.Join(", ", r)}}}, [{at}+{offset}]");
        return r;
    }

    public void StoreGlobal4(Address at, int offset, IReadOnlyList<F32> values) =>
        Write($"st.global.v4.f32 [{at}+{offset}], {{{string.Join(", ", values)}}}");
}
